"""Rotate: turns and flips. A turn that is no quarter enlarges the canvas to what the picture needs."""

from safelight.render.image import FULL_ALPHA, Image, Interpolate
from safelight.render.resize import over, scale
from safelight.transform import geometry
from safelight.transform.geometry import Size
from safelight.transform.plan import Background, Flip

_QUARTERS = {90.0: "d90", 180.0: "d180", 270.0: "d270"}


def rotate(image: Image, turns: tuple[float | Flip, ...], background: Background | None) -> Image:
    for turn in turns:
        match turn:
            case Flip.HORIZONTAL:
                image = image.flip("horizontal")
            case Flip.VERTICAL:
                image = image.flip("vertical")
            case _:
                image = _turned(image, turn % 360, background)
    return image


def _turned(image: Image, degrees: float, background: Background | None) -> Image:
    if degrees == 0:
        return image
    if degrees in _QUARTERS:
        return image.rot(_QUARTERS[degrees])
    size = Size(image.width, image.height)
    # Kept in memory: a slanted line of the result meets many lines of the source.
    image = scale(image, geometry.before_rotation(size, degrees)).copy_memory()
    with_alpha = image if image.hasalpha() else image.bandjoin(FULL_ALPHA)
    # libvips itself keeps transparent pixels from lending their colour to others here.
    turned = with_alpha.rotate(degrees, interpolate=Interpolate.new("bicubic"), background=[0.0, 0.0, 0.0, 0.0])
    turned = turned.cast("uchar").copy(interpretation="srgb")
    needed = geometry.rotated(size, (degrees,))
    turned = turned.gravity("centre", needed.width, needed.height, background=[0.0, 0.0, 0.0, 0.0])
    return over(turned, background, taken_from=image)
