"""Reduced: a picture that was made small once, from which smaller ones are cut where nobody sees the difference."""

from collections.abc import Mapping

from safelight.kernel.media import FORMATS, Kind
from safelight.render import decode
from safelight.render.decode import Header
from safelight.render.model import OpenPart
from safelight.render.origin import FileOrigin
from safelight.settings import RenderSettings
from safelight.transform.output import Chroma, ColorSpace, Encode, Source
from safelight.transform.places import Compass
from safelight.transform.plan import (
    Border,
    Color,
    Effect,
    Fit,
    Flatten,
    Layer,
    Opacity,
    Plan,
    Px,
    Resize,
    Rotate,
    Round,
    Step,
)
from safelight.transform.reference import Reference

INTERMEDIATE = Reference("")
"""By what it goes along with the source, as a part: a name that no URL can write."""
BESIDE_HEAD = Reference("", Kind.RAW)
"""By this where of the source nothing came but its head: whoever needs its pixels is refused, and asks again."""
QUALITY = 92
QUALITY_MAX = 90
"""Who asks for more than this wants the original's own pixels."""

_LOSSY = frozenset({"jpg", "webp", "avif"})
# What is done to each pixel alike, or adds what the picture has not. Others measure, and might measure differently.
_ALIKE = (Resize, Rotate, Round, Border, Opacity, Flatten, Layer)
_EFFECTS_ALIKE = frozenset(
    {"sharpen", "unsharp_mask", "blur", "grayscale", "sepia", "brightness", "contrast", "saturation", "hue", "gamma"}
)


def plan_of(side_px: int) -> Plan:
    """How an intermediate is made of its original."""
    whole = Resize(Px(side_px), Px(side_px), Fit.LIMIT)
    return Plan(steps=(whole,), encode=Encode("jpg", quality=QUALITY, chroma=Chroma.S420))


def of(
    plan: Plan, header: Header, format: str, parts: Mapping[Reference, OpenPart], limits: RenderSettings
) -> FileOrigin | None:
    """The intermediate that came with the job, if the result from it is as good as from the original."""
    part = parts.get(BESIDE_HEAD) or parts.get(INTERMEDIATE)
    if part is None or header.pages > 1 or header.is_cmyk or not suits(plan, format):
        return None
    return FileOrigin(part.file, decode.read_header(part.file, part.format, Source(), limits), Source(), limits=limits)


def suits(plan: Plan, format: str) -> bool:
    """Whether a result is one in which an intermediate is not seen; it is asked before any pixel is."""
    return (
        plan.source == Source()
        and not plan.wants_info
        and not plan.joined
        and _begins_with_the_whole(plan.steps)
        and all(map(_is_alike, plan.steps))
        and _is_lossy(plan.encode, format)
    )


def _begins_with_the_whole(steps: tuple[Step, ...]) -> bool:
    """A cut by what is seen in the picture is not made twice in different pixels."""
    return bool(steps) and isinstance(steps[0], Resize) and isinstance(steps[0].gravity, Compass | None)


def _is_alike(step: Step) -> bool:
    if isinstance(step, Effect):
        return step.name in _EFFECTS_ALIKE
    if isinstance(step, Resize):
        return isinstance(step.gravity, Compass | None) and isinstance(step.background, Color | None)
    return isinstance(step, _ALIKE)


def _is_lossy(encode: Encode, format: str) -> bool:
    """Not what is kept as it is: lossless, in other colours, or with what the file itself says."""
    is_plain = encode.color_space in {None, ColorSpace.SRGB} and encode.icc is None
    is_bare = not (encode.keeps_metadata or encode.keeps_attribution)
    is_fine = isinstance(encode.quality, int) and encode.quality > QUALITY_MAX
    return format in _LOSSY and is_plain and is_bare and not is_fine and not FORMATS[format].has_pages
