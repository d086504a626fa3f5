"""e_brightness_hsb."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range


@effect(example="e_brightness_hsb:40")
def brightness_hsb(image: Image, level: Annotated[float, Range(-99, 100, "%")] = 80) -> Image:
    """Make the image brighter or darker and keep its colours as pure as they are.

    Only the brightness of hue, saturation and brightness is changed.
    """
    return (
        (image.colourspace("hsv") * [1, 1, 1 + level / 100])
        .cast("uchar")
        .copy(interpretation="hsv")
        .colourspace("srgb")
    )
