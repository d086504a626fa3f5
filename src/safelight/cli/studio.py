"""Studio: makes what a plan asks of a file of this machine, with no server and nothing kept."""

from dataclasses import dataclass, replace
from pathlib import Path

from safelight.cli.layers import Layers
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import HEAD_BYTES, Format, sniff
from safelight.render.model import Render, Rendered
from safelight.settings import RenderSettings
from safelight.transform import limits
from safelight.transform.auto import Hints, settle
from safelight.transform.plan import Plan, Region
from safelight.transform.reference import Reference
from safelight.transform.sighting import is_given, kinds, needed, nothing
from safelight.transform.source import SourceFacts


@dataclass(frozen=True)
class Studio:
    """`layers` may stand in for a source that is missing, where `d_` allows it."""

    render: Render
    settings: RenderSettings
    hints: Hints
    layers: Layers

    async def __call__(self, asked: Plan, source: Path, extension: str | None) -> Rendered:
        source = self._stand_in(source, asked)
        format = format_of(source)
        facts = await self._facts(source, format.name, asked)
        plan = settle(asked, self.hints, facts, extension)
        if plan.is_empty or plan.handing.is_original:
            return Rendered(_read_all(source), facts.format, facts.width or 0, facts.height or 0, facts.frames)
        plan, parts = self.layers.with_source(source).parts(plan)
        limits.check(plan, facts, self._limits())
        return await self.render.render(plan, source, source_format=format.name, parts=parts)

    async def _facts(self, source: Path, format: str, plan: Plan) -> SourceFacts:
        """What is known of a file by its header and, as far as the plan asks, by its content."""
        probed = await self.render.probe(source, format=format)
        facts = SourceFacts(
            probed.format,
            probed.width,
            probed.height,
            probed.has_alpha,
            probed.pages,
            itself=Reference(source.stem),
        )
        asked = kinds(plan)
        if not asked:
            return facts
        seen = await self._seen(source, format, {kind for kind in asked if not is_given(kind)}, needed(plan))
        # Who could say what is where is not here.
        given = tuple(nothing(kind) for kind in sorted(asked) if is_given(kind))
        faces = [region for region in seen if region.kind == "face" and region.certainty > 0]
        return replace(facts, seen=seen + given, faces=len(faces) if "face" in asked else None)

    async def _seen(self, source: Path, format: str, asked: set[str], must: frozenset[str]) -> tuple[Region, ...]:
        from safelight.render.sight import Models, is_seen_by
        from safelight.render.sight.reading import Reader

        models, reader = Models(self.settings.models), Reader(self.settings)
        found: list[Region] = []
        visible = sorted(kind for kind in asked - {"text"} if is_seen_by(kind, models))
        if visible:
            found += await self.render.look(source, format=format, kinds=visible)
        if "text" in asked and (reader.program is not None or "text" in must):
            found += await reader.read(self.render, source, format=format)
            visible.append("text")
        # What nothing can see is said by the render, if it comes to that.
        missed = [kind for kind in visible if all(region.kind != kind for region in found)]
        return (*found, *(nothing(kind) for kind in missed))

    def _stand_in(self, source: Path, plan: Plan) -> Path:
        is_missing = not source.exists() and plan.handing.default_name is not None
        return self.layers.other if is_missing and self.layers.other else source

    def _limits(self) -> limits.Limits:
        own = self.settings
        return limits.Limits(own.source_pixels_max, own.output_pixels_max, own.side_max, own.frames_max)


def format_of(source: Path) -> Format:
    """The format of a picture file, by its first bytes. Raises NotFound or Invalid."""
    if not source.is_file():
        raise NotFound(f"Resource not found - {source}")
    with source.open("rb") as file:
        format = sniff(file.read(HEAD_BYTES))
    if format is None or not format.readable:
        raise Invalid("Unsupported source: only images can be transformed")
    return format


def _read_all(source: Path) -> bytes:
    return source.read_bytes()
