"""Pages: the reference pages of docs/reference, as text, from the registries. The same house gives the same pages."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import Column
from starlette.routing import BaseRoute, Route

from safelight.boot.known import described
from safelight.cli import registries
from safelight.cli.registries import summary_of
from safelight.kernel.media import FORMATS, SPELLINGS, Format
from safelight.transform.colors import color_text
from safelight.transform.effects import STOPS_MAX
from safelight.transform.plan import Color, Stop
from safelight.transform.spec import EffectSpec, Param, Vocabulary

NOTE = "<!-- Written by `make docs` from the code; do not edit. -->\n"


def pages(parser: argparse.ArgumentParser, routes: Sequence[BaseRoute], vocabulary: Vocabulary) -> dict[str, str]:
    """Path below docs/reference -> text."""
    made = {
        "index.md": index_page(),
        "settings.md": settings_page(),
        "cli.md": cli_page(parser),
        "routes.md": routes_page(routes),
        "errors.md": errors_page(),
        "events.md": events_page(),
        "holdings.md": holdings_page(),
        "formats.md": formats_page(),
        "effects/index.md": effects_page(vocabulary),
    }
    made |= {f"effects/{name}.md": effect_page(spec) for name, spec in vocabulary.items()}
    return dict(sorted(made.items()))


def index_page() -> str:
    rows = [
        ("[Settings](settings.md)", "every setting, with its default and meaning"),
        ("[Commands](cli.md)", "what `safelight` can do"),
        ("[Routes](routes.md)", "what is answered over HTTP"),
        ("[Effects](effects/index.md)", "`e_…` of the transformation language"),
        ("[Formats](formats.md)", "what is read, written and delivered"),
        ("[Errors](errors.md)", "status and code of every error"),
        ("[Events](events.md)", "facts that other parts react to"),
        ("[Holdings](holdings.md)", "what is known about people, why, and for how long"),
    ]
    return _page("Reference", "These pages are made from the code.", _table(("page", "tells"), rows))


def settings_page() -> str:
    intro = (
        "Each setting is a key of `safelight.toml` (`[server]`, then `port = 9000`) or a variable of the environment, "
        "which wins over it. Of a secret, `…_FILE` names a file that holds it. An unknown name is an error. "
        "`safelight config show --origin` tells where each value came from."
    )
    rows = [(f"`{each.variable}`", f"`{each.name}`", each.type, each.default, each.meaning) for each in described()]
    return _page("Settings", intro, _table(("variable", "key", "type", "default", "meaning"), rows))


def cli_page(parser: argparse.ArgumentParser) -> str:
    parts = [_command(command) for command in commands(parser)]
    intro = (
        "An error is one line on standard error. Exit code 0: done; 1: a fault; 2: the command line, or the "
        "transformation, makes no sense."
    )
    return _page("Commands", intro, *parts)


def routes_page(routes: Sequence[BaseRoute]) -> str:
    rows: list[tuple[str, ...]] = []
    for route in routes:
        if isinstance(route, Route):
            methods = ", ".join(sorted((route.methods or {"any"}) - {"HEAD"}))
            rows.append((f"`{route.path}`", methods, summary_of(route.endpoint) or _in_words(route.name)))
        else:
            rows.append((f"`{getattr(route, 'path', '')}`", "GET", summary_of(route)))
    return _page("Routes", "In the order in which they are tried.", _table(("path", "methods", "does"), rows))


def errors_page() -> str:
    intro = 'An error is answered as `{"error": {"message": "…"}}`, with the same words in the header `X-Cld-Error`.'
    rows = [(str(kind.status), f"`{kind.code}`", kind.__name__, summary_of(kind)) for kind in registries.errors()]
    return _page("Errors", intro, _table(("status", "code", "name", "means"), rows))


def events_page() -> str:
    rows = [
        (f"`{kind.topic()}`", summary_of(kind), ", ".join(f"`{field.name}`" for field in fields(kind)))
        for kind in registries.events()
    ]
    intro = "Facts, told in the transaction that made them true. Who reacts may do so twice."
    return _page("Events", intro, _table(("event", "means", "fields"), rows))


def holdings_page() -> str:
    where: dict[str, list[str]] = {}
    for _, column in registries.columns():
        if "personal" in column.info:
            where.setdefault(column.info["personal"], []).append(_column_name(column))
    parts: list[str] = []
    for context, held in registries.holdings().items():
        rows = [
            (
                f"`{each.name}`",
                each.what,
                each.why,
                "as long as it is needed" if each.days is None else f"{each.days} days",
                each.fate.value,
                ", ".join(f"`{name}`" for name in where.get(each.name, [])) or "-",
            )
            for each in held
        ]
        if rows:
            parts += [f"## {context}", _table(("holding", "what", "why", "how long", "then", "columns"), rows)]
    return _page("Holdings", "What this software may know about a person, declared where it is kept.", *parts)


def formats_page() -> str:
    others: dict[str, list[str]] = {}
    for spelling, name in SPELLINGS.items():
        others.setdefault(name, []).append(spelling)
    rows = [
        (
            f"`{each.name}`",
            ", ".join(f"`{spelling}`" for spelling in others.get(each.name, [])) or "-",
            f"`{each.mime}`",
            each.kind.value,
            _abilities(each),
        )
        for each in FORMATS.values()
    ]
    intro = "Any other file is kept and delivered as `raw`. What a file is, its first bytes say, never its name."
    return _page("Formats", intro, _table(("format", "also", "type", "kind", "pictures"), rows))


def effects_page(vocabulary: Vocabulary) -> str:
    rows = [(f"[`e_{name}`]({name}.md)", spec.summary, f"`{spec.example}`") for name, spec in vocabulary.items()]
    return _page(
        "Effects", "Each is one file of `src/safelight/render/effects`.", _table(("effect", "does", "example"), rows)
    )


def effect_page(spec: EffectSpec) -> str:
    items = "".join(f"[:{param.name}]" if param.default is not None else f":{param.name}" for param in spec.params)
    parts = [f"```text\ne_{spec.name}{items}\n```"]
    if spec.params:
        rows = [(f"`{param.name}`", _values(param), _word(param.default)) for param in spec.params]
        parts.append(_table(("value", "may be", "default"), rows))
    if spec.takes_color:
        parts.append("The colour is given by `co_`.")
    if spec.takes:
        codes = ", ".join(f"`{code}_`" for code in spec.takes)
        parts.append(f"Its place is given by {codes} beside it.")
    if spec.description:
        parts.append(spec.description)
    parts.append(f"Example: `{spec.example}`")
    return _page(f"`e_{spec.name}`", spec.summary, *parts)


@dataclass(frozen=True)
class Command:
    """One command: its words, its parser, a line about it."""

    words: str
    parser: argparse.ArgumentParser
    about: str


def commands(parser: argparse.ArgumentParser) -> list[Command]:
    """All commands that are for people, down to the last word."""
    return list(_commands(parser, parser.prog))


def _commands(parser: argparse.ArgumentParser, before: str) -> Iterator[Command]:
    for action in _actions(parser):
        if isinstance(action, argparse._SubParsersAction):  # pyright: ignore[reportPrivateUsage]
            choices = cast("dict[str, argparse.ArgumentParser]", action.choices)  # pyright: ignore[reportUnknownMemberType]
            abouts = {each.dest: each.help or "" for each in action._choices_actions}  # pyright: ignore[reportPrivateUsage]
            for name, inner in choices.items():
                if not name.startswith("_"):
                    words = f"{before} {name}"
                    yield from list(_commands(inner, words)) or [Command(words, inner, abouts.get(name, ""))]


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    # argparse has no public way to ask for them, and its own pages differ with the width of the terminal.
    return parser._actions  # pyright: ignore[reportPrivateUsage]


def _command(command: Command) -> str:
    actions = [action for action in _actions(command.parser) if "--help" not in action.option_strings]
    places = "".join(f" {_place(action)}" for action in actions if not action.option_strings)
    parts = [f"## `{command.words}{places}`", _sentence(command.about)]
    if actions:
        rows = [(f"`{_written(action)}`", _sentence(_about(action))) for action in actions]
        parts.append(_table(("argument", "meaning"), rows))
    return "\n\n".join(part for part in parts if part)


def _place(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest)
    return f"[{name}]" if action.nargs == "?" else name


def _written(action: argparse.Action) -> str:
    if not action.option_strings:
        return _place(action)
    if action.nargs == 0:
        return ", ".join(action.option_strings)
    value = str(action.metavar) if action.metavar else action.dest.upper()
    return f"{', '.join(action.option_strings)} {value}"


def _about(action: argparse.Action) -> str:
    text = action.help or ""
    if action.choices is not None and not isinstance(action.choices, range):
        words = ", ".join(f"`{choice}`" for choice in cast("Iterable[object]", action.choices))
        text = f"{text}: {words}" if text else f"one of {words}"
    return text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_words(name: str) -> str:
    """`list_by_tag` as it would be said."""
    return _sentence(name.replace("_", " ")) + "."


def _abilities(format: Format) -> str:
    words = {"read": format.readable, "written": format.writable, "alpha": format.has_alpha}
    words["moving"] = format.can_animate
    able = [word for word, is_so in words.items() if is_so]
    return ", ".join(able) if format.readable else "stored and delivered"


def _values(param: Param) -> str:
    if param.choices:
        return ", ".join(f"`{choice}`" for choice in param.choices)
    if param.range is not None:
        unit = f" {param.range.unit}" if param.range.unit else ""
        bounds = f"{_word(param.range.low)} to {_word(param.range.high)}{unit}"
        counts = " or ".join(map(str, param.lengths))
        return f"{counts} numbers, each {bounds}" if counts else bounds
    return f"up to {STOPS_MAX} colours" if param.kind == "stops" else param.kind


def _word(value: object) -> str:
    match value:
        case None | () | Color(a=0):
            return "-"
        case Color():
            return f"`{color_text(value)}`"
        case Stop(color):
            return _word(color)
        case tuple():
            return ", ".join(_word(item) for item in cast("tuple[object, ...]", value))
        case _:
            pass
    return f"{value:g}" if isinstance(value, float) else str(value)


def _column_name(column: "Column[Any]") -> str:
    return f"{column.table.name}.{column.name}"


def _page(title: str, *parts: str) -> str:
    return f"{NOTE}\n# {title}\n\n" + "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
