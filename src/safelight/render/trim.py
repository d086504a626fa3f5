"""Trim: finds the border of one colour, or of nothing, around the content."""

from safelight.render.image import Image
from safelight.transform.geometry import Box
from safelight.transform.plan import Color

_LEVELS_A_PERCENT = 2.55
_SPECK_SIDE_PX = 3


def content_box(image: Image, tolerance: float, color: Color | None) -> Box:
    """The box of what differs from the border; the whole where nothing does."""
    threshold = max(1.0, tolerance * _LEVELS_A_PERCENT)
    left, top, width, height = _found(image, threshold, color)
    if width == 0 or height == 0:
        return Box(0, 0, image.width, image.height)
    return Box(left, top, width, height)


def union(boxes: list[Box]) -> Box:
    """The smallest box that holds all: the frames of an animation are cut alike."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _found(image: Image, threshold: float, color: Color | None) -> tuple[int, int, int, int]:
    corner = image(0, 0)
    if color is None and image.hasalpha() and corner[-1] == 0:
        # What lies around the content is nothing: its colour means nothing, either.
        return _box(image[image.bands - 1], threshold, [0.0])
    background = corner[:3] if color is None else [float(color.r), float(color.g), float(color.b)]
    opaque = image.flatten(background=background) if image.hasalpha() else image
    return _box(opaque, threshold, background)


def _box(image: Image, threshold: float, background: list[float]) -> tuple[int, int, int, int]:
    # Single odd pixels are passed over, where the picture is large enough to tell which those are.
    is_small = min(image.width, image.height) < _SPECK_SIDE_PX
    return image.find_trim(threshold=threshold, background=background, line_art=is_small)
