"""e_gradient_fade."""

from typing import Literal

from safelight.render.color import with_alpha
from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.places import px
from safelight.render.shape import with_mask
from safelight.transform.plan import Place, Ratio

_STRENGTH_LINEAR = 20.0


@effect(
    example="e_gradient_fade:symmetric:30,x_0.3",
    sees_alpha=True,
    reads_twice=True,
    takes=("x", "y"),
    changes_size=True,
    opens=True,
)
def gradient_fade(
    image: Image,
    mode: Literal["one_side", "symmetric", "symmetric_pad"] = "one_side",
    strength: Percent = 20,
    place: Place | None = None,
) -> Image:
    """Let the image fade out towards an edge.

    `x` and `y` say how far in the fading begins (`0.5`: in the middle), from the left and the top; below 0, from the
    right and the bottom. `symmetric` fades both edges, `symmetric_pad` too, but on a canvas that grows, so that the
    image itself stays. A higher `strength` fades faster.
    """
    place = place or Place(y=Ratio(0.5))
    across, down = px(place.x, image.width, 0), px(place.y, image.height, 0)
    across, down = (max(-side, min(side, far)) for far, side in ((across, image.width), (down, image.height)))
    if mode == "symmetric_pad":
        across, down = abs(across), abs(down)
        image = image.embed(across, down, image.width + 2 * across, image.height + 2 * down, extend="mirror")
    is_symmetric = mode != "one_side"
    row = _ramp(image.width, across, strength, is_symmetric=is_symmetric)
    column = _ramp(image.height, down, strength, is_symmetric=is_symmetric).rot90()
    mask = row.replicate(1, image.height) * column.replicate(image.width, 1)
    return with_mask(with_alpha(image), (mask * 255).rint().cast("uchar"))


def _ramp(length: int, extent: int, strength: float, *, is_symmetric: bool) -> Image:
    """A row from 0 at the edge to 1 at the extent."""
    if extent == 0 or strength == 0:
        return Image.black(length, 1) + 1
    row = ((Image.xyz(length, 1)[0] + 0.5) / abs(extent)).clamp()
    row = (row ** (strength / _STRENGTH_LINEAR)).copy_memory()
    back = row.fliphor().copy_memory()
    if is_symmetric:
        return row.minpair(back).copy_memory()
    return row if extent > 0 else back
