"""e_brightness."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

_LEVELS_A_PERCENT = 1.275


@effect(example="e_brightness:40")
def brightness(image: Image, level: Annotated[float, Range(-99, 100, "%")] = 80) -> Image:
    """Make the image brighter, or darker below 0."""
    return image + level * _LEVELS_A_PERCENT
