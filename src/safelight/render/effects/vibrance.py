"""e_vibrance."""

from safelight.render.effect import Signed, effect
from safelight.render.image import Image
from safelight.render.tone import in_lch

_CHROMA_MAX = 130


@effect(example="e_vibrance:70")
def vibrance(image: Image, level: Signed = 20) -> Image:
    """Make dull colours stronger, and spare those that are strong already."""
    share = level / 100

    def change(lightness: Image, chroma: Image, hue: Image) -> tuple[Image, Image, Image]:
        dullness = chroma * (-1 / _CHROMA_MAX) + 1
        return lightness, chroma * (dullness * share + 1), hue

    return in_lch(image, change)
