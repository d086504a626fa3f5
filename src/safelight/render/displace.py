"""Displace: moves the pixels of a picture by the red and green of a map that lies on it."""

from safelight.render.color import with_alpha
from safelight.render.image import FULL_ALPHA, Image, Interpolate
from safelight.render.resize import scale
from safelight.transform.geometry import Size
from safelight.transform.plan import Initial, Length, OfBase, OfRegion, Px, Ratio

SHIFT_PX_MAX = 999
"""No pixel moves further."""
_STILL = 127.0


def displaced(image: Image, top: Image, x: Length | None, y: Length | None) -> Image:
    """The map is stretched over the picture. Where it is 127 nothing moves; black moves by x px to the right and y px
    down, white the other way; where it is transparent nothing moves. What comes from beyond the edge is the edge."""
    right, down = _px(x, image.width), _px(y, image.height)
    if right == 0 and down == 0:
        return image
    where = with_alpha(scale(top, Size(image.width, image.height)))
    share = where[3] / FULL_ALPHA
    move = (where.extract_band(0, n=2) * -1 + _STILL) * share * [right / _STILL, down / _STILL]
    places = _inside(Image.xyz(image.width, image.height) - move, [image.width - 1, image.height - 1])
    moved = image.mapim(places, interpolate=Interpolate.new("bicubic"), extend="copy")
    return moved.cast("uchar").copy(interpretation="srgb")


def _inside(places: Image, last: list[int]) -> Image:
    places = (places < 0).ifthenelse(0, places)
    return (places > last).ifthenelse(last, places)


def _px(length: Length | None, whole_px: int) -> float:
    match length:
        case Px(value):
            wanted = float(value)
        case Ratio(share) | OfBase(share) | OfRegion(share):
            wanted = share * whole_px
        case Initial() | None:
            wanted = 0.0
    return max(-SHIFT_PX_MAX, min(SHIFT_PX_MAX, wanted))
