"""e_assist_colorblind."""

from typing import Annotated, Literal

from safelight.render.colorfield import ramp
from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

_STRIPE_SHARE = 0.012
_LEVELS_A_PERCENT = 1.0
# From where on red and green count as such, on the axis of Lab between them.
_WEAK, _STRONG = 12.0, 40.0
_XRAY = ((1.0, 0.0, 0.0), (-0.2, 1.2, 0.0), (0.7, -0.7, 1.0))


@effect(example="e_assist_colorblind:40")
def assist_colorblind(
    image: Image,
    strength: Annotated[float, Range(1, 100, "%")] = 10,
    mode: Literal["stripes", "xray"] = "stripes",
) -> Image:
    """Tell red and green apart for people who see them alike.

    Red areas get stripes that rise, green areas stripes that fall, as visible as `strength` says; `xray` moves the
    difference of red and green to blue instead.
    """
    if mode == "xray":
        return image.recomb(Image.new_from_array([list(row) for row in _XRAY]))
    redness = image.colourspace("lab")[1]
    period = max(4, round(max(image.width, image.height) * _STRIPE_SHARE))
    rising, falling = (_stripes(image, period, turn) for turn in (1, -1))
    pattern = ramp(redness, _WEAK, _STRONG) * rising + ramp(redness * -1, _WEAK, _STRONG) * falling
    return image + pattern * (strength * _LEVELS_A_PERCENT)


def _stripes(image: Image, period: int, turn: int) -> Image:
    """Diagonals of 1 and -1: one tile, laid over the whole."""
    place = Image.xyz(period, period)
    tile = (((place[0] + place[1] * turn + period) % period) < period / 2) / 255 * 2 - 1
    tile = tile.copy_memory().replicate(image.width // period + 1, image.height // period + 1)
    return tile.crop(0, 0, image.width, image.height)
