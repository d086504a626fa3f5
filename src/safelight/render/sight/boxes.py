"""Boxes: parts of a picture in shares of its sides: how they overlap, unite, and become px."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from safelight.transform.geometry import Box, Size, round_half_up
from safelight.transform.source import Region


@dataclass(frozen=True)
class Part:
    """A part of a picture, in px that need not be whole; `score` says how sure it is, 0 to 1."""

    x: float
    y: float
    width: float
    height: float
    score: float = 1.0

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def shared_area(one: Part, other: Part) -> float:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, across) * max(0.0, down)


def overlap(one: Part, other: Part) -> float:
    """The shared area as a share of the area of both; 1 for the same, 0 for strangers."""
    shared = shared_area(one, other)
    whole = one.area + other.area - shared
    return shared / whole if whole > 0 else 0.0


def distinct(parts: Iterable[Part], overlap_max: float) -> list[Part]:
    """The surest of those that overlap, the surest first."""
    kept: list[Part] = []
    for part in sorted(parts, key=lambda part: (-part.score, part.x, part.y, part.width, part.height)):
        if all(overlap(part, other) <= overlap_max for other in kept):
            kept.append(part)
    return kept


def union(parts: Sequence[Part]) -> Part:
    """The smallest part that holds all."""
    left, top = min(part.x for part in parts), min(part.y for part in parts)
    right = max(part.x + part.width for part in parts)
    bottom = max(part.y + part.height for part in parts)
    return Part(left, top, right - left, bottom - top)


def region(kind: str, part: Part, size: Size) -> Region | None:
    """A part as a Region; None where nothing of it lies inside the picture."""
    left, top = max(0.0, part.x), max(0.0, part.y)
    right, bottom = min(float(size.width), part.x + part.width), min(float(size.height), part.y + part.height)
    if right <= left or bottom <= top:
        return None
    score = min(1.0, max(0.001, part.score))
    shares = (left / size.width, top / size.height, (right - left) / size.width, (bottom - top) / size.height, score)
    # Libraries hand out numbers of their own; ours are plain ones.
    return Region(kind, *map(float, shares))


def regions(kind: str, parts: Iterable[Part], size: Size) -> list[Region]:
    """Parts as Regions; what lies outside is left out."""
    return [found for part in parts if (found := region(kind, part, size)) is not None]


def part(found: Region, size: Size) -> Part:
    """A Region in px of a picture of this size."""
    return Part(
        found.x * size.width,
        found.y * size.height,
        found.width * size.width,
        found.height * size.height,
        found.certainty,
    )


def box(of: Part, size: Size) -> Box:
    """A part as whole px inside the picture, at least one."""
    left = min(max(0, round_half_up(of.x)), size.width - 1)
    top = min(max(0, round_half_up(of.y)), size.height - 1)
    right = min(max(left + 1, round_half_up(of.x + of.width)), size.width)
    bottom = min(max(top + 1, round_half_up(of.y + of.height)), size.height)
    return Box(left, top, right - left, bottom - top)


def largest(parts: Sequence[Part]) -> Part:
    """The largest; of equals the one that is further up and left."""
    return max(parts, key=lambda part: (part.area, -part.y, -part.x))


def moved(of: Region, at: Callable[[float, float], tuple[float, float]]) -> Part:
    """The box around a region whose corners go where `at` says, in shares or px as it says them."""
    corners = [at(of.x + dx, of.y + dy) for dx in (0, of.width) for dy in (0, of.height)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    return Part(left, top, right - left, bottom - top, of.certainty)
