"""e_make_transparent."""

from safelight.render.color import with_alpha
from safelight.render.colorfield import background_of, distance, ramp
from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.shape import with_mask
from safelight.transform.plan import Color


@effect(example="co_rgb:e61e28,e_make_transparent:30", sees_alpha=True, reads_twice=True, opens=True)
def make_transparent(image: Image, tolerance: Percent = 10, color: Color | None = None) -> Image:
    """Make one colour transparent, wherever it is.

    `tolerance` is how far a colour may be off. Without `co_` it is the most frequent colour along the upper border.
    """
    key = color or background_of(image)
    colors = image.extract_band(0, n=3)
    # Up to the tolerance nothing is left; a little beyond lies the soft edge.
    keep = ramp(distance(colors, key), tolerance, tolerance * 1.3 + 1)
    return with_mask(with_alpha(image), (keep * 255).rint().cast("uchar"))
