"""Layer: where a layer lies on the picture below it, and how large the two are together."""

import math
from collections.abc import Sequence
from dataclasses import replace

from safelight.render import blend
from safelight.render.color import with_alpha
from safelight.render.decode import Picture
from safelight.render.image import Image
from safelight.render.sight import boxes as boxes_of_parts
from safelight.render.sight.boxes import Part
from safelight.transform.geometry import Box, Size, round_half_up
from safelight.transform.plan import (
    Blend,
    Compass,
    Gravity,
    Initial,
    Layer,
    Length,
    OfBase,
    OfRegion,
    Px,
    Ratio,
    Resize,
    Step,
    XyCenter,
)
from safelight.transform.sighting import kind_of

# Words of a gravity that mean one thing, where there are several.
_THE_LARGEST = frozenset({"face", "adv_face", "body", "custom"})
# The middles of two eyes of one face, in widths of an eye.
_EYES_APART_MAX = 4.0
_CLEAR_ORDER = (
    *(Compass.CENTER, Compass.SOUTH, Compass.NORTH, Compass.EAST, Compass.WEST),
    *(Compass.SOUTH_EAST, Compass.SOUTH_WEST, Compass.NORTH_EAST, Compass.NORTH_WEST),
)


def based(steps: tuple[Step, ...], base: Size, region: Box | None) -> tuple[Step, ...]:
    """The steps of a layer with every length in px that is a multiple of the picture below, or of a region of it."""
    around = base if region is None else Size(region.width, region.height)
    return tuple(_based(step, base, around) if isinstance(step, Resize) else step for step in steps)


def _based(step: Resize, base: Size, region: Size) -> Resize:
    def px(length: Length | None, base_px: int, region_px: int, least: int | None) -> Length | None:
        match length:
            case OfBase(share):
                value = round_half_up(share * base_px)
            case OfRegion(share):
                value = round_half_up(share * region_px)
            case _:
                return length
        return Px(value if least is None else max(least, value))

    width = step.width
    if isinstance(width, OfBase | OfRegion):
        width = px(width, base.width, region.width, 1)
    return replace(
        step,
        width=width,
        height=px(step.height, base.height, region.height, 1),
        x=px(step.x, base.width, region.width, None),
        y=px(step.y, base.height, region.height, None),
    )


def box(layer: Layer, base: Size, top: Size, region: Box | None, initial: Size) -> Box:
    """Where on the base a layer of this size lies, perhaps reaching over its edges."""
    x = _offset(layer.x, base.width, region.width if region else base.width, initial)
    y = _offset(layer.y, base.height, region.height if region else base.height, initial)
    if layer.blend is Blend.DISPLACE:
        x = y = 0.0  # there they say how far pixels move
    if region is not None:
        left = region.left + (region.width - top.width) / 2 + x
        upper = region.top + (region.height - top.height) / 2 + y
    elif isinstance(layer.gravity, XyCenter):
        left = (base.width / 2 if layer.x is None else x) - top.width / 2
        upper = (base.height / 2 if layer.y is None else y) - top.height / 2
    else:
        across, down = _anchor(layer.gravity)
        # From the right and the bottom edge, x and y count inwards.
        left = (base.width - top.width) * across + x * (-1 if across == 1 else 1)
        upper = (base.height - top.height) * down + y * (-1 if down == 1 else 1)
    return Box(round_half_up(left), round_half_up(upper), top.width, top.height)


def grounds(word: str, found: Sequence[Part], size: Size, *, is_for_each: bool) -> list[Box | None]:
    """The regions of a picture of this size that a layer is laid on, of those that a word of its gravity found."""
    if kind_of(word) == "eyes":
        found = _pairs(found)
    boxes = [boxes_of_parts.box(part, size) for part in found]
    if word in _THE_LARGEST:
        boxes = boxes[:1]
    return [*boxes] if is_for_each else [_around(boxes)]


def _pairs(eyes: Sequence[Part]) -> list[Part]:
    """Glasses lie on both eyes of a face: those that are nearest to each other belong together."""
    distances = sorted(
        (math.dist(one.middle, other.middle), index, index + 1 + after)
        for index, one in enumerate(eyes)
        for after, other in enumerate(eyes[index + 1 :])
    )
    paired: dict[int, Part] = {}
    alone = set(range(len(eyes)))
    for distance, one, other in distances:
        reach = _EYES_APART_MAX * (eyes[one].width + eyes[other].width) / 2
        if {one, other} <= alone and distance <= reach:
            paired[min(one, other)] = boxes_of_parts.union([eyes[one], eyes[other]])
            alone -= {one, other}
    return [*(paired[index] for index in sorted(paired)), *(eyes[index] for index in sorted(alone))]


def clear_of(layer: Layer, base: Size, top: Size, found: Sequence[Part]) -> Compass:
    """Where a layer of this size hides the least of what was found."""

    def hidden(compass: Compass) -> float:
        place = box(replace(layer, gravity=compass), base, top, None, base)
        return sum(boxes_of_parts.shared_area(_part(place), part) for part in found)

    # The first of equals.
    return min(_CLEAR_ORDER, key=hidden)


def _part(place: Box) -> Part:
    return Part(place.left, place.top, place.width, place.height)


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _offset(length: Length | None, base_px: int, region_px: int, initial: Size) -> float:
    match length:
        case None:
            return 0.0
        case Px(value):
            return value
        case Ratio(share) | OfBase(share):
            return share * base_px
        case OfRegion(share):
            return share * region_px
        case Initial(axis):
            return initial.width if axis == "w" else initial.height


def _anchor(gravity: Gravity | None) -> tuple[float, float]:
    """Which share of the free space lies left of a layer, and above it."""
    word = gravity.value if isinstance(gravity, Compass) else ""
    across = 0.0 if word.endswith("west") else 1.0 if word.endswith("east") else 0.5
    down = 0.0 if word.startswith("north") else 1.0 if word.startswith("south") else 0.5
    return across, down


def room(layer: Layer, base: Size, boxes: Sequence[Box]) -> Box:
    """The canvas on which base and layers have room, in px of the base; the base itself if it does not grow."""
    whole = Box(0, 0, base.width, base.height)
    if layer.keeps_canvas or layer.is_tiled or layer.blend not in {Blend.OVER, Blend.ANTI_REMOVAL}:
        return whole
    left, top = min(0, *(each.left for each in boxes)), min(0, *(each.top for each in boxes))
    right = max(base.width, *(each.left + each.width for each in boxes))
    bottom = max(base.height, *(each.top + each.height for each in boxes))
    return Box(left, top, right - left, bottom - top)


def laid(base: Picture, layer: Layer, tops: Sequence[tuple[Image, Box]], whole: Box) -> Picture:
    """Every frame of a picture in memory with the layers (in memory) on it, or under it, on the canvas `whole`."""
    base = base.map(lambda frame: _grown(frame, whole))
    for top, place in tops:
        at = replace(place, left=place.left - whole.left, top=place.top - whole.top)
        base = _one_laid(base, layer, *(_tiled(top, at, base.size) if layer.is_tiled else (top, at)))
    return base


def _one_laid(base: Picture, layer: Layer, top: Image, at: Box) -> Picture:
    # Settled: the next layer would compute this one more than once.
    return base.map(lambda frame: blend.blended(frame, top, at, layer)).settled()


def _grown(frame: Image, whole: Box) -> Image:
    if (whole.left, whole.top, whole.width, whole.height) == (0, 0, frame.width, frame.height):
        return frame
    clear = [0.0, 0.0, 0.0, 0.0]
    canvas = with_alpha(frame).embed(
        -whole.left, -whole.top, whole.width, whole.height, extend="background", background=clear
    )
    return canvas.copy_memory()


def _tiled(top: Image, at: Box, base: Size) -> tuple[Image, Box]:
    """The layer repeated in all directions from where it lies, cut to the base."""
    left, upper = -(-at.left % top.width), -(-at.top % top.height)
    across = -(-(base.width - left) // top.width)
    down = -(-(base.height - upper) // top.height)
    whole = top.replicate(across, down).crop(-left, -upper, base.width, base.height)
    return whole, Box(0, 0, base.width, base.height)
