"""e_oil_paint."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image

_PERCENT_A_PX = 15


@effect(example="e_oil_paint:60")
def oil_paint(image: Image, strength: Percent = 30) -> Image:
    """Make the image look painted with a broad brush."""
    side = 2 * (1 + round(strength / _PERCENT_A_PX)) + 1
    side = min(side, image.width, image.height)
    return image.rank(side, side, side * side // 2)
