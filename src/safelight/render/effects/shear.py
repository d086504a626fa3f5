"""e_shear."""

import math
from typing import Annotated

from safelight.kernel.errors import Invalid
from safelight.render.color import with_alpha
from safelight.render.effect import effect
from safelight.render.image import FULL_ALPHA, Image, Interpolate
from safelight.transform.spec import Range

_SLOPE_MAX = 60.0


@effect(example="e_shear:20:0", sees_alpha=True, reads_twice=True, changes_size=True, opens=True)
def shear(
    image: Image,
    x: Annotated[float, Range(-359, 359, "°")] = 0,
    y: Annotated[float, Range(-359, 359, "°")] = 0,
) -> Image:
    """Lean the image to one side.

    `x` is the angle by which upright lines lean, `y` that of level lines. The canvas grows, and its corners are
    transparent.
    """
    across, down = math.tan(math.radians(x)), math.tan(math.radians(y))
    if max(abs(across), abs(down)) > _SLOPE_MAX:
        raise Invalid("An image cannot be sheared by a right angle.")
    work = with_alpha(image).premultiply(max_alpha=FULL_ALPHA)
    leaning = work.affine(
        [1.0, across, down, 1 + across * down],
        interpolate=Interpolate.new("bicubic"),
        background=[0.0, 0.0, 0.0, 0.0],
        premultiplied=True,
    )
    return leaning.unpremultiply(max_alpha=FULL_ALPHA).cast("uchar").copy(interpretation="srgb")
