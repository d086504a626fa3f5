"""e_blackwhite."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image

_LEVELS_A_PERCENT = 2.55


@effect(example="e_blackwhite:40")
def blackwhite(image: Image, threshold: Percent = 50) -> Image:
    """Turn every pixel black or white.

    What is at least as bright as `threshold` becomes white.
    """
    is_white = image.colourspace("b-w") >= threshold * _LEVELS_A_PERCENT
    return is_white.bandjoin([is_white, is_white])
