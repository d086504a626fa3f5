"""e_auto_color."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import blend, bounds, stretch

_CLIPPED_PERCENT = 0.5


@effect(example="e_auto_color:80", reads_twice=True)
def auto_color(image: Image, amount: Percent = 100) -> Image:
    """Take a cast of colour away by spreading each of red, green and blue over the whole range.

    `amount` is how much of the corrected image is mixed in.
    """
    bands = [stretch(band, *bounds(band, _CLIPPED_PERCENT)) for band in image.bandsplit()]
    return blend(image, bands[0].bandjoin([*bands[1:]]), amount)
