"""Release: figures about many people or accounts -> what may be told of them, so that nobody can be found in it.

A group of fewer than ten is not told, nor one of which a single member is more than four fifths. What is left out must
not follow from the rest: where it could be had by taking away, more is left out. What is told is rounded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MEMBERS_MIN = 10
"""Fewer are no group."""
SHARE_PERCENT_MAX = 80
"""Who is more than that of a figure could be read off it."""
STEP = 5
CELLS_MAX = 500

Parts = Mapping[str, int]
"""Of one cell: how much each member is of it. Members are ids, which never leave this room."""


class Span(StrEnum):
    """How long a period is; a cube has one alone, so that no two of its figures overlap."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Cube:
    """A figure that may be told: what is counted, by what it is cut, and over which periods.

    `most`: so much one member counts for at the most; None where it is bounded by what it is.
    """

    name: str
    metric: str
    cut: str
    span: Span
    about: str
    most: int | None = None


@dataclass(frozen=True)
class Released:
    """What is told. Of a cell that is left out not even the name is: that it is there may be all there is to know."""

    cells: Mapping[str, int]
    total: int | None


def released(cube: Cube, cells: Mapping[str, Parts]) -> Released:
    """The same cells give the same answer."""
    bounded = {name: _bounded(cube, parts) for name, parts in sorted(cells.items())[:CELLS_MAX]}
    bounded = {name: parts for name, parts in bounded.items() if parts}
    shown = {name for name, parts in bounded.items() if is_group(parts)}
    # What is left of the total when all that is told is taken away has to be a group, too, or nothing.
    while shown and (rest := joined(bounded, set(bounded) - shown)) and not is_group(rest):
        shown.remove(min(shown, key=lambda name: (sum(bounded[name].values()), name)))
    everybody = joined(bounded, set(bounded))
    total = rounded(sum(everybody.values())) if is_group(everybody) else None
    return Released({name: rounded(sum(bounded[name].values())) for name in sorted(shown)}, total)


def is_group(parts: Parts) -> bool:
    """Whether it may be told what they are together."""
    total = sum(parts.values())
    return len(parts) >= MEMBERS_MIN and total > 0 and max(parts.values()) * 100 <= total * SHARE_PERCENT_MAX


def joined(cells: Mapping[str, Parts], names: set[str]) -> Parts:
    """Several cells as one: who is in two of them is one member."""
    found: dict[str, int] = {}
    for name in names:
        for member, amount in cells[name].items():
            found[member] = found.get(member, 0) + amount
    return found


def rounded(amount: int) -> int:
    return STEP * ((2 * amount + STEP) // (2 * STEP))


def about(count: int) -> str:
    """How many there are, in words for everybody: of fewer than ten not how few."""
    return f"about {rounded(count)}" if count >= MEMBERS_MIN else f"fewer than {MEMBERS_MIN}"


def broken(told: Released) -> list[str]:
    """What of a release could not have passed the gate, in words: for who checks afterwards and has no members."""
    figures = [each for each in (*told.cells.values(), told.total) if each is not None]
    faults = ["a figure is not rounded"] if any(each % STEP for each in figures) else []
    if any(each < 0 for each in figures):
        faults.append("a figure is less than nothing")
    if told.total is None and told.cells:
        faults.append("cells are told of a total that is not")
    return faults


def clashing(cubes: Sequence[Cube]) -> list[str]:
    """Cubes by which the same would be told in two cuts: from two tables of one thing, a third can be had."""
    metrics = [each.metric for each in cubes]
    names = [each.name for each in cubes]
    faults = [f"{each} is told in two cuts" for each in sorted(set(metrics)) if metrics.count(each) > 1]
    return faults + [f"two cubes are called {each}" for each in sorted(set(names)) if names.count(each) > 1]


def last_period(span: Span, today: date) -> tuple[date, date]:
    """The newest that is over: its first day, and the day after its last."""
    first = today.replace(day=1) if span is Span.MONTH else today.replace(month=1, day=1)
    before = first - timedelta(days=1)
    return (before.replace(day=1) if span is Span.MONTH else before.replace(month=1, day=1)), first


def period_name(span: Span, first: date) -> str:
    return f"{first:%Y-%m}" if span is Span.MONTH else f"{first:%Y}"


def _bounded(cube: Cube, parts: Parts) -> Parts:
    most = cube.most
    return {who: amount if most is None else min(amount, most) for who, amount in parts.items() if amount > 0}
