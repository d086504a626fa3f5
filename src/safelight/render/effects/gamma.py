"""e_gamma."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.tone import curve
from safelight.transform.spec import Range


@effect(example="e_gamma:50")
def gamma(image: Image, level: Annotated[float, Range(-50, 150, "%")] = 0) -> Image:
    """Make the middle tones brighter, or darker below 0; black and white stay."""
    exponent = 1 / (1 + level / 100)
    return curve(image, lambda value: value**exponent)
