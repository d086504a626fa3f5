"""e_blue."""

from safelight.render.effect import Signed, effect
from safelight.render.image import Image


@effect(example="e_blue:50")
def blue(image: Image, level: Signed = 0) -> Image:
    """Make the blue part of every colour stronger, or weaker below 0."""
    return image * [1, 1, 1 + level / 100]
