"""What the pages name is there: every link, setting, command and file."""

import argparse
import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest

from safelight.boot.known import CONFIG, FILE_SUFFIX, known
from safelight.cli.main import build_parser
from safelight.cli.pages import commands
from tests.house.source import ROOT, SRC, named, texts

PAGES = [path for path in texts() if path.suffix == ".md"]
WRITTEN = [path for path in PAGES if "reference" not in path.parts]
"""By people, and not by `make docs`."""

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
VARIABLE = re.compile(r"\bSAFELIGHT_[A-Z0-9_]*[A-Z0-9]")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?:^|[\s(`|]|\.venv/bin/)safelight((?: +[^\s`|#;)]+)+)", re.MULTILINE)
WORD = re.compile(r"[a-z][a-z-]*")
OPTION = re.compile(r"--[a-z][a-z-]*")
FILE = re.compile(r"(?<![\w./<*-])((?:[\w.-]+/)+(?:[\w-]+|\{[\w,-]+\})\.(?:py|md|toml|sh|json|lock))(?![\w/])")
ROOMS = re.compile(r"^(?:src|tests|docs|bench|\.ci)/")


def code_of(page: Path) -> Iterator[str]:
    """What is written as code: blocks, and words in the text."""
    return (found.group() for found in CODE.finditer(page.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path):
    broken = [link for link in LINK.findall(page.read_text()) if not leads_somewhere(page, link)]
    assert not broken


def leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return link.startswith("https://")
    path, _, place = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not place or place in {anchor(heading) for heading in HEADING.findall(target.read_text())}


def anchor(heading: str) -> str:
    """As the usual readers of Markdown make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_setting_that_a_page_names_is_one(page: Path):
    variables = {each.variable for each in known()} | {CONFIG}
    variables |= {each.variable + FILE_SUFFIX for each in known() if each.is_secret}
    assert not sorted(set(VARIABLE.findall(page.read_text())) - variables)


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_every_command_that_a_page_names_is_one(page: Path):
    unknown = [
        f"safelight{call.group(1)}"
        for code in code_of(page)
        for call in CALL.finditer(code)
        if not is_command(call.group(1).split())
    ]
    assert not unknown


def is_command(words: list[str]) -> bool:
    """Whether the words begin like a command; with all of its options, if they name the whole of it."""
    called = list(takewhile(WORD.fullmatch, words))
    options = {word for word in words if OPTION.fullmatch(word)}
    for name, known_options in calls().items():
        if called[: len(name)] == list(name):
            return options <= known_options
    # A group, as in `safelight jobs`.
    return bool(called) and any(list(name[: len(called)]) == called for name in calls())


@cache
def calls() -> dict[tuple[str, ...], set[str]]:
    """The words of each command, and its options."""
    return {tuple(command.words.split()[1:]): set(options_of(command.parser)) for command in commands(build_parser())}


def options_of(parser: argparse.ArgumentParser) -> list[str]:
    return [text for action in parser._actions for text in action.option_strings]


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_every_file_of_ours_that_a_page_names_is_there(page: Path):
    missing = [
        name
        for code in code_of(page)
        for written in FILE.findall(code)
        for name in spelt_out(written)
        if not is_there(name)
    ]
    assert not missing


def spelt_out(written: str) -> list[str]:
    """`render/{child,pool}.py` as two."""
    group = re.search(r"\{([^}]+)\}", written)
    return [written.replace(group[0], name) for name in group[1].split(",")] if group else [written]


def is_there(name: str) -> bool:
    """In the repository, or in the package, as pages about the code say it."""
    return (ROOT / name).exists() or (not ROOMS.match(name) and (SRC / name).exists())


def test_the_start_page_leads_to_the_four_kinds_of_pages():
    linked = set(LINK.findall((ROOT / "docs" / "index.md").read_text()))
    assert {"tutorials/first-steps.md", "how-to/index.md", "reference/index.md", "explanation/index.md"} <= linked


@pytest.mark.parametrize("folder", ["how-to", "explanation", "reference"])
def test_every_page_of_a_folder_stands_in_its_index(folder: str):
    here = ROOT / "docs" / folder
    linked = {(here / link).resolve() for link in LINK.findall((here / "index.md").read_text()) if "#" not in link}
    assert not [named(path) for path in here.glob("*.md") if path.name != "index.md" and path not in linked]


def test_decisions_are_numbered_one_by_one_and_say_the_five_things():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    parts = ("Context", "Decision", "Consequences", "Alternatives", "References")
    assert not [page.name for page in pages for part in parts if f"**{part}.**" not in page.read_text()]
