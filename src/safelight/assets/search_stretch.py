"""Stretch: a page of what many assets have, one stretch of an order after the other, each asked of two indexes at once.

The index of the order tells which rows lie in a stretch, the index of words which of all have the words; only the rows
that both name are looked at. So a page costs about what lies between its rows in the order, and not what is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select, tuple_

from safelight.assets.search_counting import all_ways, only_bitmaps, only_order
from safelight.assets.search_order import Key, behind
from safelight.assets.store import A
from safelight.ports.database import Session

GROWTH = 4
"""So many times as long as the one before the next stretch is at most: what is nowhere near is not looked for step by
step."""
SPARE = 1.5
"""So many times as long as it should be, by how densely they lay so far, is the next stretch."""
ROWS_MAX = 200_000
_COUNT = "stretch_count"


@dataclass(frozen=True)
class Stretched:
    """The first rows of what is found, and how densely it lies."""

    rows: Sequence[RowMapping]
    found: int
    passed: int
    """So many rows of the order hold so many that are found."""
    is_end: bool = False
    """There is nothing behind these."""
    is_full: bool = True
    """There are as many as are needed, or no more."""
    place: Sequence[Any] | None = None
    """Where the next stretch begins."""


@dataclass(frozen=True)
class Order:
    """The order of an index, in a cloud. `within`: what an index of that order knows of all that is found."""

    cloud_id: str
    keys: Sequence[Key]
    within: Sequence[ColumnElement[bool]] = ()


async def stretched(
    session: Session,
    order: Order,
    page: Select[*tuple[Any, ...]],
    found: ColumnElement[bool],
    start: Sequence[Any] | None,
    need: int,
    length: int,
    *,
    plain: ColumnElement[bool] | None = None,
    passed_max: float = inf,
    before: Stretched | None = None,
) -> Stretched:
    """`page`: what is wanted of each row; `found` begins with the index of words; `start`: the place behind which they
    lie; `length`: of the first stretch. `plain`: the same as `found`, by which the first stretch is looked through row
    by row. `passed_max`: behind so many rows it ends, whether the page is full or not. `before`: what a first part
    came to, behind which this goes on."""
    rows: list[RowMapping] = []
    count = passed = 0
    if before is not None:
        rows, count, passed, start, plain = list(before.rows), before.found, before.passed, before.place, None
        length = _next_length(before.passed, before, need)
    while len(rows) < need and passed < passed_max:
        end = await _end(session, order, start, length)
        stretch = [*_behind(order.keys, start), *([] if end is None else [up_to(order.keys, end)])]
        if plain is None:
            part = await _by_words(session, order, page.where(found, *stretch), need - len(rows))
            count += int(part[0][_COUNT]) if part else 0
        else:
            part = await _row_by_row(session, order, page.where(plain, *stretch), need)
            count += len(part)
        plain = None
        rows += part
        passed += length
        if end is None:
            return Stretched(rows, count, passed, is_end=len(rows) == count < need)
        start = end
        length = _next_length(length, Stretched(rows, count, passed), need)
    return Stretched(rows, count, passed, is_full=len(rows) == need, place=start)


def _next_length(length: int, so_far: Stretched, need: int) -> int:
    most = min(length * GROWTH, ROWS_MAX)
    lacking = need - len(so_far.rows)
    return min(max(int(SPARE * lacking * so_far.passed / max(so_far.found, 1)), length // GROWTH, 1), most)


async def _by_words(session: Session, order: Order, page: Select[*tuple[Any, ...]], need: int) -> Sequence[RowMapping]:
    """With the number of all in the stretch."""
    await only_bitmaps(session)
    rows = await session.fetch(_ordered(order, page.add_columns(func.count().over().label(_COUNT))).limit(need))
    await all_ways(session)
    return rows


async def _row_by_row(
    session: Session, order: Order, page: Select[*tuple[Any, ...]], need: int
) -> Sequence[RowMapping]:
    await only_order(session)
    rows = await session.fetch(_ordered(order, page).limit(need))
    await all_ways(session)
    return rows


async def _end(session: Session, order: Order, start: Sequence[Any] | None, length: int) -> Sequence[Any] | None:
    """The place of the last row of a stretch; None where the order ends before."""
    values = [key.value.label(f"key_{place}") for place, key in enumerate(order.keys)]
    chosen = select(*values).where(A.cloud_id == order.cloud_id, *order.within, *_behind(order.keys, start))
    row = await session.fetch_one(_ordered(order, chosen).offset(length - 1).limit(1))
    return None if row is None else [row[value.name] for value in values]


def _ordered(order: Order, chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return chosen.order_by(*(key.ordered(key.value) for key in order.keys))


def _behind(keys: Sequence[Key], start: Sequence[Any] | None) -> Sequence[ColumnElement[bool]]:
    return [] if start is None else [behind(keys, start)]


def up_to(keys: Sequence[Key], end: Sequence[Any]) -> ColumnElement[bool]:
    """The rows before a place, and that one. All keys run one way."""
    here, there = tuple_(*(key.value for key in keys)), tuple_(*end)
    return here <= there if keys[0].is_ascending else here >= there
