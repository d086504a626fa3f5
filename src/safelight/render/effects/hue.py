"""e_hue."""

from safelight.render.effect import Signed, effect
from safelight.render.image import Image
from safelight.render.tone import in_lch

_DEGREES_A_PERCENT = 1.8


@effect(example="e_hue:40")
def hue(image: Image, level: Signed = 80) -> Image:
    """Turn all colours around the colour wheel; 100 is half a turn."""
    turn = level * _DEGREES_A_PERCENT
    return in_lch(image, lambda lightness, chroma, angle: (lightness, chroma, (angle + (turn + 360)) % 360))
