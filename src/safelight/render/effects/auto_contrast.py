"""e_auto_contrast."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import blend, bounds, luma, stretch

_CLIPPED_PERCENT = 0.5


@effect(example="e_auto_contrast:80", reads_twice=True)
def auto_contrast(image: Image, amount: Percent = 100) -> Image:
    """Spread the brightness over the whole range from black to white.

    `amount` is how much of the corrected image is mixed in.
    """
    return blend(image, stretch(image, *bounds(luma(image), _CLIPPED_PERCENT)), amount)
