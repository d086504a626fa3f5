"""Source size + Resize -> sizes and boxes. Numbers only."""

import math
from dataclasses import dataclass, replace

from safelight.transform.plan import (
    AutoGravity,
    AutoWidth,
    Compass,
    Fit,
    Flip,
    Gravity,
    Initial,
    Length,
    OfBase,
    OfRegion,
    Px,
    Ratio,
    Resize,
    SightGravity,
    XyCenter,
)

ROTATED_SIDE_MAX = 3000
"""Turned by other than quarter turns, a picture is first made smaller until no side is longer (in px)."""

LOST_SHARE_MAX = 0.3
"""`fill_pad` and `auto_pad` fill while they cut off no more than this share of the picture, and pad beyond."""

# Quotients such as 8 / (16 / 9) may fall a hair short of the half that they are on paper.
_ROUNDING_SLACK = 1e-9


@dataclass(frozen=True)
class Size:
    """Width and height in px, at least 1 each."""

    width: int
    height: int


@dataclass(frozen=True)
class Box:
    """A part of a picture: left and top in px from its top left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """What a Resize does to a picture of a known size, in this order.

    `scaled`: the size that the whole picture is resized to. `cut`: then this box is taken out of it (inside it), None
    for all; where `is_chosen_by_content`, only its size holds and its place is a fallback. `canvas`: then what is left
    is put at `offset` (left, top) of a canvas of this size.
    """

    scaled: Size
    cut: Box | None = None
    is_chosen_by_content: bool = False
    canvas: Size | None = None
    offset: tuple[int, int] = (0, 0)

    @property
    def size(self) -> Size:
        """The size of the result."""
        if self.canvas:
            return self.canvas
        return Size(self.cut.width, self.cut.height) if self.cut else self.scaled


CUTTING = frozenset({Fit.FILL, Fit.LFILL, Fit.CROP, Fit.THUMB, Fit.AUTO})
PADDING = frozenset({Fit.PAD, Fit.LPAD, Fit.MPAD, Fit.FILL_PAD, Fit.AUTO_PAD})


def round_half_up(x: float) -> int:
    """To the nearest whole number, halves upwards: how every size and place is rounded."""
    return math.floor(x + 0.5 + _ROUNDING_SLACK)


def is_zooming(resize: Resize) -> bool:
    """Is it a cut whose box comes closer to what is looked for, or less close?"""
    return resize.fit in {Fit.CROP, Fit.THUMB} and isinstance(resize.gravity, SightGravity)


def is_cut_to_region(resize: Resize) -> bool:
    """Is it a cut to what is looked for, as large as that is?"""
    sides = (resize.width, resize.height, resize.aspect)
    return is_zooming(resize) and all(side is None for side in sides)


def asks_region(resize: Resize) -> bool:
    """Is it as large as what is looked for, so that only who sees it knows the size?"""
    return is_cut_to_region(resize) or any(isinstance(side, OfRegion) for side in (resize.width, resize.height))


def layout(resize: Resize, current: Size, initial: Size) -> Layout:
    """What `resize` does to a picture of `current` size; `initial` is the size of the source.

    A `turn` is done by the caller before (see `wants_turn`); `current` is the size after it.
    """
    box = _box(resize, current, initial)
    if box is None:
        # How large the region is, only who sees it knows.
        whole = Box(0, 0, current.width, current.height) if is_cut_to_region(resize) else None
        return Layout(current, whole, is_chosen_by_content=whole is not None)
    width, height = box
    across, down = width / current.width, height / current.height
    match resize.fit:
        case Fit.SCALE:
            return Layout(_size(width, height))
        case Fit.FIT:
            return Layout(_scaled(current, min(across, down)))
        case Fit.LIMIT:
            return Layout(_scaled(current, min(1.0, across, down)))
        case Fit.MFIT:
            return Layout(_scaled(current, max(1.0, min(across, down))))
        case Fit.FILL | Fit.THUMB | Fit.AUTO:
            return _filled(resize, current, initial, _size(width, height))
        case Fit.LFILL:
            asked = _size(width, height)
            if asked.width <= current.width and asked.height <= current.height:
                return _filled(resize, current, initial, asked)
            return _cropped(resize, current, initial, asked)
        case Fit.CROP:
            return _cropped(resize, current, initial, _size(width, height))
        case Fit.FILL_PAD | Fit.AUTO_PAD:
            kept_share = min(across, down) / max(across, down)
            if kept_share >= 1 - LOST_SHARE_MAX:
                return _filled(resize, current, initial, _size(width, height))
            return _padded(resize, current, initial, min(across, down), _size(width, height))
        case Fit.PAD:
            return _padded(resize, current, initial, min(across, down), _size(width, height))
        case Fit.LPAD:
            return _padded(resize, current, initial, min(1.0, across, down), _size(width, height))
        case Fit.MPAD:
            asked = _size(max(width, current.width), max(height, current.height))
            return _padded(resize, current, initial, 1.0, asked)


def wants_turn(resize: Resize, current: Size, initial: Size) -> bool:
    """Must the picture be turned by a quarter (`resize.turn` says which way) before the resize? Square boxes never."""
    box = _box(resize, current, initial)
    if resize.turn is None or box is None:
        return False
    asked = _size(*box)
    return (asked.width - asked.height) * (current.width - current.height) < 0


def rotated(current: Size, turns: tuple[float | Flip, ...]) -> Size:
    """The size after all turns: the box that holds the turned picture."""
    for turn in turns:
        if not isinstance(turn, Flip):
            current = _rotated_once(current, turn)
    return current


def before_rotation(current: Size, degrees: float) -> Size:
    """The size that a picture is shrunk to before it is turned by `degrees`."""
    longest = max(current.width, current.height)
    if degrees % 90 == 0 or longest <= ROTATED_SIDE_MAX:
        return current
    return _scaled(current, ROTATED_SIDE_MAX / longest)


def _rotated_once(current: Size, degrees: float) -> Size:
    if degrees % 90 == 0:
        return current if degrees % 180 == 0 else Size(current.height, current.width)
    small = before_rotation(current, degrees)
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    return _size(small.width * cos + small.height * sin, small.width * sin + small.height * cos)


def _size(width: float, height: float) -> Size:
    return Size(max(1, round_half_up(width)), max(1, round_half_up(height)))


def _scaled(current: Size, factor: float) -> Size:
    return _size(current.width * factor, current.height * factor)


def _px(length: Length | AutoWidth | None, whole_px: int, initial: Size) -> float | None:
    match length:
        case Px(value):
            return value
        case Ratio(value) | OfBase(value) | OfRegion(value):
            # In a layer, px were made of the latter two before, where what it is laid on was known.
            return value * whole_px
        case Initial(axis):
            return initial.width if axis == "w" else initial.height
        case AutoWidth(fallback=fallback):
            return fallback
        case None:
            return None


def _box(resize: Resize, current: Size, initial: Size) -> tuple[float, float] | None:
    """The box that is asked for, both sides known but not yet rounded; None: no size is asked for."""
    width = _px(resize.width, current.width, initial)
    height = _px(resize.height, current.height, initial)
    aspect = resize.aspect or current.width / current.height
    if width is not None and height is not None:
        return width, height
    if width is not None:
        return width, current.height if resize.keeps_other_side else width / aspect
    if height is not None:
        return current.width if resize.keeps_other_side else height * aspect, height
    return _box_of_aspect(resize, current) if resize.aspect else None


def _box_of_aspect(resize: Resize, current: Size) -> tuple[float, float]:
    """Only a ratio is given: a cut takes the largest box inside the picture, padding the smallest around it."""
    aspect = resize.aspect or 1.0
    is_wider = aspect > current.width / current.height
    if resize.fit in CUTTING:
        keeps_width = is_wider
    elif resize.fit in PADDING:
        keeps_width = not is_wider
    else:
        keeps_width = aspect > 1
    if keeps_width:
        return current.width, current.width / aspect
    return current.height * aspect, current.height


def _filled(resize: Resize, current: Size, initial: Size, asked: Size) -> Layout:
    factor = max(asked.width / current.width, asked.height / current.height)
    scaled = _scaled(current, factor)
    scaled = Size(max(scaled.width, asked.width), max(scaled.height, asked.height))
    return _cut(resize, Layout(scaled), asked, factor, initial)


def _cropped(resize: Resize, current: Size, initial: Size, asked: Size) -> Layout:
    inside = Size(min(asked.width, current.width), min(asked.height, current.height))
    return _cut(resize, Layout(current), inside, 1.0, initial)


def _cut(resize: Resize, whole: Layout, asked: Size, factor: float, initial: Size) -> Layout:
    if asked == whole.scaled and not is_zooming(resize):
        return whole
    left, top = _place(resize, asked, whole.scaled, factor, initial)
    box = Box(left, top, asked.width, asked.height)
    return replace(whole, cut=box, is_chosen_by_content=isinstance(resize.gravity, AutoGravity | SightGravity))


def _padded(resize: Resize, current: Size, initial: Size, factor: float, asked: Size) -> Layout:
    scaled = _scaled(current, factor)
    canvas = Size(max(scaled.width, asked.width), max(scaled.height, asked.height))
    if canvas == scaled:
        return Layout(scaled)
    return Layout(scaled, canvas=canvas, offset=_place(resize, scaled, canvas, 1.0, initial))


def _place(resize: Resize, small: Size, large: Size, factor: float, initial: Size) -> tuple[int, int]:
    """Left and top of a small box within a large one, never outside. `factor` is what places in px were scaled by."""
    x = _px(resize.x, large.width, initial)
    y = _px(resize.y, large.height, initial)
    if isinstance(resize.gravity, XyCenter):
        # x and y point into the picture as it was before it was scaled.
        left = _centered(x, factor if isinstance(resize.x, Px) else 1.0, small.width, large.width)
        top = _centered(y, factor if isinstance(resize.y, Px) else 1.0, small.height, large.height)
    else:
        anchor = _anchor(resize.gravity, is_crop_at=resize.fit is Fit.CROP and (x is not None or y is not None))
        # From the right and the bottom edge, x and y count inwards.
        left = (large.width - small.width) * anchor.across + (x or 0) * (-1 if anchor.across == 1 else 1)
        top = (large.height - small.height) * anchor.down + (y or 0) * (-1 if anchor.down == 1 else 1)
    return _inside(left, small.width, large.width), _inside(top, small.height, large.height)


def _centered(at: float | None, factor: float, small_px: int, large_px: int) -> float:
    center = large_px / 2 if at is None else at * factor
    return center - small_px / 2


def _inside(start: float, small_px: int, large_px: int) -> int:
    return min(max(0, round_half_up(start)), large_px - small_px)


@dataclass(frozen=True)
class _Anchor:
    across: float
    down: float


_ANCHORS = {
    Compass.NORTH_WEST: _Anchor(0, 0),
    Compass.NORTH: _Anchor(0.5, 0),
    Compass.NORTH_EAST: _Anchor(1, 0),
    Compass.WEST: _Anchor(0, 0.5),
    Compass.CENTER: _Anchor(0.5, 0.5),
    Compass.EAST: _Anchor(1, 0.5),
    Compass.SOUTH_WEST: _Anchor(0, 1),
    Compass.SOUTH: _Anchor(0.5, 1),
    Compass.SOUTH_EAST: _Anchor(1, 1),
}


def _anchor(gravity: Gravity | None, *, is_crop_at: bool) -> _Anchor:
    if isinstance(gravity, SightGravity):
        gravity = gravity.otherwise
    if isinstance(gravity, Compass):
        return _ANCHORS[gravity]
    return _ANCHORS[Compass.NORTH_WEST if gravity is None and is_crop_at else Compass.CENTER]
