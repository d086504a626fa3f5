"""e_contrast."""

import math
from typing import Annotated, Literal

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.tone import curve
from safelight.transform.spec import Range

_STEEPNESS_A_PERCENT = 0.1


@effect(example="e_contrast:60")
def contrast(
    image: Image,
    level: Annotated[float, Range(-100, 200)] = 0,
    type: Literal["sigmoidal", "linear"] = "sigmoidal",
) -> Image:
    """Raise the contrast, or lower it below 0.

    The curve is S-shaped and keeps black and white where they are. With `type_linear` it is straight, and 100 is the
    level that changes nothing.
    """
    if type == "linear":
        return curve(image, lambda value: 0.5 + (value - 0.5) * max(1.0, level) / 100)
    if level == 0:
        return image
    steepness = min(100.0, abs(level)) * _STEEPNESS_A_PERCENT
    low, high = _sigmoid(0, steepness), _sigmoid(1, steepness)

    def raised(value: float) -> float:
        return (_sigmoid(value, steepness) - low) / (high - low)

    def lowered(value: float) -> float:
        inside = low + value * (high - low)
        return 0.5 - math.log(1 / inside - 1) / steepness

    return curve(image, raised if level > 0 else lowered)


def _sigmoid(value: float, steepness: float) -> float:
    return 1 / (1 + math.exp(-steepness * (value - 0.5)))
