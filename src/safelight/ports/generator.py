"""Generator: who paints what a picture does not hold. None comes along: an operator may bring one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Item = float | str | bool | tuple[str, ...] | tuple[tuple[int, int, int, int], ...]
"""A value of a wish. Colours are text, `rrggbbaa`; areas are left, top, width and height in px."""


@dataclass(frozen=True)
class Wish:
    """What shall be painted: the effect by its name (`gen_remove`), and its values by theirs."""

    effect: str
    values: Mapping[str, Item]


class Generator(Protocol):
    async def paint(self, wish: Wish, picture: bytes) -> bytes:
        """A PNG as it shall be, of a PNG as it is; of the same size. Where it is transparent, nothing is yet.

        Called again for the same wish and the same bytes, it should give the same picture. Raises Invalid for a wish
        that cannot be granted, NotAvailable where it may be tried again later.
        """
        ...
