"""Template: a file of words -> a letter's subject and blocks, from which both its text and its HTML are made.

A file is `templates/NAME.LANGUAGE.txt`: lines `class:`, `list:` (but for service letters and notices that nobody can
refuse) and `subject:`, an empty line, and the words. `example: fact=word` is for facts that are one of a few
words, `reply: privacy` for letters that may be answered.

Paragraphs are parted by empty lines. `[label](address)` is a link, and a button where it stands alone; lines that
begin with `- ` are a list, indented ones are shown as they are. `{{ name }}` is a fact of the letter. What a fact says
is never read as markup.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined, meta, select_autoescape

from safelight.kernel.errors import Internal
from safelight.kernel.languages import LANGUAGES, Language
from safelight.mail.lists import LISTS, List
from safelight.mail.model import LetterClass

Shape = Literal["paragraph", "button", "items", "plain"]

# Plain words: what becomes HTML is escaped in write.py.
_ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=select_autoescape(default_for_string=False))
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_INDENT = "    "
_WEB = ("https://", "http://", "mailto:")


@dataclass(frozen=True)
class Run:
    """Some words, with an address where they are a link."""

    words: str
    link: str | None = None


@dataclass(frozen=True)
class Block:
    """Lines of runs that belong together. All but `items` have one line."""

    shape: Shape
    lines: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Words:
    """A letter's own words, with the facts put in."""

    subject: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Template:
    """One letter in one language."""

    name: str
    language: Language
    kind: LetterClass
    list: List | None
    subject: str
    body: str
    examples: Mapping[str, str] = field(default_factory=dict[str, str])
    """Facts that can only be certain words, for whoever wants to see the letter without any."""
    is_answered: bool = False
    """Whether its reader may answer it: by a letter to the address of privacy (`reply: privacy` in its head)."""

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names of what it cannot do without."""
        return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(f"{self.subject}\n{self.body}")))

    def fill(self, facts: Mapping[str, str]) -> Words:
        """Raises Internal for a link that leads to no web or mail address."""
        return Words(_filled(self.subject, facts), blocks_of(self.body, facts))


def blocks_of(body: str, facts: Mapping[str, str]) -> tuple[Block, ...]:
    """The markup is read before the facts are put in, so that no fact can be markup."""
    parts = [part.strip("\n") for part in re.split(r"\n\s*\n", body)]
    return tuple(block for part in parts if part.strip() for block in _blocks(part, facts) if any(block.lines))


def _blocks(part: str, facts: Mapping[str, str]) -> Sequence[Block]:
    lines = part.split("\n")
    if all(line.startswith(_INDENT) for line in lines):
        plain = _rendered("\n".join(line.removeprefix(_INDENT) for line in lines), facts)
        return [Block("plain", ((Run(plain),),))]
    if all(line.startswith("- ") for line in lines):
        return [Block("items", tuple(_runs(line.removeprefix("- "), facts) for line in lines))]
    if _LINK.fullmatch(part.strip()):
        return [Block("button", (_runs(part.strip(), facts),))]
    # A fact may bring paragraphs of its own, if it is a paragraph by itself.
    if not _LINK.search(part):
        told = re.split(r"\n\s*\n", _rendered(part, facts))
        return [Block("paragraph", ((Run(_one_line(each)),),)) for each in told if each.strip()]
    return [Block("paragraph", (_runs(" ".join(lines), facts),))]


def _runs(line: str, facts: Mapping[str, str]) -> tuple[Run, ...]:
    runs: list[Run] = []
    end = 0
    for found in _LINK.finditer(line):
        runs.append(Run(_spaced(line[end : found.start()], facts)))
        runs.append(Run(_filled(found[1], facts), _address(_filled(found[2], facts))))
        end = found.end()
    runs.append(Run(_spaced(line[end:], facts)))
    return tuple(run for run in runs if run.words)


def _address(link: str) -> str:
    if not link.startswith(_WEB) or any(letter.isspace() for letter in link):
        raise Internal("A letter has a link that leads nowhere.", scheme=link.partition(":")[0][:20])
    return link


def _rendered(source: str, facts: Mapping[str, str]) -> str:
    return _ENVIRONMENT.from_string(source).render(facts)


def _filled(source: str, facts: Mapping[str, str]) -> str:
    return _one_line(_rendered(source, facts))


def _spaced(source: str, facts: Mapping[str, str]) -> str:
    """One line that keeps a space at its ends: words go on after a link."""
    return re.sub(r"\s+", " ", _rendered(source, facts))


def _one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Templates:
    """The files of one folder."""

    folder: Path

    def names(self) -> Sequence[str]:
        return sorted({file.name.split(".")[0] for file in self.folder.glob("*.*.txt")})

    def find(self, name: str, language: Language) -> Template:
        """Raises Internal for a letter that nobody wrote: names come from this program, never from a client."""
        file = self.folder / f"{name}.{language}.txt"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or language not in LANGUAGES or not file.is_file():
            raise Internal("There is no such letter.", template=name, language=language)
        return _parsed(name, language, file.read_text("utf-8"))


def _parsed(name: str, language: Language, source: str) -> Template:
    head, _, body = source.partition("\n\n")
    said = {word.strip(): value.strip() for word, _, value in (line.partition(":") for line in head.split("\n"))}
    try:
        kind = LetterClass(said["class"])
        list_of = LISTS[said["list"]] if "list" in said else None
        subject = said["subject"]
    except (KeyError, ValueError) as error:
        raise Internal("The head of a letter is wrong.", template=name, language=language) from error
    may_lack = kind in {LetterClass.SERVICE, LetterClass.NOTICE}
    if (list_of is None and not may_lack) or (list_of is not None and list_of.kind is not kind):
        raise Internal("A letter does not belong to the list that it names.", template=name, language=language)
    pairs = (pair.partition("=") for pair in said.get("example", "").split())
    examples = {fact: word for fact, _, word in pairs}
    return Template(name, language, kind, list_of, subject, body, examples, said.get("reply") == "privacy")


OURS = Templates(Path(__file__).parent / "templates")
