"""e_blur."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.soften import soften
from safelight.transform.spec import Range

_STRENGTH_A_SIGMA = 20.0


@effect(example="e_blur:300", sees_alpha=True)
def blur(image: Image, strength: Annotated[float, Range(1, 2000)] = 100) -> Image:
    """Blur the whole image.

    Twenty steps of `strength` are one pixel of the radius.
    """
    return soften(image, strength / _STRENGTH_A_SIGMA)
