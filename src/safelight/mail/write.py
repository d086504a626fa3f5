"""Write: the words of a letter and what stands below each letter -> its text and its HTML. Nothing in it is remote."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from safelight.kernel.languages import Language
from safelight.mail.template import Block, Run, Template, Words

LINE_CHARS = 72

FRAME = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "frame"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_RULE = "-- "
"""Programs that read mail know by it where the words end."""


@dataclass(frozen=True)
class Foot:
    """What stands below the words: who writes, from where, and how to have no more of it."""

    brand: str
    postal_address: str
    preferences_url: str
    unsubscribe_url: str | None = None


@dataclass(frozen=True)
class Written:
    """A letter that can be read."""

    subject: str
    text: str
    html: str


def write(template: Template, words: Words, foot: Foot) -> Written:
    below = _below(template, foot)
    return Written(words.subject, _text(words.blocks, below), _html(template.language, words, below, foot.brand))


def _below(template: Template, foot: Foot) -> Sequence[Block]:
    said = _FOOT[template.language]
    blocks: list[Block] = []
    if template.list is not None and foot.unsubscribe_url is not None:
        why = said["why"].format(list=template.list.titles[template.language], brand=foot.brand)
        links = (
            Run(said["stop"], foot.unsubscribe_url),
            Run(" · "),
            Run(said["choose"], foot.preferences_url),
        )
        blocks += [Block("paragraph", ((Run(why),),)), Block("paragraph", (links,))]
    else:
        blocks.append(Block("paragraph", ((Run(said["account"].format(brand=foot.brand)),),)))
    blocks.append(Block("paragraph", ((Run(", ".join(_lines(foot.brand, foot.postal_address))),),)))
    return blocks


_FOOT: dict[Language, dict[str, str]] = {
    "en": {
        "why": "You get this letter from {brand} because you get “{list}”.",
        "stop": "Stop these letters",
        "choose": "Choose which letters you get",
        "account": "This letter is about your account with {brand}. Such letters come in any case.",
    },
    "de": {
        "why": "Sie bekommen diesen Brief von {brand}, weil Sie „{list}“ bekommen.",
        "stop": "Diese Briefe abbestellen",
        "choose": "Auswählen, welche Briefe Sie bekommen",
        "account": "In diesem Brief geht es um Ihr Konto bei {brand}. Solche Briefe kommen in jedem Fall.",
    },
}


def _lines(brand: str, postal_address: str) -> Iterator[str]:
    yield brand
    yield from (line.strip() for line in postal_address.splitlines() if line.strip())


def _text(blocks: Sequence[Block], below: Sequence[Block]) -> str:
    return "\n\n".join([*map(_block_text, blocks), _RULE + "\n" + "\n\n".join(map(_block_text, below))]) + "\n"


def _block_text(block: Block) -> str:
    lines = [_line_text(line) for line in block.lines]
    if block.shape == "plain":
        return textwrap.indent("\n".join(lines), "    ")
    if block.shape == "items":
        return "\n".join(_wrapped(line, "- ", "  ") for line in lines)
    return "\n".join(_wrapped(line) for line in "\n".join(lines).split("\n"))


def _line_text(line: Sequence[Run]) -> str:
    """An address stands on a line of its own, so that nothing is wrapped into it."""
    parts = [run.words if run.link is None else f"{run.words}:\n{run.link}\n" for run in line]
    return "".join(part for part in parts if part != " · ").rstrip("\n")


def _wrapped(line: str, first: str = "", others: str = "") -> str:
    told = textwrap.wrap(
        line.strip(),
        LINE_CHARS,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(told)


def _html(language: Language, words: Words, below: Sequence[Block], brand: str) -> str:
    return FRAME.get_template("letter.html").render(language=language, words=words, below=below, brand=brand)
