"""e_morphology."""

import math
from typing import Annotated, Literal

from safelight.render.effect import effect
from safelight.render.image import FULL_ALPHA, Image
from safelight.render.spread import Offsets, dilated, disk, eroded
from safelight.transform.spec import Range


@effect(example="e_morphology:method_dilate;iterations_2;kernel_diamond;radius_2.0", sees_alpha=True, reads_twice=True)
def morphology(
    image: Image,
    method: Literal["erode", "dilate", "convolve"] = "erode",
    iterations: Annotated[float, Range(1, 5)] = 1,
    kernel: Literal["disk", "octagon", "diamond", "square", "cross", "ring"] = "disk",
    radius: Annotated[float, Range(0, 5, "px")] = 2,
) -> Image:
    """Let dark areas grow (`erode`), or bright ones (`dilate`), or blur by the mean of a kernel (`convolve`).

    `kernel` and `radius` say which neighbours of a pixel count, `iterations` how often it is done.
    """
    offsets = _offsets(kernel, radius)
    if method == "convolve" and image.hasalpha():
        image = image.premultiply(max_alpha=FULL_ALPHA).rint().cast("uchar")
    for _ in range(round(iterations)):
        match method:
            case "dilate":
                image = dilated(image, offsets)
            case "erode":
                image = eroded(image, offsets)
            case "convolve":
                image = _mean(image, offsets)
    if method == "convolve" and image.hasalpha():
        image = image.unpremultiply(max_alpha=FULL_ALPHA).rint().cast("uchar")
    return image.copy(interpretation="srgb")


def _offsets(kernel: str, radius: float) -> Offsets:
    reach = max(1, round(radius))
    square = [(x, y) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1)]
    match kernel:
        case "square":
            return tuple(square)
        case "diamond":
            return tuple((x, y) for x, y in square if abs(x) + abs(y) <= reach)
        case "octagon":
            return tuple((x, y) for x, y in square if abs(x) + abs(y) <= math.ceil(reach * 1.5))
        case "cross":
            return tuple((x, y) for x, y in square if x == 0 or y == 0)
        case "ring":
            return tuple((x, y) for x, y in square if reach - 0.75 <= math.hypot(x, y) <= reach + 0.25)
        case _:
            return disk(max(1.0, radius))


def _mean(image: Image, offsets: Offsets) -> Image:
    reach = max(max(abs(x), abs(y)) for x, y in offsets)
    span = range(-reach, reach + 1)
    counted = set(offsets)
    mask = Image.new_from_array([[int((x, y) in counted) for x in span] for y in span], scale=len(offsets))
    return image.conv(mask, precision="integer").cast("uchar").copy_memory()
