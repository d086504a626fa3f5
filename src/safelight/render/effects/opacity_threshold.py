"""e_opacity_threshold."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

_LEVELS_A_PERCENT = 2.55


@effect(example="e_opacity_threshold:60", sees_alpha=True)
def opacity_threshold(image: Image, level: Annotated[float, Range(1, 100, "%")] = 50) -> Image:
    """Make what is at least so opaque wholly opaque, and all else wholly transparent."""
    if not image.hasalpha():
        return image
    alpha = image[image.bands - 1] >= level * _LEVELS_A_PERCENT
    return image.extract_band(0, n=image.bands - 1).bandjoin(alpha)
