"""e_dropshadow."""

import math
from typing import Annotated

from safelight.render.color import solid, with_alpha
from safelight.render.effect import Percent, effect
from safelight.render.image import Image, Interpolate
from safelight.render.shape import with_mask
from safelight.render.soften import soften
from safelight.transform.geometry import Size
from safelight.transform.plan import Color
from safelight.transform.spec import Range

_INK = Color(20, 20, 20)
_STRENGTH = 0.55
_SIGMA_SHARE_MIN, _SIGMA_SHARE_MAX = 0.002, 0.03
# How long a shadow is, in heights of the object; and how much of its depth a low camera sees.
_LONG_MIN, _LONG_MAX = 0.08, 1.2
_DEPTH, _DEPTH_MIN = 0.5, 0.12


@effect(
    example="r_max/e_dropshadow:azimuth_215;elevation_45;spread_30",
    sees_alpha=True,
    reads_twice=True,
    changes_size=True,
    opens=True,
)
def dropshadow(
    image: Image,
    azimuth: Annotated[float, Range(0, 360, "°")] = 215,
    elevation: Annotated[float, Range(0, 90, "°")] = 45,
    spread: Percent = 50,
) -> Image:
    """Let the object of an image with transparency cast a soft shadow on the ground.

    `azimuth` is where the light comes from: 0 from the front, 90 from the right, 180 from behind. `elevation` is how
    high it stands, `spread` how soft the shadow is. The canvas grows.
    """
    image = with_alpha(image).copy_memory()
    shape = image[image.bands - 1]
    base = _foot(shape)
    right, down = _slope(azimuth, elevation)
    # A point at height t above the foot falls at (x + t * right, foot + t * down): upright lines become those.
    sigma = max(image.width, image.height) * (_SIGMA_SHARE_MIN + (_SIGMA_SHARE_MAX - _SIGMA_SHARE_MIN) * spread / 100)
    margin = round(2 * sigma) + 1
    reach, fall = base * right, base * down
    left = margin + max(0, math.ceil(-reach))
    top = max(0, math.ceil(-(base + min(0.0, fall))) + margin)
    bottom = max(image.height, base + math.ceil(max(0.0, fall)) + margin)
    size = Size(left + image.width + max(0, math.ceil(reach)) + margin, top + bottom)
    lying = shape.affine(
        [1.0, -right, 0.0, -down],
        odx=left + base * right,
        ody=top + base * (1 + down),
        oarea=[0, 0, size.width, size.height],
        interpolate=Interpolate.new("bilinear"),
    )
    soft = soften(lying.linear([_STRENGTH], [0.0]).cast("uchar"), sigma).cast("uchar")
    cast = with_mask(solid(size, _INK), soft)
    return cast.composite(image, "over", x=left, y=top).cast("uchar").copy(interpretation="srgb")


def _slope(azimuth: float, elevation: float) -> tuple[float, float]:
    """Where a shadow points, to the right and down, in heights of what casts it."""
    low = math.tan(math.radians(max(1.0, elevation)))
    length = min(_LONG_MAX, max(_LONG_MIN, 0.6 / low))
    angle = math.radians(azimuth)
    right, down = -math.sin(angle) * length, -math.cos(angle) * length * _DEPTH
    least = _DEPTH_MIN * length
    return right, math.copysign(max(least, abs(down)), down)


def _foot(shape: Image) -> int:
    """The lowest row of the object."""
    _, top, _, height = shape.find_trim(threshold=64, background=[0.0], line_art=True)
    return top + height if height else shape.height
