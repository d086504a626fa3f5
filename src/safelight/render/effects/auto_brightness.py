"""e_auto_brightness."""

import math

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import MIDDLE, blend, curve, luma

_EXPONENT_MIN, _EXPONENT_MAX = 0.4, 2.5


@effect(example="e_auto_brightness:80", reads_twice=True)
def auto_brightness(image: Image, amount: Percent = 100) -> Image:
    """Bring the mean brightness to the middle.

    `amount` is how much of the corrected image is mixed in.
    """
    mean = min(0.98, max(0.02, luma(image).avg() / 255))
    exponent = min(_EXPONENT_MAX, max(_EXPONENT_MIN, math.log(MIDDLE) / math.log(mean)))
    return blend(image, curve(image, lambda value: value**exponent), amount)
