"""Search: the assets, or the folders, that a query asks for; sorted, cut into pages and counted."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import CTE, ColumnElement, Float, FromClause, Select, and_, cast, func, literal, or_, select, tuple_

from safelight.assets.folders import Folder, folder_of
from safelight.assets.listing import in_folders, is_text
from safelight.assets.model import Asset, Order
from safelight.assets.query_fields import Condition, Field, FieldNamed, condition
from safelight.assets.query_parse import parse
from safelight.assets.query_values import Asked
from safelight.assets.search_counting import is_few, prepare, total
from safelight.assets.search_fields import (
    ANYWHERE,
    COUNTED,
    FOLDER_ANYWHERE,
    FOLDER_SORTED,
    RANGED,
    SORTED,
    field_named,
    folder_field_named,
)
from safelight.assets.search_kept import (
    STATUS,
    backup_bytes,
    item_of,
    status_column,
    status_field,
    wants_deleted,
    with_deleted,
)
from safelight.assets.search_sieve import sieve
from safelight.assets.store import A, asset_of, assets, folders
from safelight.kernel.errors import Invalid
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session

T = TypeVar("T")

SORTS_MAX = 10
DIGEST_CHARS = 12
OTHER_QUERY = "Invalid next_cursor: it was given out for another expression or order"


@dataclass(frozen=True)
class Sort:
    field: str
    order: Order


@dataclass(frozen=True)
class Bucket:
    """One stretch of numbers to count: from the low end to before the high one."""

    key: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Search:
    """What is searched for. `counts`: fields whose values are counted; with buckets, how many fall into each."""

    expression: str = ""
    sorts: tuple[Sort, ...] = ()
    max_results: int = 50
    cursor: str | None = None
    counts: tuple[tuple[str, tuple[Bucket, ...]], ...] = ()
    within: tuple[str, ...] | None = None
    """Only these folders and those below them: who asks may not see more (kernel/rights.py)."""


@dataclass(frozen=True)
class Found:
    page: Page[Asset]
    counts: Mapping[str, Mapping[str, int]]
    backup_bytes: Mapping[str, int] = field(default_factory=dict[str, int])
    """What kept versions of the assets of the page take, by id."""


async def search(session: Session, cloud_id: str, asked: Search, now: datetime) -> Found:
    """Raises Invalid (QueryError where the expression is at fault)."""
    rows = await prepare(session)
    source, chosen = _planned(cloud_id, asked, now)
    page = await _cut(session, source, chosen, _asset_keys(asked), asked, rows)
    counts = {name: await _count(session, source, chosen, name, buckets) for name, buckets in asked.counts}
    return Found(page, counts, await backup_bytes(session, cloud_id, [asset.id for asset in page.items]))


async def placed(session: Session, cloud_id: str, asked: Search, now: datetime, limit: int) -> Select[*tuple[Any, ...]]:
    """A question for the ids of all that is found, each with its place from 0 in the order of the search.

    Raises Invalid as `search` does. The cursor, the page and what is counted are passed over.
    """
    await prepare(session)
    source, chosen = _planned(cloud_id, asked, now)
    order = [key.value.asc() if key.is_ascending else key.value.desc() for key in _asset_keys(asked)]
    place = func.row_number().over(order_by=order) - 1
    ids = select(A.id.label("id"), place.label("place")).where(chosen).order_by(*order).limit(limit)
    return source.of(ids)


async def search_folders(session: Session, cloud_id: str, asked: Search, now: datetime) -> Page[Folder]:
    f = folders.c
    chosen = and_(
        f.cloud_id == cloud_id,
        *in_folders(f.path, asked.within),
        condition(parse(asked.expression), folder_field_named, FOLDER_ANYWHERE, Asked(asked.expression, now)),
    )
    keys = _keys(asked.sorts, FOLDER_SORTED, "created_at", f.id)
    return await _cut(session, _Source(folders, folder_field_named, folder_of), chosen, keys, asked)


@dataclass(frozen=True)
class _Source(Generic[T]):
    """The rows that are searched, and what becomes of one."""

    table: FromClause
    named: FieldNamed
    item_of: Callable[[Any], T]
    before: CTE | None = None
    """Stands for the table where it is told to hold more than it does."""
    also: tuple[ColumnElement[Any], ...] = ()

    def of(self, chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return chosen if self.before is None else chosen.add_cte(self.before)


def _with_deleted(cloud_id: str) -> _Source[Asset]:
    def named(name: str) -> Field | None:
        return status_field() if name == STATUS else field_named(name)

    return _Source(assets, named, item_of, with_deleted(cloud_id), (status_column(),))


@dataclass(frozen=True)
class _Key:
    """One thing to sort by; never NULL."""

    value: ColumnElement[Any]
    is_ascending: bool


def _keys(
    sorts: Sequence[Sort], known: Mapping[str, ColumnElement[Any]], default: str, last: ColumnElement[Any]
) -> list[_Key]:
    """In the end the id decides, so that the order is the same each time."""
    if len(sorts) > SORTS_MAX:
        raise Invalid(f"Too many fields in sort_by. Maximum is {SORTS_MAX}.")
    keys: list[_Key] = []
    for sort in sorts or (Sort(default, Order.DESCENDING),):
        if sort.field not in known:
            raise Invalid(f"Invalid sort_by field {sort.field[:60]}; known are {', '.join(sorted(known))}")
        keys.append(_Key(known[sort.field], sort.order is Order.ASCENDING))
    return [*keys, _Key(last, keys[-1].is_ascending)]


def _planned(cloud_id: str, asked: Search, now: datetime) -> tuple[_Source[Asset], Condition]:
    """Where to look, and for what."""
    query = parse(asked.expression)
    source = _with_deleted(cloud_id) if wants_deleted(query) else _Source(assets, field_named, asset_of)
    chosen = and_(
        A.cloud_id == cloud_id,
        *in_folders(A.folder, asked.within),
        condition(query, source.named, ANYWHERE, Asked(asked.expression, now)),
    )
    if source.before is None and (sifted := sieve(query)) is not None:
        chosen = and_(sifted, chosen)
    return source, chosen


def _asset_keys(asked: Search) -> list[_Key]:
    return _keys(asked.sorts, SORTED, "created_at", A.id)


async def _cut(
    session: Session, source: _Source[T], chosen: Condition, keys: Sequence[_Key], asked: Search, rows: float = 0
) -> Page[T]:
    table = source.table
    found = await total(session, source.of(select(literal(1).label("one")).select_from(table).where(chosen)))
    marks = [key.value.label(f"sort_{place}") for place, key in enumerate(keys)]
    page = select(table, *source.also, *marks).where(chosen)
    if asked.cursor:
        page = page.where(_behind(keys, _place(asked, len(keys))))
    by = [key.value for key in keys]
    if source.before is None and is_few(found, asked.max_results, rows):
        # With an offset, even of nothing, the planner finds all of them first and sorts them then.
        few = page.offset(0).subquery("found")
        page, by = select(few), [few.c[mark.name] for mark in marks]
    page = page.order_by(
        *(value.asc() if key.is_ascending else value.desc() for key, value in zip(keys, by, strict=True))
    )
    found_rows = await session.fetch(source.of(page.limit(asked.max_results + 1)))
    shown = found_rows[: asked.max_results]
    cursor = None
    if len(found_rows) > len(shown) and shown:
        place = [_plain(shown[-1][mark.name]) for mark in marks]
        cursor = cursor_of([_digest(asked), *place])
    return Page([source.item_of(row) for row in shown], cursor, found.count)


def _behind(keys: Sequence[_Key], place: Sequence[Any]) -> Condition:
    """The rows behind a place. Where all keys run one way an index leads there; otherwise it is said key by key."""
    ascending = {key.is_ascending for key in keys}
    if len(ascending) == 1:
        here, there = tuple_(*(key.value for key in keys)), tuple_(*place)
        return here > there if ascending == {True} else here < there
    ways: list[Condition] = []
    for number, key in enumerate(keys):
        same = [before.value == place[at] for at, before in enumerate(keys[:number])]
        ways.append(and_(*same, key.value > place[number] if key.is_ascending else key.value < place[number]))
    first = keys[0]
    # It follows from the rest; but an index only sees it where it is said.
    return and_(first.value >= place[0] if first.is_ascending else first.value <= place[0], or_(*ways))


def _digest(asked: Search) -> str:
    said = json.dumps([asked.expression, [[sort.field, sort.order.value] for sort in asked.sorts]])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:DIGEST_CHARS]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return [value.astimezone(UTC).isoformat()]
    return value if isinstance(value, (str, int)) else float(value)


def _place(asked: Search, count: int) -> list[Any]:
    digest, *values = position_of(asked.cursor or "", count + 1)
    if digest != _digest(asked):
        raise Invalid(OTHER_QUERY)
    return [_value(value) for value in values]


def _value(value: object) -> Any:
    """What `_plain` made plain; raises Invalid for what it did not make."""
    match value:
        case [str(text)]:
            try:
                return datetime.fromisoformat(text)
            except ValueError as error:
                raise Invalid("Invalid next_cursor") from error
        case str(text) if is_text(text):
            return text
        case bool():
            raise Invalid("Invalid next_cursor")
        case int() | float() if abs(value) < 2**63:
            return value
        case _:
            raise Invalid("Invalid next_cursor")


async def _count(
    session: Session, source: _Source[Asset], chosen: Condition, name: str, buckets: Sequence[Bucket]
) -> dict[str, int]:
    """How often each value occurs, or how many values fall into each bucket."""
    if not buckets:
        if name not in COUNTED:
            raise Invalid(f"Invalid aggregate {name[:60]}; known are {', '.join(sorted(COUNTED))}")
        value = COUNTED[name]
        counted_values = select(value.label("value"), func.count().label("total")).group_by(value)
        rows = await session.fetch(source.of(counted_values.where(chosen, value.is_not(None))))
        return {str(row["value"]): int(row["total"]) for row in sorted(rows, key=lambda row: str(row["value"]))}
    if name not in RANGED:
        raise Invalid(f"Invalid aggregate {name[:60]}; ranges are known of {', '.join(sorted(RANGED))}")
    amount = cast(RANGED[name], Float)
    ends: list[tuple[str, Condition]] = []
    for bucket in buckets:
        within: list[Condition] = [amount.is_not(None)]
        if bucket.low is not None:
            within.append(amount >= literal(bucket.low))
        if bucket.high is not None:
            within.append(amount < literal(bucket.high))
        ends.append((bucket.key, and_(*within)))
    counted = [func.count().filter(within).label(f"total_{place}") for place, (_, within) in enumerate(ends)]
    row = await session.fetch_one(source.of(select(*counted).select_from(assets).where(chosen)))
    return {key: 0 if row is None else int(row[f"total_{place}"]) for place, (key, _) in enumerate(ends)}
