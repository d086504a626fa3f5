"""e_ordered_dither."""

import math
from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

Tile = list[list[float]]

_BAYER_SIDES = {2: 2, 3: 3, 4: 4, 5: 8}
_ANGLED_SIDES = {6: 4, 7: 6, 8: 8}
_LEVEL_SIDES = {9: 4, 10: 6, 11: 8, 12: 16}
_CIRCLE_SIDES = {13: 5, 14: 6, 15: 7, 16: 5, 17: 6, 18: 7}
_BLACK_CIRCLES_LAST = 15
_THREE = [[3, 7, 4], [6, 1, 9], [2, 8, 5]]


@effect(example="e_ordered_dither:8")
def ordered_dither(image: Image, pattern: Annotated[float, Range(0, 18)] = 0) -> Image:
    """Leave only full and no red, green and blue, and make all shades of them by a pattern.

    0: none, a bare threshold; 1: a checkerboard; 2 to 5: ordered by 2, 3, 4, 8; 6 to 8: angled dots of 4, 6, 8;
    9 to 12: level dots of 4, 6, 8, 16; 13 to 15: black circles of 5, 6, 7; 16 to 18: white ones.
    """
    tile = Image.new_from_array(_tile(round(pattern))).linear([255.0], [0.0]).copy_memory()
    thresholds = tile.replicate(image.width // tile.width + 1, image.height // tile.height + 1)
    return image > thresholds.crop(0, 0, image.width, image.height)


def _tile(pattern: int) -> Tile:
    """Thresholds between 0 and 1."""
    if pattern == 0:
        return [[0.5]]
    if pattern == 1:
        return [[0.33, 0.67], [0.67, 0.33]]
    if pattern in _BAYER_SIDES:
        return _ranked(_bayer(_BAYER_SIDES[pattern]))
    if pattern in _ANGLED_SIDES:
        return _ranked(_angled(_ANGLED_SIDES[pattern]))
    if pattern in _LEVEL_SIDES:
        return _ranked(_dot(_LEVEL_SIDES[pattern], 1.0))
    dot = _ranked(_dot(_CIRCLE_SIDES[pattern], 0.0))
    return dot if pattern > _BLACK_CIRCLES_LAST else [[1 - value for value in row] for row in dot]


def _bayer(side: int) -> Tile:
    if side == 3:
        return [[float(value) for value in row] for row in _THREE]
    rows: Tile = [[0.0]]
    while len(rows) < side:
        rows = [[4 * v for v in row] + [4 * v + 2 for v in row] for row in rows] + [
            [4 * v + 3 for v in row] + [4 * v + 1 for v in row] for row in rows
        ]
    return rows


def _dot(side: int, softness: float) -> Tile:
    """What lies further from the middle of the tile comes later; with `softness` the corners grow together again."""
    middle = (side - 1) / 2
    places = [((x - middle) / side, (y - middle) / side) for y in range(side) for x in range(side)]
    values = [
        2 - math.cos(2 * math.pi * x) - math.cos(2 * math.pi * y) if softness else math.hypot(x, y) for x, y in places
    ]
    return [values[row * side : row * side + side] for row in range(side)]


def _angled(side: int) -> Tile:
    """Dots on a lattice of 45 degrees: two to a tile, and two gaps."""
    turn = 2 * math.pi / side
    return [[-(math.cos(turn * (x + 0.5)) * math.cos(turn * (y + 0.5))) for x in range(side)] for y in range(side)]


def _ranked(values: Tile) -> Tile:
    """Each value by its rank, so that every shade has as many places as it is bright."""
    flat = sorted((value, y, x) for y, row in enumerate(values) for x, value in enumerate(row))
    ranks = {(y, x): (index + 0.5) / len(flat) for index, (_, y, x) in enumerate(flat)}
    return [[ranks[y, x] for x in range(len(row))] for y, row in enumerate(values)]
