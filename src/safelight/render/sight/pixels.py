"""Pixels: a picture as an array that detectors read: 8-bit RGB, and no larger than they need."""

import numpy as np
from numpy.typing import NDArray

from safelight.render.image import Image, split
from safelight.transform.geometry import Size

Pixels = NDArray[np.uint8]

# What is transparent is seen as this grey: it makes no edges against dark things or bright ones.
_GROUND = [127.0, 127.0, 127.0]


def size_within(image: Image, side_px: int) -> Size:
    """The size of the picture when its longer side has at most so many px; never enlarged."""
    factor = min(1.0, side_px / max(image.width, image.height))
    return Size(max(1, round(image.width * factor)), max(1, round(image.height * factor)))


def rgb(image: Image, side_px: int) -> Pixels:
    """Height x width x 3, the longer side at most `side_px`."""
    size = size_within(image, side_px)
    return rgb_of_size(image, size)


def rgb_of_size(image: Image, size: Size) -> Pixels:
    """Height x width x 3 of exactly this size."""
    if image.hasalpha():
        colors, alpha = split(image)
        ground = _GROUND[: colors.bands]
        image = colors.bandjoin(alpha).flatten(background=ground) if alpha is not None else colors
    if image.bands == 1:
        image = image.bandjoin([image, image])
    if (image.width, image.height) != (size.width, size.height):
        image = image.resize(size.width / image.width, vscale=size.height / image.height, kernel="linear")
    image = image.cast("uchar")
    if (image.width, image.height) != (size.width, size.height):
        image = image.embed(0, 0, size.width, size.height, extend="copy")
    raw = np.frombuffer(image.write_to_memory(), dtype=np.uint8)
    return raw.reshape(image.height, image.width, image.bands)[:, :, :3]
