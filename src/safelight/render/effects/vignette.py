"""e_vignette."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image

_MASK_SIDE_PX = 256


@effect(example="e_vignette:60")
def vignette(image: Image, strength: Percent = 20) -> Image:
    """Darken the edges, the corners by `strength`."""
    # -1 to 1 on both sides; the mask is soft, and may be drawn small.
    unit = 2 / (_MASK_SIDE_PX - 1)
    place = Image.xyz(_MASK_SIDE_PX, _MASK_SIDE_PX).linear([unit, unit], [-1.0, -1.0])
    # 0 in the middle, 1 in the corners, level where the eye looks first.
    distance = (place[0] ** 2 + place[1] ** 2) / 2
    mask = (distance**1.5 * (-strength / 100) + 1).copy_memory()
    mask = mask.resize(image.width / mask.width, vscale=image.height / mask.height, kernel="linear")
    return image * mask.crop(0, 0, image.width, image.height)
