"""Places: `x y w h` beside an effect, in pixels of the picture that it meets."""

from safelight.render.image import Image
from safelight.transform.geometry import Box, round_half_up
from safelight.transform.plan import Place, Px, Ratio


def px(length: Px | Ratio | None, side: int, usual: int) -> int:
    """A length along a side; as usual where none is given."""
    match length:
        case None:
            return usual
        case Px(value):
            return value
        case Ratio(value):
            return round_half_up(value * side)


def region(image: Image, place: Place | None) -> Box | None:
    """The part of the picture that is meant: all to the right and below where no size is given. None: nothing."""
    place = place or Place()
    left, top = px(place.x, image.width, 0), px(place.y, image.height, 0)
    right = left + px(place.width, image.width, image.width)
    bottom = top + px(place.height, image.height, image.height)
    left, top, right, bottom = max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)
    return Box(left, top, right - left, bottom - top) if left < right and top < bottom else None
