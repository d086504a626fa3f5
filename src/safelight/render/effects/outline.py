"""e_outline."""

import math
from typing import Annotated, Literal

from safelight.render.color import BLACK, solid, with_alpha
from safelight.render.effect import effect
from safelight.render.image import FULL_ALPHA, Image
from safelight.render.shape import with_mask
from safelight.render.soften import soften
from safelight.render.spread import grown
from safelight.transform.geometry import Size
from safelight.transform.plan import Color
from safelight.transform.spec import Range

_STRENGTH_A_SIGMA = 20.0
# Alpha from which on a pixel belongs to the shape.
_SEEN = 8


@effect(example="co_rgb:ff8000,e_outline:inner:8", sees_alpha=True, reads_twice=True, changes_size=True, opens=True)
def outline(
    image: Image,
    mode: Literal["inner_and_outer", "outer", "inner", "inner_fill", "fill"] = "inner_and_outer",
    width: Annotated[float, Range(1, 100, "px")] = 5,
    blur: Annotated[float, Range(0, 2000)] = 0,
    color: Color = BLACK,
) -> Image:
    """Draw a line around what is not transparent.

    `mode` says on which side of the edge the line lies: outside, inside, or half of it on each side; `fill` fills
    the shape and `width` around it, `inner_fill` fills the shape alone. Twenty steps of `blur` are one pixel of a
    soft edge. Where the line reaches beyond the canvas, that grows.
    """
    image = with_alpha(image).copy_memory()
    if mode not in {"inner", "inner_fill"}:
        image = _roomy(image, width if mode != "inner_and_outer" else width / 2, blur / _STRENGTH_A_SIGMA)
    shape = image[image.bands - 1].copy_memory()
    match mode:
        case "fill":
            line = grown(shape, width)
        case "inner_fill":
            line = shape
        case "outer":
            line = grown(shape, width)
        case "inner":
            line = _within(shape, width)
        case _:
            line = grown(shape, width / 2).minpair(_within(shape, width / 2).maxpair(shape.invert()))
    line = soften(line.copy_memory(), blur / _STRENGTH_A_SIGMA).cast("uchar")
    if mode in {"inner", "inner_fill"}:
        line = line.minpair(shape)
    drawn = with_mask(solid(Size(image.width, image.height), color), line)
    layers = (drawn, image) if mode == "outer" else (image, drawn)
    return layers[0].composite(layers[1], "over").cast("uchar").copy(interpretation="srgb")


def _roomy(image: Image, width: float, sigma: float) -> Image:
    """A canvas that holds the line: as much larger on each side as the shape is too near to it."""
    reach = math.ceil(width + 2 * sigma)
    shape = image[image.bands - 1]
    left, top, wide, high = shape.find_trim(threshold=_SEEN, background=[0.0], line_art=True)
    if wide == 0 or high == 0:
        return image
    right, bottom = image.width - left - wide, image.height - top - high
    grow = [max(0, reach - gap) for gap in (left, top, right, bottom)]
    size = Size(image.width + grow[0] + grow[2], image.height + grow[1] + grow[3])
    return image.embed(grow[0], grow[1], size.width, size.height).copy_memory()


def _within(shape: Image, width: float) -> Image:
    """The part of a shape that is near its edge; beyond the canvas there is nothing, so its border is an edge too."""
    margin = int(width) + 2
    around = (shape * -1 + FULL_ALPHA).cast("uchar")
    around = around.embed(
        margin,
        margin,
        shape.width + 2 * margin,
        shape.height + 2 * margin,
        extend="background",
        background=[FULL_ALPHA],
    )
    return grown(around.copy_memory(), width).crop(margin, margin, shape.width, shape.height).minpair(shape)
