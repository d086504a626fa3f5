"""Generated: a Render that hands what must be invented to a Generator, and all else to the Render below it."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from safelight.ports.generator import Generator, Item, Wish
from safelight.render.effect import vocabulary
from safelight.render.lacking import PROVIDER, lacking
from safelight.render.model import PartFile, Probed, Render, Rendered
from safelight.render.reduced import BESIDE_HEAD, INTERMEDIATE
from safelight.transform.arguments import Value
from safelight.transform.output import Encode, Source
from safelight.transform.plan import Area, Color, Effect, Flatten, GeneratedBackground, Plan, Resize, Step
from safelight.transform.source import Region

GENERATIVE = frozenset({"extract", "gen_background_replace", "gen_fill", "gen_recolor", "gen_remove", "gen_replace"})
"""The effects that only a Generator can do."""


@dataclass(frozen=True)
class Generating:
    """Without a generator, what needs one is refused before anything is opened."""

    inner: Render
    generator: Generator | None = None

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        at = next((at for at, step in enumerate(plan.steps) if wish_of(step)), None)
        if at is None:
            return await self.inner.render(plan, source, source_format=source_format, tenant=tenant, parts=parts)
        step = plan.steps[at]
        wish = wish_of(step)
        if self.generator is None or wish is None:
            raise lacking(_word(step), PROVIDER)
        before = replace(plan, steps=(*plan.steps[:at], *_made_before(step)), encode=Encode("png"), wants_info=False)
        made = await self.inner.render(before, source, source_format=source_format, tenant=tenant, parts=parts)
        painted = await self.generator.paint(wish, made.data)
        # What was seen in the source may be elsewhere by now: it is looked for again.
        after = replace(plan, steps=plan.steps[at + 1 :], source=Source(), seen=())
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "painted.png")
            await asyncio.to_thread(file.write_bytes, painted)
            # An intermediate is one of the source, and not of what was painted.
            rest = [part for part in parts if part.part.reference not in (INTERMEDIATE, BESIDE_HEAD)]
            return await self.render(after, file, source_format="png", tenant=tenant, parts=rest)

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        return await self.inner.probe(source, format=format, tenant=tenant)

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        return await self.inner.look(source, format=format, kinds=kinds, tenant=tenant)

    async def analyse(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> Mapping[str, Any]:
        return await self.inner.analyse(source, format=format, kinds=kinds, tenant=tenant)


def wish_of(step: Step) -> Wish | None:
    """What a step asks of a generator; None for all that is only computed."""
    match step:
        case Effect(name, args) if name in GENERATIVE:
            names = [param.name for param in vocabulary()[name].params]
            return Wish(name, {key: _item(value) for key, value in zip(names, args, strict=True)})
        case Resize(background=GeneratedBackground() as fill) | Flatten(fill) if isinstance(fill, GeneratedBackground):
            seed = -1.0 if fill.seed is None else float(fill.seed)
            return Wish("gen_fill", {"prompt": fill.prompt, "seed": seed, "ignore_foreground": fill.ignores_foreground})
        case _:
            return None


def _made_before(step: Step) -> tuple[Step, ...]:
    """What of the step itself is no invention: bars, which are transparent until somebody paints them."""
    return (replace(step, background=None),) if isinstance(step, Resize) else ()


def _word(step: Step) -> str:
    return f"e_{step.name}" if isinstance(step, Effect) else "b_gen_fill"


def _item(value: Value) -> Item:
    match value:
        case Color(r, g, b, a):
            return f"{r:02x}{g:02x}{b:02x}{a:02x}"
        case tuple():
            areas = [item for item in value if isinstance(item, Area)]
            if areas:
                return tuple((area.x, area.y, area.width, area.height) for area in areas)
            return tuple(str(item) for item in value)
        case str():
            return str(value)
        case _:
            return value
