"""The command line: what it understands, and that what is wrong is one clear line."""

import errno

import pytest

from safelight import __version__
from safelight.cli import main as cli
from safelight.cli.main import build_parser, main
from safelight.cli.pages import commands
from safelight.kernel.errors import Conflict

ADMINISTRATION = ("cloud", "key", "jobs", "config", "clock", "check", "migrate")


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_version(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"safelight {__version__}\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "safelight: error: the following arguments are required: COMMAND"),
        (["fly"], "safelight: error: argument COMMAND: invalid choice: 'fly'"),
        (["up", "--port", "65536"], "safelight up: error: argument --port: `65536` is no port (0 to 65535)"),
        (["up", "--port", "-1"], "safelight up: error: argument --port: "),
        (["up", "--workers", "0"], "safelight up: error: argument --workers: `0` is no number of processes"),
        (["up", "--fast"], "safelight: error: unrecognized arguments: --fast"),
        (["key", "rotate", "demo"], "safelight key rotate: error: the following arguments are required: API_KEY"),
        (["jobs", "list", "--state", "lost"], "safelight jobs list: error: argument --state: invalid choice: 'lost'"),
        (["jobs", "run"], "safelight jobs run: error: the following arguments are required: --due"),
        (["cloud"], "safelight cloud: error: the following arguments are required: COMMAND"),
    ],
)
def test_a_command_line_without_sense_ends_with_2(capsys: pytest.CaptureFixture[str], words: list[str], complaint: str):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert told(capsys)[-1].startswith(complaint)


@pytest.mark.parametrize("part", ["_web", "_worker", "_darkroom"])
def test_the_parts_of_the_tree_are_not_shown_to_people(capsys: pytest.CaptureFixture[str], part: str):
    assert part not in build_parser().format_help()
    with pytest.raises(SystemExit):
        main(["fly"])
    assert part not in capsys.readouterr().err
    assert build_parser(for_supervisor=True).parse_args(
        [part, "--name", "x", *(["--fd", "3"] if part == "_web" else [])]
    )


@pytest.mark.parametrize(
    "words",
    [
        "up --host 0.0.0.0 --port 9000 --data somewhere --workers 2 --open",
        "serve --port 0",
        "work --data somewhere",
        "migrate --json",
        "check --json",
        "cloud create acme --folder-mode fixed --strict --json",
        "cloud list --json",
        "cloud close acme --json",
        "key create acme --name web --json",
        "key create acme --api-key 1 --api-secret x",
        "key list",
        "key list acme --json",
        "key rotate acme 123 --json",
        "key disable acme 123",
        "jobs list --state dead --json",
        "jobs run --due",
        "jobs retry 7 --json",
        "config show --origin --json",
        "clock show --json",
        "clock set 2026-01-31T12:00:00Z",
        "docs --check",
        "transform parse w_300",
        "transform render in.jpg w_300 out.jpg --accept image/avif --dpr 2",
    ],
)
def test_the_commands_that_people_script_against(words: str):
    assert callable(build_parser().parse_args(words.split()).run)


def test_every_command_of_administration_speaks_json():
    for command in commands(build_parser()):
        if command.words.split()[1] in ADMINISTRATION:
            assert "--json" in command.parser.format_help(), command.words


@pytest.mark.parametrize(
    ("error", "line", "code"),
    [
        (Conflict("The folder is taken."), ["safelight: The folder is taken."], 1),
        (OSError(errno.ENOSPC, "No space left on device", "x"), ["safelight: No space left on device (x)"], 1),
        (KeyboardInterrupt(), [], 130),
    ],
)
def test_what_goes_wrong_is_one_line(capsys: pytest.CaptureFixture[str], error: BaseException, line, code: int):
    def run(_args: object) -> int:
        raise error

    assert cli.told(run, None) == code
    assert told(capsys) == line
