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
    stretched_max: float = 2.0
    """What is found this many times as often as gathering and walking are even fills a page sooner for who walks than
    for who asks the index of words for all that has them."""
    stretched_max_dear: float = 6.0
    """The same where to look at one asset means to read all that is said of it."""


STRETCH_MIN, STRETCH_MAX = 500, 40_000
"""Rows of the first stretch of an order."""
UNKNOWN_TIMES = 1.5
"""What is expected no more often than this many unknown words is taken for rare."""
WALKED_LONGER, WALKED_LONGER_DEAR = 4, 2
"""So many times as long is the first stretch where it is walked."""
BOUNDS = Bounds()


@dataclass(frozen=True)
class Expected:
    """About how many assets the cloud has, and how many of them are found, as the database's statistics tell."""

    cloud_rows: float
    found_rows: float
    unknown_rows: float = 0
    """As many are expected to have a word that is too rare for the statistics to know it; most of these are in none."""
    order_rows: float | None = None
    """So many lie in that part of the order in which all is that is found, where it is known."""

    @property
    def rows_in_order(self) -> float:
        return self.cloud_rows if self.order_rows is None else min(self.cloud_rows, self.order_rows)


@dataclass(frozen=True)
class Way:
    """How a page is found. `gathered_max`: all that is found is gathered first, unless it is more; None: it is not."""

    expected: Expected
    gathered_max: int | None
    exact_max: int | None
    """How many are counted where they are not gathered; None: there are too many to be counted."""
    stretch: int | None = None
    """So many rows of the order are looked through first, with the index of words; None: none are."""
    is_walked_first: bool = False
    """The first stretch is looked through row by row."""


@dataclass(frozen=True)
class Means:
    """What a search can go by."""

    has_order: bool
    """An index has the order in which the page is cut."""
    has_words: bool = False
    """The index of words knows something about it."""
    is_open: bool = False
    """It is asked for a beginning: of how many words begin so the statistics know too little."""
    is_cheap: bool = False
    """That index alone tells what is found, and nothing else is looked at."""
    is_dear: bool = False
    """To look at one that is not found takes reading all that is said of it."""
    has_one_key: bool = False
    """The index of the order decides alone who comes first."""


def way_of(expected: Expected, bounds: Bounds, page: int, means: Means) -> Way:
    rows, found = expected.cloud_rows, expected.found_rows
    if means.is_open:
        found = max(found, 2 * expected.unknown_rows)
    if rows <= bounds.small:
        return Way(expected, None, bounds.exact_max)
    # To gather costs as many looks as there are assets to be found, to walk as many as lie between those of one page;
    # and a look at what lies anywhere takes twice as long as one at the next.
    even = sqrt((page + 1) * rows)
    exact_max = None if rows > bounds.large else bounds.exact_max
    if not means.has_order:
        return Way(expected, int(rows) * 2 + bounds.gathered_max, exact_max)
    can_stretch = means.has_words and means.has_one_key
    is_rare = means.has_words and not means.is_open and found <= expected.unknown_rows * UNKNOWN_TIMES
    most = min(bounds.gathered_max, int(even / 2))
    if can_stretch:
        most = min(bounds.gathered_max, int(even / 3))
    elif means.is_cheap:
        most = bounds.gathered_max
    gathered_max = most if found <= most or is_rare else None
    if not means.has_words and means.has_one_key and exact_max is None and most < found <= bounds.gathered_max:
        # All of it may be far down the order: then it is gathered after all.
        stretch = 2 * (page + 1) * expected.rows_in_order / found
        return Way(expected, None, None, int(min(max(stretch, STRETCH_MIN), STRETCH_MAX)), is_walked_first=True)
    if not can_stretch:
        return Way(expected, gathered_max, exact_max)
    # Should there be more of them than it seems, that is what gathering finds out.
    length = 2 * (page + 1) * rows / max(found, most, 1)
    often = even * (bounds.stretched_max_dear if means.is_dear else bounds.stretched_max)
    is_walked_first = found > often
    if is_walked_first:
        # Who walks stops where the page is full; and what else is asked for may leave out most.
        length *= WALKED_LONGER_DEAR if means.is_dear else WALKED_LONGER
    stretch = int(min(max(length, STRETCH_MIN), STRETCH_MAX))
    return Way(expected, gathered_max, exact_max, stretch, is_walked_first)
