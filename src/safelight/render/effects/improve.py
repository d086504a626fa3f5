"""e_improve."""

import math
from typing import Literal

from safelight.render.effect import Percent, effect
from safelight.render.effects.vibrance import vibrance
from safelight.render.image import Image
from safelight.render.tone import MIDDLE, blend, bounds, curve, luma, stretch

_CLIPPED_PERCENT = 0.5
_LIGHTING = 0.6
_VIBRANCE = {"outdoor": 15.0, "indoor": 8.0}


@effect(example="e_improve:outdoor:80", reads_twice=True)
def improve(image: Image, scene: Literal["outdoor", "indoor"] = "outdoor", amount: Percent = 100) -> Image:
    """Correct contrast, lighting and colour by themselves.

    `amount` is how much of the corrected image is mixed in.
    """
    balanced = stretch(image, *bounds(luma(image), _CLIPPED_PERCENT)).cast("uchar").copy(interpretation="srgb")
    mean = min(MIDDLE, max(0.05, luma(balanced).avg() / 255))
    # Only what is too dark is made brighter, and not the whole way: a night stays one.
    exponent = (math.log(MIDDLE) / math.log(mean)) ** _LIGHTING
    lighter = curve(balanced.copy_memory(), lambda value: value**exponent)
    return blend(image, vibrance(lighter, _VIBRANCE[scene]), amount)
