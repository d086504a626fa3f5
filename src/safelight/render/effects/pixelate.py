"""e_pixelate."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

_SQUARES_A_SIDE = 40


@effect(example="e_pixelate:8")
def pixelate(image: Image, square: Annotated[float, Range(0, 200, "px")] = 0) -> Image:
    """Show the image as large squares.

    `square` is the side of one square; 0: by the size of the image.
    """
    side = int(square) or max(1, max(image.width, image.height) // _SQUARES_A_SIDE)
    small = image.shrink(side, side, ceil=True)
    return small.zoom(side, side).crop(0, 0, image.width, image.height)
