"""e_grayscale."""

from typing import Literal

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import blend


@effect(example="e_grayscale", reads_twice=True)
def grayscale(image: Image, mode: Literal["plain", "tint"] = "plain", amount: Percent = 100) -> Image:
    """Take the colours away.

    `amount` is how much of them goes. The `mode` `tint` is written by some builders of addresses and means the same.
    """
    gray = image.colourspace("b-w")
    gray = gray.bandjoin([gray, gray])
    return gray if amount == 100 else blend(image, gray, amount)
