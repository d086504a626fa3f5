"""Target: in what a result is written, how many frames or pages it has, and what needs no pixels for it at all."""

import os
from collections.abc import Mapping

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS, refusal
from safelight.render import profile
from safelight.render.decode import Header, pages_of
from safelight.render.model import OpenPart, Rendered
from safelight.settings import RenderSettings
from safelight.transform.plan import Effect, Plan
from safelight.transform.reference import Reference

# Effects whose result is a drawing again.
_DRAWING = frozenset({"vectorize"})
_DOCUMENTS = frozenset({"pdf", "ai"})
# Whose pages follow one another; the layers of a PSD and the sizes of an icon do not.
_PAGED = frozenset({"pdf", "ai", "tif"})


def format_of(plan: Plan, source_format: str) -> str:
    """Raises Invalid for a format that cannot be written, with the reason."""
    named = plan.encode.format
    name = named if isinstance(named, str) and named in FORMATS else source_format
    if not FORMATS[name].writable:
        raise Invalid(refusal(name))
    return name


def keeps_many(plan: Plan, header: Header, target: str) -> bool:
    """Whether more than one frame or page is kept.

    The frames of an animation: where it is asked for, and where the format stays what it was. The pages of a document:
    in another document, and as frames where an animation is asked for.
    """
    if header.pages <= 1 or plan.source.page is not None:
        return False
    can_animate = FORMATS[target].can_animate
    if header.is_moving:
        return can_animate and (plan.encode.is_animated or target in {"gif", header.format})
    if header.format not in _PAGED:
        return False
    return target in _PAGED or (can_animate and plan.encode.is_animated)


def undrawn(plan: Plan, file: int, header: Header, target: str, limits: RenderSettings) -> Rendered | None:
    """A drawing or document that stays one: without its pixels ever being made. None: they must be.

    A drawing asked for as a drawing is delivered in its own size, for nothing that is asked of pixels applies to it
    (transformations.md 2.16), and without what a browser would run.
    """
    if header.format == target == "svg" and not any(isinstance(s, Effect) and s.name in _DRAWING for s in plan.steps):
        from safelight.render.formats import bridge, clean_svg

        return _made(clean_svg.cleaned(bridge.whole(file)), target, header, 1)
    if header.format in _DOCUMENTS and target in _DOCUMENTS and not plan.steps and not plan.encode.rasterizes:
        from safelight.render.formats import bridge, pdf

        pages = pages_of(header, plan.source, are_many=True, limits=limits)
        is_whole = plan.source.page is None and not plan.source.pages
        data = bridge.whole(file) if is_whole else pdf.subset(file, header.format, pages)
        return _made(data, target, header, len(pages) or 1)
    return None


def icc_of(plan: Plan, parts: Mapping[Reference, OpenPart]) -> bytes | None:
    """The profile that the plan names, out of the files that came with the job."""
    reference = plan.encode.icc
    if reference is None:
        return None
    part = parts.get(reference)
    if part is None or part.format != "icc":
        raise Invalid(f"Unknown or invalid referenced profile {reference.name}")
    data = os.pread(part.file, profile.PROFILE_BYTES_MAX + 1, 0)
    if len(data) > profile.PROFILE_BYTES_MAX:
        raise TooMuch(f"A profile may have {profile.PROFILE_BYTES_MAX} bytes here.")
    return data


def _made(data: bytes, target: str, header: Header, frames: int) -> Rendered:
    return Rendered(data, target, header.size.width, header.size.height, frames)
