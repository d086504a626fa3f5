"""e_negate."""

from safelight.render.effect import effect
from safelight.render.image import Image


@effect(example="e_negate")
def negate(image: Image) -> Image:
    """Turn every colour to its opposite."""
    return image.invert()
