"""e_shadow."""

from safelight.render.color import solid, with_alpha
from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.places import px
from safelight.render.shape import with_mask
from safelight.render.soften import soften
from safelight.transform.geometry import Size
from safelight.transform.plan import Color, Place

GRAY = Color(128, 128, 128)
_OFFSET_SHARE = 0.02
_SIGMA_SHARE = 0.008


@effect(example="co_black,e_shadow:70,x_12,y_12", sees_alpha=True, takes=("x", "y"), changes_size=True, opens=True)
def shadow(image: Image, strength: Percent = 40, color: Color = GRAY, place: Place | None = None) -> Image:
    """Lay a soft shadow under the image; the canvas grows by what falls outside.

    `strength` is how dark it is. `x` and `y` say how far it falls, to the right and down; below 0, to the other side.
    """
    image = with_alpha(image).copy_memory()
    longest = max(image.width, image.height)
    usual = max(2, round(longest * _OFFSET_SHARE))
    right = px(place.x if place else None, image.width, usual)
    down = px(place.y if place else None, image.height, usual)
    sigma = max(1.0, longest * _SIGMA_SHARE)
    soft = round(2 * sigma)
    left, top = max(0, soft - right), max(0, soft - down)
    size = Size(left + image.width + max(0, soft + right), top + image.height + max(0, soft + down))
    shape = image[image.bands - 1].embed(left + right, top + down, size.width, size.height)
    cast = with_mask(solid(size, color), soften((shape * (strength / 100)).cast("uchar"), sigma).cast("uchar"))
    return cast.composite(image, "over", x=left, y=top).cast("uchar").copy(interpretation="srgb")
