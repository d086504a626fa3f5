"""Stretch: a page of what many assets have, one stretch of an order after the other, each asked of two indexes at once.

The index of the order tells which rows lie in a stretch, the index of words which of all have the words; only the rows
that both name are looked at. So a page costs about what lies between its rows in the order, and not what is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, tuple_

from safelight.assets.search_counting import all_ways, only_bitmaps
from safelight.assets.search_order import Key, behind
from safelight.assets.store import A, assets
from safelight.ports.database import Session

GROWTH = 4
"""So many times as long as the one before is the next stretch: what is nowhere near is not looked for step by step."""
ROWS_MAX = 200_000
_COUNT = "stretch_count"


@dataclass(frozen=True)
class Stretched:
    """The first rows of what is found, and how densely it lies."""

    rows: Sequence[RowMapping]
    found: int
    passed: int
    """So many rows of the order hold so many that are found."""
    is_end: bool
    """There is nothing behind these."""


async def stretched(
    session: Session,
    cloud_id: str,
    found: ColumnElement[bool],
    keys: Sequence[Key],
    marks: Sequence[ColumnElement[Any]],
    start: Sequence[Any] | None,
    need: int,
    length: int,
) -> Stretched:
    """`found` begins with the index of words; an index has the order of `keys`, all of which run one way; the rows
    bring the values of `marks` along. `start`: the place behind which they lie. `length`: of the first stretch."""
    rows: list[RowMapping] = []
    count = passed = 0
    while len(rows) < need:
        end = await _end(session, cloud_id, keys, start, length)
        within = [found, *_behind(keys, start), *([] if end is None else [_up_to(keys, end)])]
        page = select(assets, *marks, func.count().over().label(_COUNT)).where(*within)
        page = page.order_by(*(key.ordered(key.value) for key in keys)).limit(need - len(rows))
        await only_bitmaps(session)
        part = await session.fetch(page)
        await all_ways(session)
        rows += part
        count += int(part[0][_COUNT]) if part else 0
        passed += length
        if end is None:
            return Stretched(rows, count, passed, len(rows) == count)
        start, length = end, min(length * GROWTH, ROWS_MAX)
    return Stretched(rows, count, passed, is_end=False)


async def _end(
    session: Session, cloud_id: str, keys: Sequence[Key], start: Sequence[Any] | None, length: int
) -> Sequence[Any] | None:
    """The place of the last row of a stretch; None where the order ends before."""
    values = [key.value.label(f"key_{place}") for place, key in enumerate(keys)]
    chosen = select(*values).where(A.cloud_id == cloud_id, *_behind(keys, start))
    row = await session.fetch_one(
        chosen.order_by(*(key.ordered(key.value) for key in keys)).offset(length - 1).limit(1)
    )
    return None if row is None else [row[value.name] for value in values]


def _behind(keys: Sequence[Key], start: Sequence[Any] | None) -> Sequence[ColumnElement[bool]]:
    return [] if start is None else [behind(keys, start)]


def _up_to(keys: Sequence[Key], end: Sequence[Any]) -> ColumnElement[bool]:
    here, there = tuple_(*(key.value for key in keys)), tuple_(*end)
    return here <= there if keys[0].is_ascending else here >= there
