"""Likeness: the shapes and the colours of a picture in twenty numbers, and under which of them others like it stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

KIND = "likeness"
"""The kind of analysis that finds it, and the name of its facts."""

BANDS = 4
BAND_BITS = 16
BITS = BANDS * BAND_BITS

LIGHTS = 6
TINTS = 3
"""Of so many waves of lightness, and of either axis of colour, the layout tells."""
LAYOUT = LIGHTS + 2 * TINTS

# The layout is in CIE L*a*b*, and so are the sides of a cell: means of lightness and of both axes, and by two waves
# where the light comes from. The lowest and the highest cell of each are open to the outside.
_SIDES: tuple[tuple[int, int, int, int], ...] = (
    # place in the layout, width of a cell, lowest cell, highest cell
    (0, 12, 0, 8),
    (LIGHTS, 10, -5, 5),
    (LIGHTS + TINTS, 10, -5, 5),
    (1, 16, -2, 2),
    (2, 16, -2, 2),
)


@dataclass(frozen=True)
class Likeness:
    """`shape`: a perceptual hash in four parts; `layout`: the longest waves of lightness and colours in it."""

    shape: tuple[int, ...]
    layout: tuple[int, ...]

    @classmethod
    def of(cls, phash: str, layout: tuple[int, ...]) -> "Likeness":
        whole = int(phash, 16)
        most = (1 << BAND_BITS) - 1
        return cls(tuple(whole >> BAND_BITS * (BANDS - 1 - band) & most for band in range(BANDS)), layout)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Likeness":
        """As `facts` wrote it."""
        return cls(tuple(facts["shape"]), tuple(facts["layout"]))

    def facts(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"shape": list(self.shape), "layout": list(self.layout), "cell": self.cell()}

    @property
    def has_shape(self) -> bool:
        """A plain surface has none; it is like all other plain surfaces."""
        return any(self.shape)

    def cell(self) -> int:
        """Pictures of much the same colours at much the same places stand in one cell, or in the next."""
        return _number([_step(self.layout[place], *side) for place, *side in _SIDES])

    def cells(self) -> list[int]:
        """The cell, and on each side the next one that is nearer."""
        return sorted({_number(steps) for steps in product(*(self._steps(*side) for side in _SIDES))})

    def _steps(self, place: int, width: int, low: int, high: int) -> list[int]:
        value = self.layout[place]
        step = _step(value, width, low, high)
        nearer = step + (1 if value % width * 2 >= width else -1)
        return [step] if not low <= nearer <= high else [step, nearer]

    def bands(self) -> Iterator[list[int]]:
        """For each part of the hash all its values with at most one bit turned.

        Of two hashes that differ in at most seven bits, one part at least differs in one bit or none.
        """
        for part in self.shape:
            yield [part, *(part ^ 1 << bit for bit in range(BAND_BITS))]


def _step(value: int, width: int, low: int, high: int) -> int:
    return min(max(value // width, low), high)


def _number(steps: list[int] | tuple[int, ...]) -> int:
    number = 0
    for step, (_, _, low, high) in zip(steps, _SIDES, strict=True):
        number = number * (high - low + 1) + step - low
    return number
