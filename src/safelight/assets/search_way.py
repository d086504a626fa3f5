"""Way: whether a search asks the index of words for all that is found, or walks along an order until a page is full."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Bounds:
    """Where one way becomes better than another; measured with a million assets (bench/search.py)."""

    exact_max: int = 10_000
    """Up to here `total_count` is counted where a cloud has not much more than that."""
    large: int = 50_000
    """In a cloud of more assets than this only what is gathered is counted: to count a million takes as long as to read
    them."""
    small: int = 1000
    """A cloud of so few assets is read, whatever is asked: the index of words is one for all clouds."""
    gathered_max: int = 20_000
    """So many assets at most are gathered before they are sorted. What is met more often fills a page soon for who
    walks along the order."""


BOUNDS = Bounds()


@dataclass(frozen=True)
class Expected:
    """About how many assets the cloud has, and how many of them are found, as the database's statistics tell."""

    cloud_rows: float
    found_rows: float


@dataclass(frozen=True)
class Way:
    """How a page is found. `gathered_max`: all that is found is gathered first, unless it is more; None: it is not."""

    expected: Expected
    gathered_max: int | None
    exact_max: int | None
    """How many are counted where they are not gathered; None: there are too many to be counted."""


def way_of(expected: Expected, bounds: Bounds, page: int, *, has_order: bool, is_cheap: bool) -> Way:
    """`has_order`: whether an index has the order in which the page is cut; `is_cheap`: whether an index alone tells
    what is found, and nothing else is looked at."""
    rows, found = expected.cloud_rows, expected.found_rows
    if rows <= bounds.small:
        return Way(expected, None, bounds.exact_max)
    # To gather costs as many looks as there are assets to be found, to walk as many as lie between those of one page;
    # and a look at what lies anywhere takes twice as long as one at the next.
    most = bounds.gathered_max if is_cheap else min(bounds.gathered_max, int(sqrt((page + 1) * rows) / 2))
    exact_max = None if rows > bounds.large else bounds.exact_max
    if not has_order:
        return Way(expected, int(rows) * 2 + bounds.gathered_max, exact_max)
    return Way(expected, most if found <= most else None, exact_max)
