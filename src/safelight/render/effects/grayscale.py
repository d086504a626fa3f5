"""e_grayscale."""

from safelight.render.effect import effect
from safelight.render.image import Image


@effect(example="e_grayscale")
def grayscale(image: Image) -> Image:
    """Turn the image to shades of grey."""
    return image.colourspace("b-w").colourspace("srgb")
