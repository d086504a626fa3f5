"""Pipeline: a settled Plan and an open source -> a finished file, step by step in the order of the Plan."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS
from safelight.render import breakpoints, decode, gain, info, joining, reduced, target
from safelight.render.encode import encode
from safelight.render.image import VipsError
from safelight.render.model import BROKEN, OpenPart, Rendered
from safelight.render.origin import FileOrigin
from safelight.render.shared import Shared
from safelight.render.sight import Eyes, Models, paths
from safelight.render.work import Work
from safelight.settings import RenderSettings
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference

NO_PARTS: Mapping[Reference, OpenPart] = MappingProxyType({})


def render(
    plan: Plan, file: int, source_format: str, limits: RenderSettings, parts: Mapping[Reference, OpenPart] = NO_PARTS
) -> Rendered:
    """Carry a plan out. Raises Invalid for a source that cannot be decoded, TooMuch past a limit."""
    format = target.format_of(plan, source_format)
    header = decode.read_header(file, source_format, plan.source, limits)
    listed_at = breakpoints.asked_at(plan)
    if listed_at is not None:
        return breakpoints.listed(
            plan, listed_at, header.size, lambda each: render(each, file, source_format, limits, parts)
        )
    undrawn = target.undrawn(plan, file, header, format, limits)
    if undrawn is not None:
        return info.told(undrawn, header.size, file, ()) if plan.wants_info else undrawn
    origin = FileOrigin(
        file,
        header,
        plan.source,
        is_moving=target.keeps_many(plan, header, format),
        limits=limits,
        reduced=reduced.of(plan, header, format, parts, limits),
        is_head=reduced.BESIDE_HEAD in parts,
    )
    seen = plan.seen + paths.regions(plan, file, header)
    shared = Shared(limits, header.size, parts, seen, Eyes(Models(limits.models)))
    try:
        picture = Work(origin, plan.steps, shared, is_source=True).done()
        if plan.joined:
            picture = joining.joined(picture, plan.joined, shared)
    except VipsError as error:
        raise Invalid(BROKEN) from error
    if not (FORMATS[format].can_animate or FORMATS[format].has_pages):
        picture = replace(picture, frames=picture.frames[:1])
    size, frames = picture.size, len(picture.frames)
    data = encode(
        picture,
        plan.encode,
        format,
        limits.output_bytes_max,
        icc=target.icc_of(plan, parts),
        was_cmyk=header.is_cmyk,
        shining=gain.kept(plan, file, header, format),
        density_dpi=plan.source.density,
    )
    made = Rendered(data, format, size.width, size.height, frames)
    return info.told(made, header.size, file, shared.chosen) if plan.wants_info else made
