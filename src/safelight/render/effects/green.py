"""e_green."""

from safelight.render.effect import Signed, effect
from safelight.render.image import Image


@effect(example="e_green:50")
def green(image: Image, level: Signed = 0) -> Image:
    """Make the green part of every colour stronger, or weaker below 0."""
    return image * [1, 1 + level / 100, 1]
