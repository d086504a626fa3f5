"""e_saturation."""

from safelight.render.effect import Signed, effect
from safelight.render.image import Image
from safelight.render.tone import in_lch


@effect(example="e_saturation:70")
def saturation(image: Image, level: Signed = 80) -> Image:
    """Make colours stronger, or weaker below 0; -100 leaves grey."""
    return in_lch(image, lambda lightness, chroma, hue: (lightness, chroma * (1 + level / 100), hue))
