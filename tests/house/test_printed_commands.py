"""Commands that pages print can be typed: the parser knows each, with its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from safelight.cli.main import build_parser
from tests.house.source import ROOT

PAGES = [ROOT / "README.md", *sorted(path for path in ROOT.glob("docs/**/*.md") if "reference" not in path.parts)]
BLOCK = re.compile(r"```(?:sh|bash|console)?\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`(safelight [^`…\n]+)`")
COMMAND = re.compile(r"(?:\$ )?(?:\.venv/bin/)?(safelight .+)")
END = re.compile(r"\s[|><&;#]")


def printed(page: Path) -> Iterator[tuple[str, bool]]:
    """Each command, and whether it stands in a block to be copied; in a sentence it may lack what it is done to."""
    text = page.read_text("utf-8")
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if found := COMMAND.fullmatch(line.strip()):
                yield found[1], True
    for command in INLINE.findall(BLOCK.sub("", text)):
        yield command, False


def refusal(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the parser says against it; empty for nothing."""
    try:
        build_parser().parse_args(shlex.split(END.split(command)[0])[1:])
    except SystemExit as end:
        return capsys.readouterr().err if end.code else ""
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_printed_command_is_one(page: Path, capsys: pytest.CaptureFixture[str]):
    for command, is_whole in printed(page):
        said = refusal(command, capsys)
        assert not said or (not is_whole and "the following arguments are required" in said), f"{command}: {said}"


def test_they_are_found():
    assert sum(1 for page in PAGES for _ in printed(page)) > 100
