"""e_colorize."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.transform.plan import Color

GRAY = Color(128, 128, 128)


@effect(example="co_rgb:3060c0,e_colorize:40")
def colorize(image: Image, strength: Percent = 100, color: Color = GRAY) -> Image:
    """Mix the image with one colour."""
    share = strength / 100
    return image * (1 - share) + [color.r * share, color.g * share, color.b * share]
