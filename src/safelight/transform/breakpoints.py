"""Breakpoints: the widths of a picture that are worth having, so that each saves enough against the next larger one."""

import math
from collections.abc import Mapping
from itertools import pairwise

LOW_PX, HIGH_PX = 50, 1000
BYTES_STEP = 20_000
WIDTHS_MAX = 20
WIDTHS_LIMIT = 200
"""Nobody may ask for more."""


def measured(low: int, high: int) -> tuple[int, ...]:
    """The widths whose files must be made to know the sizes of all others: the ends, and the middle in between."""
    middle = round(math.sqrt(low * high))
    return tuple(sorted({low, middle, high} if low < high else {high}))


def widths(bytes_at: Mapping[int, int], bytes_step: int, widths_max: int) -> tuple[int, ...]:
    """From the largest to the smallest of the measured widths (width -> bytes of its file)."""
    known = sorted(bytes_at.items())
    (low, smallest), (high, largest) = known[0], known[-1]
    chosen = [high]
    left = float(largest)
    while low < high and len(chosen) < widths_max - 1:
        left -= bytes_step
        # The last step is as wide as the others, or the smallest width would save nothing.
        if left < smallest + bytes_step:
            break
        width = min(_width_of(left, known), chosen[-1] - 1)
        if width <= low:
            break
        chosen.append(width)
    return tuple([*chosen, low] if low < high and widths_max > 1 else chosen)


def _width_of(size_bytes: float, known: list[tuple[int, int]]) -> int:
    """Between two measured files, bytes grow by a power of the width."""
    for (narrow, few), (wide, many) in pairwise(known):
        if size_bytes <= many:
            if many <= few:
                return narrow
            share = (math.log(size_bytes) - math.log(few)) / (math.log(many) - math.log(few))
            return round(narrow * (wide / narrow) ** max(0.0, share))
    return known[-1][0]
