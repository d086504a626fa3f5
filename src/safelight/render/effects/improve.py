"""e_improve."""

from typing import Literal

from safelight.render.effect import Percent, effect
from safelight.render.effects.vibrance import vibrance
from safelight.render.image import Image
from safelight.render.tone import blend, bounds, luma, stretch

_CLIPPED_PERCENT = 0.5
_VIBRANCE = {"outdoor": 15.0, "indoor": 8.0}


@effect(example="e_improve:outdoor:80", reads_twice=True)
def improve(image: Image, scene: Literal["outdoor", "indoor"] = "outdoor", amount: Percent = 100) -> Image:
    """Correct contrast, lighting and colour by themselves.

    `amount` is how much of the corrected image is mixed in.
    """
    balanced = stretch(image, *bounds(luma(image), _CLIPPED_PERCENT)).cast("uchar").copy(interpretation="srgb")
    return blend(image, vibrance(balanced, _VIBRANCE[scene]), amount)
