"""e_tilt_shift."""

from safelight.render.colorfield import ramp
from safelight.render.effect import Percent, effect
from safelight.render.image import FULL_ALPHA, Image
from safelight.render.soften import soften

_SIGMA_SHARE = 0.02
_SHARP_SHARE, _SOFT_SHARE = 0.12, 0.4


@effect(example="e_tilt_shift:60", sees_alpha=True, reads_twice=True)
def tilt_shift(image: Image, strength: Percent = 20) -> Image:
    """Keep a level band in the middle sharp and blur what is above and below, as if all were tiny."""
    far = soften(image, max(image.width, image.height) * _SIGMA_SHARE * strength / 100)
    column = Image.xyz(image.height, 1)[0] / max(1, image.height - 1) - 0.5
    share = ramp(column.abs(), _SHARP_SHARE, _SOFT_SHARE).copy_memory().rot90().copy_memory()
    mask = share.replicate(image.width, 1)
    if not image.hasalpha():
        return (image + (far - image) * mask).cast("uchar").copy(interpretation="srgb")
    near, far = image.premultiply(max_alpha=FULL_ALPHA), far.premultiply(max_alpha=FULL_ALPHA)
    mixed = (near + (far - near) * mask).copy(interpretation="srgb")
    return mixed.unpremultiply(max_alpha=FULL_ALPHA).cast("uchar").copy(interpretation="srgb")
