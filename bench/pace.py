"""Pace: how long each part of the bench may take its time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    turns: int
    """Of each side of a comparison."""
    seconds: float
    """Of one turn of a load."""
    requests: int
    """Mixed ones, before and after which memory is compared."""
    assets: tuple[int, ...]
    clouds: tuple[int, ...]
    derived: tuple[int, ...]
    """Sizes of the curves of growth."""


WHOLE = Pace(9, 2, 100_000, (10_000, 100_000, 1_000_000), (1, 10, 30, 100), (1, 10, 100, 1000))
BRIEF = Pace(3, 1, 10_000, (1_000, 10_000), (1, 5), (1, 10, 50))
