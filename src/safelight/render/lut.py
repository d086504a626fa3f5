"""Lut: every colour of a picture through the table of a .cube or .3dl file, with straight lines between its entries."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from safelight.kernel.errors import Invalid
from safelight.render.image import FULL_ALPHA, Image, Interpolate, join, split

BYTES_MAX = 16 * 1024 * 1024
"""Of the file."""
SIDE_MAX = 65
"""Entries along one side of a table with three; twice what grading programs write."""
CURVE_MAX = 65_536
"""Entries of a table with one side."""

# More than any depth needs; beyond it, straight lines between entries would lose their ends.
_NUMBER_MAX = 1_000_000

# Depths that the numbers of a .3dl may have, in bits.
_DEPTHS = (8, 10, 12, 14, 16)

Table = NDArray[np.float32]


@dataclass(frozen=True)
class Lut:
    """Colours from 0 to 1. `curve`: a row for each level; `cube`: [blue, green, red], each a colour.

    The first and last entry belong to `low` and `high`. A file with both does the curve first.
    """

    curve: Table | None = None
    cube: Table | None = None
    low: tuple[float, ...] = (0.0, 0.0, 0.0)
    high: tuple[float, ...] = (1.0, 1.0, 1.0)


def applied(image: Image, table: Lut) -> Image:
    """8-bit sRGB -> 8-bit sRGB; alpha is kept."""
    colors, alpha = split(image)
    colors = colors.cast("float") / FULL_ALPHA
    if table.curve is not None:
        colors = _through_curve(colors, table, table.curve)
    if table.cube is not None:
        colors = _through_cube(colors, table, table.cube)
    return join((colors * FULL_ALPHA).rint(), alpha)


def _entries(colors: Image, table: Lut, last: int) -> Image:
    """Which entry of a side a colour meets, with its fraction."""
    steps = [last / (high - low) for low, high in zip(table.low, table.high, strict=True)]
    places = colors.linear(steps, [-low * step for low, step in zip(table.low, steps, strict=True)])
    places = (places < 0).ifthenelse(0, places)
    return (places > last).ifthenelse(last, places)


def _through_curve(colors: Image, table: Lut, curve: Table) -> Image:
    last = len(curve) - 1
    places = _entries(colors, table, last)
    below = places.floor()
    above = (below + 1 > last).ifthenelse(last, below + 1)
    entries = _image(curve.reshape(1, len(curve), 3))
    lower, upper = (at.cast("ushort").maplut(entries) for at in (below, above))
    return lower + (upper - lower) * (places - below)


def _through_cube(colors: Image, table: Lut, cube: Table) -> Image:
    """The slices of blue lie side by side: libvips finds red and green between their neighbours, we do it for blue."""
    side = len(cube)
    places = _entries(colors, table, side - 1)
    red, green, blue = (places[band] for band in range(3))
    slices = _image(np.concatenate(list(cube), axis=1))
    linear = Interpolate.new("bilinear")
    below = blue.floor()
    above = (below + 1 > side - 1).ifthenelse(side - 1, below + 1)
    lower, upper = (
        slices.mapim((red + at * side).bandjoin(green), interpolate=linear, extend="copy") for at in (below, above)
    )
    return lower + (upper - lower) * (blue - below)


def _image(rows: Table) -> Image:
    height, width, bands = rows.shape
    return Image.new_from_memory(np.ascontiguousarray(rows).tobytes(), width, height, bands, "float")


# --- reading ----------------------------------------------------------------------------------------------------


def parsed(data: bytes, format: str, name: str) -> Lut:
    """The table of a file; raises Invalid, with what is wrong, for a broken one."""
    if format not in {"cube", "3dl"}:
        raise Invalid(f"Unsupported table {name}: it must be a .cube or .3dl file.")
    try:
        lines = [line for line in _lines(data) if line]
        return _cube(lines) if format == "cube" else _3dl(lines)
    except ValueError as error:
        raise Invalid(f"Invalid table {name}: {error}") from error


def _lines(data: bytes) -> Iterator[str]:
    """Without comments; a mark of byte order, which some editors write, is none of the text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    for line in text.splitlines():
        yield line.partition("#")[0].strip()


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def _rows(lines: list[str], count: int) -> Table:
    """So many colours, one a line."""
    if len(lines) != count:
        raise ValueError(f"it has {len(lines)} colours, and needs {count}.")
    words = [word for line in lines for word in line.split()]
    if len(words) != 3 * count:
        raise ValueError("a colour has three numbers.")
    try:
        rows = np.array(words, dtype=np.float64).reshape(count, 3)
    except ValueError as error:
        raise ValueError("a colour has three numbers.") from error
    if not (np.abs(rows) <= _NUMBER_MAX).all():
        raise ValueError(f"a colour has three finite numbers, none beyond {_NUMBER_MAX}.")
    return rows.astype(np.float32)


def _cube(lines: list[str]) -> Lut:
    """Adobe's format (Cube LUT Specification 1.0), and the files with a curve and a cube that Resolve writes."""
    sides = {"LUT_1D_SIZE": 0, "LUT_3D_SIZE": 0}
    table, start = Lut(), 0
    for start, line in enumerate(lines):  # noqa: B007 (where the colours begin is needed afterwards)
        word, *values = line.split()
        if _is_number(word):
            break
        match word, values:
            case "LUT_1D_SIZE" | "LUT_3D_SIZE", [count]:
                sides[word] = _side(count, CURVE_MAX if word == "LUT_1D_SIZE" else SIDE_MAX)
            case "DOMAIN_MIN", [_, _, _]:
                table = replace(table, low=_numbers(values))
            case "DOMAIN_MAX", [_, _, _]:
                table = replace(table, high=_numbers(values))
            case "LUT_1D_INPUT_RANGE" | "LUT_3D_INPUT_RANGE", [_, _]:
                low, high = _numbers(values)
                table = replace(table, low=(low,) * 3, high=(high,) * 3)
            case _:
                continue  # a title, or a word of one program only
    if any(high <= low for low, high in zip(table.low, table.high, strict=True)):
        raise ValueError("its domain is empty.")
    curve, side = sides["LUT_1D_SIZE"], sides["LUT_3D_SIZE"]
    if curve + side == 0:
        raise ValueError("it does not say LUT_3D_SIZE or LUT_1D_SIZE.")
    rows = _rows(lines[start:], curve + side**3)
    return replace(
        table,
        curve=rows[:curve] if curve else None,
        # Red changes fastest, so in rows of memory blue comes first.
        cube=rows[curve:].reshape(side, side, side, 3) if side else None,
    )


def _side(word: str, most: int) -> int:
    side = int(word) if word.isascii() and word.isdigit() else 0
    if not 2 <= side <= most:
        raise ValueError(f"a side may have 2 to {most} entries, and not {word}.")
    return side


def _numbers(words: list[str]) -> tuple[float, ...]:
    if not all(_is_number(word) for word in words):
        raise ValueError(f"`{' '.join(words)}` are no numbers.")
    return tuple(float(word) for word in words)


def _3dl(lines: list[str]) -> Lut:
    """Autodesk's format: a line with the levels of a side, then the colours as whole numbers, blue changing fastest."""
    numeric = [line for line in lines if all(_is_number(word) for word in line.split())]
    if not numeric:
        raise ValueError("it has no numbers.")
    levels = _numbers(numeric[0].split())
    if len(levels) == 3 and len(numeric) != 1 + 3**3:
        raise ValueError("the line with the levels of a side is missing.")
    side = _side(str(len(levels)), SIDE_MAX)
    steps = [after - before for before, after in pairwise(levels)]
    if min(steps) <= 0 or max(steps) - min(steps) > max(1.0, 0.01 * max(steps)):
        raise ValueError("its levels are not evenly spaced.")
    rows = _rows(numeric[1:], side**3)
    if rows.min() < 0:
        raise ValueError("its numbers begin at 0.")
    most = float(rows.max())
    depth = next((bits for bits in _DEPTHS if most <= 2**bits - 1), None)
    if depth is None:
        raise ValueError("its numbers have at most 16 bits.")
    cube = (rows / np.float32(2**depth - 1)).reshape(side, side, side, 3)
    return Lut(cube=cube.transpose(2, 1, 0, 3))
