"""e_fill_light."""

from safelight.render.effect import Percent, Signed, effect
from safelight.render.image import Image
from safelight.render.tone import blend, curve, luma

_LIFT = 2.0
_POWER = 3.0


@effect(example="e_fill_light:80", reads_twice=True)
def fill_light(image: Image, amount: Percent = 100, bias: Signed = 0) -> Image:
    """Lift the shadows and leave the lights.

    `amount` is how much of the corrected image is mixed in; a higher `bias` reaches further into the middle tones.
    """
    power = _POWER * 2 ** (-bias / 100)

    def lifted(value: float) -> float:
        return value + _LIFT * value * (1 - value) ** power * (1 - value)

    shades = luma(image)
    # Channel by channel, colours would pale; by one factor for all, they would glow: half of each.
    gain = curve(shades, lifted) / (shades + 1)
    return blend(image, (curve(image, lifted) + image * gain) / 2, amount)
