"""Pipeline: a settled Plan and an open source -> a finished file, step by step in the order of the Plan."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS
from safelight.render import decode, info
from safelight.render.decode import Header
from safelight.render.encode import encode
from safelight.render.image import VipsError
from safelight.render.model import BROKEN, OpenPart, Rendered
from safelight.render.origin import FileOrigin
from safelight.render.work import Shared, Work
from safelight.settings import RenderSettings
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference

NO_PARTS: Mapping[Reference, OpenPart] = MappingProxyType({})


def render(
    plan: Plan, file: int, source_format: str, limits: RenderSettings, parts: Mapping[Reference, OpenPart] = NO_PARTS
) -> Rendered:
    """Carry a plan out. Raises Invalid for a source that cannot be decoded, TooMuch past a limit."""
    format = _target(plan, source_format)
    header = decode.read_header(file, source_format, plan.source, limits)
    origin = FileOrigin(file, header, plan.source, is_moving=keeps_moving(plan, header, format))
    shared = Shared(limits, header.size, parts, plan.seen)
    try:
        picture = Work(origin, plan.steps, shared, is_source=True).done()
    except VipsError as error:
        raise Invalid(BROKEN) from error
    if not (FORMATS[format].can_animate or FORMATS[format].has_pages):
        picture = replace(picture, frames=picture.frames[:1])
    size, frames = picture.size, len(picture.frames)
    data = encode(picture, plan.encode, format, limits.output_bytes_max)
    made = Rendered(data, format, size.width, size.height, frames)
    return info.told(made, header.size, file, shared.chosen) if plan.wants_info else made


def _target(plan: Plan, source_format: str) -> str:
    named = plan.encode.format
    name = named if isinstance(named, str) and named in FORMATS else source_format
    if not FORMATS[name].writable:
        raise Invalid(f"Unsupported format {name}")
    return name


def keeps_moving(plan: Plan, header: Header, target: str) -> bool:
    """Whether all frames of an animation are kept: where it is asked for, and where the format stays what it was."""
    can = header.pages > 1 and FORMATS[header.format].can_animate and FORMATS[target].can_animate
    asked = plan.encode.is_animated or target in {"gif", header.format}
    return can and asked and plan.source.page is None
