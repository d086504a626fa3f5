"""Transformations from a file, one a line: how many are understood, how many become pictures, and why others do not.

Lines that begin with `/` are delivery paths. Every name in them has a stand-in: the picture itself, those of layers,
tables, fonts, profiles, stored styles and named transformations. So have things in it that only an operator's model
could see. Renders go the way of a request: parsed, looked at, settled, bounded, and made in a render child.
"""

import argparse
import asyncio
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.stand_ins import StandIns
from safelight.kernel.errors import SafelightError
from safelight.kernel.media import Kind
from safelight.render.darkroom import Darkroom
from safelight.render.effect import vocabulary
from safelight.render.model import Render
from safelight.render.sight import Models, is_seen_by
from safelight.settings import RenderSettings
from safelight.transform import limits
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import canon
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference
from safelight.transform.sighting import is_given, is_nothing, kinds, nothing
from safelight.transform.source import Region, SourceFacts
from safelight.transform.url import parse_path

NAMED = "c_limit,w_400"
"""What every named transformation stands for."""
MIDDLE = (0.3, 0.3, 0.4, 0.4)
"""Where things are that only a model, or people, could point at."""
AT_ONCE_MAX = 4
BROWSER = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"

# Delivery types that nothing here serves, but whose transformations are like all others.
_OLD_TYPE = re.compile(r"^(/(?:[^/]+/)?(?:image|any|video|raw))/(?!upload|private|authenticated|fetch|text)[a-z0-9_]+/")
_QUOTED = re.compile(r"`[^`]*`|(?<=: )\S.*$|\b[0-9.]+\b")


@dataclass(frozen=True)
class Line:
    """A line that was understood. `extension`: the format that the path asks for."""

    plan: Plan
    extension: str | None
    is_of_film: bool


@dataclass(frozen=True)
class Outcome:
    """`reason` is empty for what went well; `ms` is what a render took."""

    reason: str = ""
    ms: float = 0


def read(text: str) -> Line:
    """Raises SafelightError for what is not understood."""
    if not text.startswith("/"):
        return Line(parse(text, vocabulary(), lambda _: NAMED), None, is_of_film=False)
    path, _, query = _OLD_TYPE.sub(r"\1/upload/", text).partition("?")
    has_cloud = path.split("/")[1] not in set(Kind)
    url = parse_path(path, query, None if has_cloud else "cloud")
    plan = parse(url.transformation, vocabulary(), lambda _: NAMED)
    return Line(plan, url.extension, is_of_film=url.kind is not Kind.IMAGE)


def says_the_same(plan: Plan) -> bool:
    """Does its canonical text mean what it means?"""
    try:
        return parse(canon(plan), vocabulary(), lambda _: NAMED) == plan
    except SafelightError:
        return False


async def rendered(line: Line, render: Render, stand_ins: StandIns, settings: RenderSettings) -> Outcome:
    """Make the picture."""
    if line.is_of_film:
        return Outcome("the path is one of a film, a sound or a raw file")
    started = time.perf_counter()
    try:
        path, format = stand_ins.source(line.plan.source)
        probed = await render.probe(path, format=format)
        seen = await _seen(kinds(line.plan), render, path, format, settings)
        facts = SourceFacts(
            probed.format,
            probed.width,
            probed.height,
            probed.has_alpha,
            probed.pages,
            seen=seen,
            faces=sum(region.kind == "face" and not is_nothing(region) for region in seen),
            itself=Reference("sample"),
        )
        plan = settle(line.plan, Hints(accept=BROWSER), facts, line.extension)
        if not (plan.is_empty or plan.handing.is_original):
            plan, parts = stand_ins.parts(plan)
            limits.check(plan, facts, _limits(settings))
            await render.render(plan, path, source_format=format, parts=parts)
    except SafelightError as error:
        return Outcome(masked(error.message))
    return Outcome(ms=1000 * (time.perf_counter() - started))


def masked(message: str) -> str:
    """A reason without what was written in the line."""
    return _QUOTED.sub("…", message.split("\n")[0])


def table(counts: Iterable[tuple[str, int]], total: int) -> str:
    rows = [f"| {what} | {count} | {100 * count / max(1, total):.1f} % |" for what, count in counts]
    return "\n".join(["| outcome | lines | share |", "| --- | --- | --- |", *rows])


async def _seen(
    asked: frozenset[str], render: Render, path: Path, format: str, settings: RenderSettings
) -> tuple[Region, ...]:
    """What can be seen is looked for; what is told by people, or needs a model that is not here, is in the middle."""
    visible = {kind for kind in asked if kind != "text" and not is_given(kind) and is_seen_by(kind, _models(settings))}
    found = await render.look(path, format=format, kinds=sorted(visible)) if visible else ()
    missed = visible - {region.kind for region in found}
    return (*found, *map(nothing, sorted(missed)), *(Region(kind, *MIDDLE) for kind in sorted(asked - visible)))


def _models(settings: RenderSettings) -> Models:
    return Models(settings.models)


def _limits(settings: RenderSettings) -> limits.Limits:
    return limits.Limits(settings.source_pixels_max, settings.output_pixels_max, settings.side_max, settings.frames_max)


async def _all_rendered(lines: list[Line], folder: Path) -> list[Outcome]:
    settings, stand_ins = RenderSettings(), StandIns(folder)
    places = asyncio.Semaphore(AT_ONCE_MAX)
    async with Darkroom(settings) as darkroom:

        async def one(line: Line) -> Outcome:
            async with places:
                return await rendered(line, darkroom, stand_ins, settings)

        return await asyncio.gather(*map(one, lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="one transformation or delivery path a line")
    parser.add_argument("--parse-only", action="store_true", help="make no pictures")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take only every Nth line")
    parser.add_argument("--show", action="store_true", help="also print each line that is not understood or not made")
    parser.add_argument("--json", type=Path, help="write the counts here; what the lines say is never written")
    args = parser.parse_args()
    texts = [text for text in args.file.read_text().splitlines() if text][:: args.every]
    refused: Counter[str] = Counter()
    understood: list[tuple[str, Line]] = []
    for text in texts:
        try:
            understood.append((text, read(text)))
        except SafelightError as error:
            refused[f"not understood: {masked(error.message)}"] += 1
            if args.show:
                print(f"not understood: {error.message} | {text}")
    kept = 0
    for text, line in understood:
        is_same = says_the_same(line.plan)
        kept += is_same
        if args.show and not is_same:
            print(f"another canonical text: {canon(line.plan)} | {text}")
    counts = [
        ("lines", len(texts)),
        ("understood", len(understood)),
        ("of these, the canonical text means the same", kept),
    ]
    if not args.parse_only:
        with tempfile.TemporaryDirectory(prefix="safelight-strings-") as place:
            Path(place).chmod(0o755)
            outcomes = asyncio.run(_all_rendered([line for _, line in understood], Path(place)))
        for (text, _), outcome in zip(understood, outcomes, strict=True):
            refused[outcome.reason] += bool(outcome.reason)
            if args.show and outcome.reason:
                print(f"not made: {outcome.reason} | {text}")
        made = [outcome.ms for outcome in outcomes if not outcome.reason]
        counts.append((f"made into a picture (half of them in less than {median(made or [0]):.0f} ms)", len(made)))
    counts += [(f"refused: {reason}", count) for reason, count in refused.most_common() if reason]
    print(table(counts, len(texts)))
    if args.json:
        args.json.write_text(json.dumps(dict(counts), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
