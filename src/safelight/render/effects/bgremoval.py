"""e_bgremoval."""

from typing import Literal

from safelight.render.color import with_alpha
from safelight.render.colorfield import background_of, distance, ramp
from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.shape import with_mask
from safelight.transform.plan import TRANSPARENT, Color

_TOLERANCE_PLAIN, _TOLERANCE_SCREEN = 16.0, 34.0
_EDGE_SIGMA_PX = 0.8


@effect(example="e_bgremoval:screen:rgb:e61e28", sees_alpha=True, reads_twice=True, opens=True)
def bgremoval(
    image: Image,
    mode: Literal["plain", "screen"] = "plain",
    background: Color = TRANSPARENT,
) -> Image:
    """Take an even background away.

    Without a colour, `background` is the most frequent one along the upper border. `plain` takes away what is connected
    with the border, the mode `screen` all of that colour, as in front of a green screen.
    """
    key = background_of(image) if background == TRANSPARENT else background
    far = distance(image.extract_band(0, n=3), key)
    if mode == "screen":
        keep = ramp(far, _TOLERANCE_SCREEN * 0.7, _TOLERANCE_SCREEN) * 255
    else:
        keep = _inside(far < _TOLERANCE_PLAIN)
    return with_mask(with_alpha(image), keep.rint().cast("uchar"))


def _inside(is_like: Image) -> Image:
    """255 where no path of the background's colour leads in from the border, with a soft edge."""
    width, height = is_like.width, is_like.height
    framed = is_like.embed(1, 1, width + 2, height + 2, extend="white")
    # 128 is poured in at one corner of the frame, and runs all around.
    flooded: Image = framed.copy_memory().draw_flood([128], 0, 0, equal=True)
    keep = flooded.relational_const("noteq", [128.0]).crop(1, 1, width, height)
    return keep.gaussblur(_EDGE_SIGMA_PX).minpair(keep)
