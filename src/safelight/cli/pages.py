"""Pages: the reference pages of docs/reference, as text, from the registries. The same house gives the same pages."""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import Column
from starlette.routing import BaseRoute, Route

from safelight.boot.known import described
from safelight.cli import registries
from safelight.cli.language_pages import language_pages
from safelight.cli.markdown import page, table
from safelight.cli.registries import summary_of
from safelight.cli.retention_page import retention_page
from safelight.kernel.media import FORMATS, SPELLINGS, Format, Kind, refusal
from safelight.transform.spec import Vocabulary
from safelight.web import openapi


def pages(parser: argparse.ArgumentParser, routes: Sequence[BaseRoute], vocabulary: Vocabulary) -> dict[str, str]:
    """Path below docs/reference -> text."""
    made = {
        "index.md": index_page(),
        "settings.md": settings_page(),
        "cli.md": cli_page(parser),
        "routes.md": routes_page(routes),
        "openapi.json": openapi_page(routes),
        "errors.md": errors_page(),
        "events.md": events_page(),
        "holdings.md": holdings_page(),
        "retention.md": retention_page(),
        "formats.md": formats_page(),
    }
    made |= language_pages(vocabulary)
    return dict(sorted(made.items()))


def index_page() -> str:
    rows = [
        ("[Settings](settings.md)", "every setting, with its default and meaning"),
        ("[Commands](cli.md)", "what `safelight` can do"),
        ("[Routes](routes.md)", "what is answered over HTTP"),
        ("[OpenAPI](openapi.json)", "every call of the API, for machines; a server shows it as `/openapi.json`"),
        ("[Transformations](transformations/index.md)", "every word of the transformation language, with pictures"),
        ("[Formats](formats.md)", "what is read, written and delivered"),
        ("[Errors](errors.md)", "status and code of every error"),
        ("[Events](events.md)", "facts that other parts react to"),
        ("[Holdings](holdings.md)", "what is known about people, why, and for how long"),
        ("[Retention](retention.md)", "what goes by itself, and when"),
    ]
    return page("Reference", "These pages are made from the code.", table(("page", "tells"), rows))


def settings_page() -> str:
    intro = (
        "Each setting is a key of `safelight.toml` (`[server]`, then `port = 9000`) or a variable of the environment, "
        "which wins over it. Of a secret, `…_FILE` names a file that holds it. An unknown name is an error. "
        "`safelight config show --origin` tells where each value came from."
    )
    rows = [
        (f"`{each.variable}`", f"`{each.name}`", each.type, each.default, " ".join(each.meaning.split()))
        for each in described()
    ]
    return page("Settings", intro, table(("variable", "key", "type", "default", "meaning"), rows))


def cli_page(parser: argparse.ArgumentParser) -> str:
    parts = [_command(command) for command in commands(parser)]
    intro = (
        "An error is one line on standard error. Exit code 0: done; 1: a fault; 2: the command line, or the "
        "transformation, makes no sense."
    )
    return page("Commands", intro, *parts)


def routes_page(routes: Sequence[BaseRoute]) -> str:
    rows: list[tuple[str, ...]] = []
    for route in routes:
        if isinstance(route, Route):
            methods = ", ".join(sorted((route.methods or {"any"}) - {"HEAD"}))
            rows.append((f"`{route.path}`", methods, summary_of(route.endpoint) or _in_words(route.name)))
        else:
            rows.append((f"`{getattr(route, 'path', '')}`", "GET", summary_of(route)))
    return page("Routes", "In the order in which they are tried.", table(("path", "methods", "does"), rows))


def openapi_page(routes: Sequence[BaseRoute]) -> str:
    return json.dumps(openapi.document(routes), indent=1, ensure_ascii=False) + "\n"


def errors_page() -> str:
    intro = 'An error is answered as `{"error": {"message": "…"}}`, with the same words in the header `X-Cld-Error`.'
    rows = [(str(kind.status), f"`{kind.code}`", kind.__name__, summary_of(kind)) for kind in registries.errors()]
    return page("Errors", intro, table(("status", "code", "name", "means"), rows))


def events_page() -> str:
    rows = [
        (f"`{kind.topic()}`", summary_of(kind), ", ".join(f"`{field.name}`" for field in fields(kind)))
        for kind in registries.events()
    ]
    intro = "Facts, told in the transaction that made them true. Who reacts may do so twice."
    return page("Events", intro, table(("event", "means", "fields"), rows))


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
            parts += [f"## {context}", table(("holding", "what", "why", "how long", "then", "columns"), rows)]
    return page("Holdings", "What this software may know about a person, declared where it is kept.", *parts)


def formats_page() -> str:
    others: dict[str, list[str]] = {}
    for spelling, name in SPELLINGS.items():
        others.setdefault(name, []).append(f"`{spelling}`")
    images = [each for each in FORMATS.values() if each.kind is Kind.IMAGE]
    able = [
        (
            f"`{each.name}`",
            ", ".join(others.get(each.name, [])) or "-",
            f"`{each.mime}`",
            *map(_yes, (each.readable, each.writable, each.has_alpha, each.can_animate, each.has_pages)),
            _why_not(each),
        )
        for each in images
    ]
    rest = [
        (f"`{each.name}`", ", ".join(others.get(each.name, [])) or "-", f"`{each.mime}`", each.kind.value)
        for each in FORMATS.values()
        if each.kind is not Kind.IMAGE
    ]
    intro = "Any other file is kept and delivered as `raw`. What a file is, its first bytes say, never its name."
    head = ("format", "also", "type", "read", "written", "alpha", "moves", "pages", "if not")
    return page(
        "Formats",
        intro,
        "## Pictures",
        "What this build can do; `safelight check` tells it of a machine.",
        table(head, able),
        "## Others",
        table(("format", "also", "type", "kind"), rest),
    )


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "-"


def _why_not(format: Format) -> str:
    """Why it is not read, or not written, as errors say it."""
    reading = "" if format.readable else refusal(format.name, is_read=True)
    writing = "" if format.writable else refusal(format.name)
    return " ".join(dict.fromkeys(text.partition(": ")[2] for text in (reading, writing) if text))


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
        parts.append(table(("argument", "meaning"), rows))
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


def _column_name(column: "Column[Any]") -> str:
    return f"{column.table.name}.{column.name}"
