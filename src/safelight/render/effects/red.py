"""e_red."""

from safelight.render.effect import Signed, effect
from safelight.render.image import Image


@effect(example="e_red:50")
def red(image: Image, level: Signed = 0) -> Image:
    """Make the red part of every colour stronger, or weaker below 0."""
    return image * [1 + level / 100, 1, 1]
