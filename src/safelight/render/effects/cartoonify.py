"""e_cartoonify."""

from typing import Literal

from safelight.render.colorfield import ramp
from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import curve, luma

_WORK_SIDE_PX = 900
_BRUSH_PX = 5
_LEVELS_MOST, _LEVELS_LEAST = 24, 3
_CHROMA_GAIN = 1.25
_PEN_PX, _SURROUNDINGS_PX = 0.7, 3.0
_INK_LEAST, _INK_FULL = 9.0, 26.0
_LIFT = 0.8


@effect(example="e_cartoonify:60:50", reads_twice=True)
def cartoonify(
    image: Image,
    line: Percent = 50,
    reduction: Percent = 60,
    palette: Literal["color", "bw"] = "color",
) -> Image:
    """Make the image look drawn: dark lines around even areas.

    `line` is the strength of the lines, `reduction` how few shades are left; the `palette` `bw` leaves black and
    white alone.
    """
    # Brush and pen are as broad on a large picture as on a small one.
    shrink = max(1.0, max(image.width, image.height) / _WORK_SIDE_PX)
    small = image.resize(1 / shrink).cast("uchar") if shrink > 1 else image
    side = min(_BRUSH_PX, small.width, small.height)
    smooth = small.rank(side, side, side * side // 2).copy_memory()
    weight = line / 100
    # The dark side of an edge is darker than its surroundings: that is where a pen would draw.
    shades = luma(smooth).cast("float")
    darker = shades.gaussblur(_SURROUNDINGS_PX) - shades.gaussblur(_PEN_PX)
    ink = ramp(darker, _INK_LEAST - 6 * weight, _INK_FULL - 14 * weight) * min(1.0, weight * 2)
    if palette == "bw":
        shades = luma(smooth)
        middle = float(shades.percent(45))
        flat = (ramp(shades, middle - 6, middle + 6) * 255).cast("uchar")
        flat = flat.bandjoin([flat, flat])
    else:
        flat = _flattened(smooth, reduction)
    drawn = (flat * (ink * -1 + 1)).cast("uchar").copy(interpretation="srgb")
    if drawn.width == image.width and drawn.height == image.height:
        return drawn
    return drawn.resize(image.width / drawn.width, vscale=image.height / drawn.height, kernel="cubic")


def _flattened(image: Image, reduction: float) -> Image:
    """Few steps of lightness; the colours of each are the old ones, and a little stronger."""
    levels = round(_LEVELS_MOST - (_LEVELS_MOST - _LEVELS_LEAST) * (reduction / 100) ** 0.6)
    shades = luma(image)
    # Shadows are lifted, for a flat black has no shapes.
    stepped = curve(shades, lambda value: round(value**_LIFT * levels) / levels)
    gray = shades.bandjoin([shades, shades])
    return ((image - gray) * _CHROMA_GAIN + stepped).cast("uchar").copy(interpretation="srgb")
