"""`safelight transform parse | explain | render`: the URL language on files, without a server."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import cast

from safelight.cli.explain import explained, lines
from safelight.cli.layers import Layers, read_layers
from safelight.cli.options import Subparsers, settings_of
from safelight.cli.studio import Studio
from safelight.kernel.errors import SafelightError
from safelight.kernel.media import Kind
from safelight.render.model import Rendered
from safelight.settings import RenderSettings
from safelight.transform.auto import Hints
from safelight.transform.canon import canon
from safelight.transform.colors import color_text
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.plan import Color, Initial, Plan, Px, Ratio
from safelight.transform.url import DeliveryUrl, parse_path

EXIT_WRONG_TEXT = 2

EACH_LINE = "-"
"""Stands for a text: read one from each line of the standard input."""


def add_to(subparsers: Subparsers) -> None:
    commands = subparsers.add_parser("transform", help="try the URL language without a server").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    parsing = commands.add_parser("parse", help="tell what a transformation asks for, as JSON")
    parsing.add_argument("text", metavar="STRING", help="a transformation or delivery path; - reads one a line")
    parsing.set_defaults(run=run_parse)

    explaining = commands.add_parser("explain", help="tell in words what a transformation asks for")
    explaining.add_argument("text", metavar="STRING", help="a transformation or delivery path")
    explaining.add_argument("--json", action="store_true", help="for programs: a list of words and what they say")
    explaining.set_defaults(run=run_explain)

    rendering = commands.add_parser("render", help="make the picture that a transformation asks for")
    rendering.add_argument("source", metavar="SOURCE", type=Path, help="the file to transform")
    rendering.add_argument("text", metavar="STRING", help="a transformation or delivery path; - reads one a line")
    rendering.add_argument("out", metavar="OUT", type=Path, help="the file to write; with - a folder")
    rendering.add_argument("--accept", metavar="TYPES", default="*/*", help="what the client accepts, for f_auto")
    rendering.add_argument("--dpr", metavar="N", type=float, help="dots per px of the client's screen, for dpr_auto")
    rendering.add_argument(
        "--layer",
        metavar="[NAME=]FILE",
        action="append",
        default=[],
        help="the file of a layer, table or font that is referred to by this name; without a name it stands for all "
        "images that have no other; may be given more than once",
    )
    rendering.set_defaults(run=run_render)


def run_parse(args: argparse.Namespace) -> int:
    if args.text == EACH_LINE:
        for line in _lines():
            print(_json(_parsed(line)), flush=True)
        return 0
    try:
        print(_json(_answer(_read(args.text))))
    except TransformError as error:
        print(error.pointed(), file=sys.stderr)
        return EXIT_WRONG_TEXT
    except SafelightError as error:
        print(error.message, file=sys.stderr)
        return EXIT_WRONG_TEXT
    return 0


def run_explain(args: argparse.Namespace) -> int:
    from safelight.render.effect import vocabulary

    try:
        asked = _read(args.text)
    except TransformError as error:
        print(error.pointed(), file=sys.stderr)
        return EXIT_WRONG_TEXT
    found = explained(asked.url.transformation if asked.url else args.text, vocabulary())
    if args.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
        return 0
    for line in lines(found):
        print(line)
    print(f"\nIn canonical form: {canon(asked.plan) or '-'}")
    return 0


def run_render(args: argparse.Namespace) -> int:
    hints, layers = Hints(accept=args.accept, dpr=args.dpr), read_layers(args.layer)
    if args.text == EACH_LINE:
        args.out.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(_render(args.source, args.text, args.out, settings_of(args).render, hints, layers))
    except TransformError as error:
        print(error.pointed(), file=sys.stderr)
        return EXIT_WRONG_TEXT


# --- reading ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """A text that was understood. `names`: named transformations, which only a server could look up."""

    plan: Plan
    url: DeliveryUrl | None
    names: list[str] = field(default_factory=list[str])


def _lines() -> Iterator[str]:
    return (text for line in sys.stdin if (text := line.rstrip("\r\n")))


def _read(line: str) -> _Asked:
    """A transformation, or a delivery path if it begins with a slash. Errors point into the line."""
    # The effects bring libvips, for which no other command should wait.
    from safelight.render.effect import vocabulary

    names: list[str] = []

    def look_up(name: str) -> str:
        names.append(name)
        return ""

    if not line.startswith("/"):
        return _Asked(parse(line, vocabulary(), look_up), None, names)
    path, _, query = line.partition("?")
    # A path may come without its cloud, as from a host of its own.
    has_cloud = path.split("/")[1] not in set(Kind)
    url = parse_path(path, query, None if has_cloud else "cloud")
    try:
        return _Asked(parse(url.transformation, vocabulary(), look_up), url, names)
    except TransformError as error:
        offset = max(0, line.find(url.transformation))
        raise TransformError(error.message, line, error.start + offset, error.end + offset) from error


def _parsed(line: str) -> dict[str, object]:
    try:
        return _answer(_read(line))
    except TransformError as error:
        return {"ok": False, "error": error.message, "start": error.start, "end": error.end}
    except SafelightError as error:
        return {"ok": False, "error": error.message, "start": 0, "end": len(line)}


def _answer(asked: _Asked) -> dict[str, object]:
    answer: dict[str, object] = {"ok": True, "canonical": canon(asked.plan), "steps": _steps(asked.plan)}
    if asked.names:
        answer["names"] = asked.names
    if asked.url:
        answer["public_id"] = asked.url.name
    return answer


def _steps(plan: Plan) -> list[dict[str, object]]:
    """The steps in their order, and then how the file is opened, written and handed out; without what is usual."""
    steps = [{"step": type(step).__name__.lower(), **_facts(step)} for step in plan.steps]
    others = {"source": plan.source, "encode": plan.encode, "handing": plan.handing}
    return steps + [{"step": name, **facts} for name, value in others.items() if (facts := _facts(value))]


def _facts(value: object) -> dict[str, object]:
    assert is_dataclass(value)
    given = {item.name: (getattr(value, item.name), item.default) for item in fields(value)}
    return {name: _plain(fact) for name, (fact, usual) in given.items() if fact != usual}


def _plain(value: object) -> object:
    """As JSON: px are whole numbers, ratios have a dot, colours are written as in a URL."""
    match value:
        case Px(number) | Ratio(number):
            return number
        case Initial(axis):
            return f"i{axis}"
        case Color():
            return color_text(value)
        case Enum():
            return value.value
        case tuple():
            return [_plain(item) for item in cast(tuple[object, ...], value)]
        case _ if is_dataclass(value):
            return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
        case _:
            return value


def _json(answer: dict[str, object]) -> str:
    return json.dumps(answer, ensure_ascii=False)


# --- rendering --------------------------------------------------------------------------------------------------


async def _render(source: Path, text: str, out: Path, settings: RenderSettings, hints: Hints, layers: Layers) -> int:
    from safelight.render.darkroom import Darkroom

    async with Darkroom(settings) as darkroom:
        studio = Studio(darkroom, settings, hints, layers)
        if text != EACH_LINE:
            made = await studio(_read(text).plan, source, out.suffix[1:] or None)
            _write(out, made.data)
            print(_json(_facts_of(made, out)))
            return 0
        for number, line in enumerate(_lines(), start=1):
            print(_json(await _rendered(studio, line, source, out / f"{number:05d}")), flush=True)
    return 0


async def _rendered(studio: Studio, line: str, source: Path, stem: Path) -> dict[str, object]:
    started = time.perf_counter()
    answer: dict[str, object]
    try:
        asked = _read(line)
        made = await studio(asked.plan, source, asked.url.extension if asked.url else None)
        file = stem.with_suffix(f".{made.format}")
        _write(file, made.data)
        answer = _facts_of(made, file)
    except SafelightError as error:
        answer = {"ok": False, "error": error.message}
    return {**answer, "seconds": round(time.perf_counter() - started, 3)}


def _facts_of(made: Rendered, file: Path) -> dict[str, object]:
    return {"ok": True, "file": str(file), "width": made.width, "height": made.height, "format": made.format}


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)
