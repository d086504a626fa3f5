"""e_sharpen."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range


@effect(example="e_sharpen:200")
def sharpen(image: Image, strength: Annotated[float, Range(1, 2000)] = 100) -> Image:
    """Sharpen fine detail.

    Flat areas are left alone, so that noise stays where it was.
    """
    return image.sharpen(sigma=1, m2=strength / 50)
