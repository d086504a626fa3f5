"""e_upscale."""

from safelight.kernel.errors import TooMuch
from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.resize import scale
from safelight.transform.geometry import Size

_TIMES = 4
_PIXELS_MAX = 4_200_000


@effect(example="e_upscale", sees_alpha=True, reads_twice=True, changes_size=True)
def upscale(image: Image) -> Image:
    """Make the image four times as wide and as high.

    A good resampler does it (Lanczos); nothing is invented.
    """
    if image.width * image.height > _PIXELS_MAX:
        raise TooMuch(f"An image of more than {_PIXELS_MAX / 1e6:g} megapixels cannot be upscaled.")
    return scale(image, Size(image.width * _TIMES, image.height * _TIMES))
