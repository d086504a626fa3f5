"""Search: the assets, or the folders, that a query asks for; sorted, cut into pages and counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from typing import Any, Generic, TypeVar

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, func, literal, not_, select, true

from safelight.assets.folders import Folder, folder_of
from safelight.assets.listing import in_folders
from safelight.assets.model import Asset
from safelight.assets.query import Clause, Every, Query
from safelight.assets.query_fields import Condition, Field, FieldNamed, condition
from safelight.assets.query_parse import parse
from safelight.assets.query_values import Asked
from safelight.assets.search_buckets import Bucket as Bucket
from safelight.assets.search_buckets import values_counted
from safelight.assets.search_counting import (
    Total,
    all_ways,
    counted,
    expect,
    explained,
    is_few,
    only_order,
    planned,
    prepare,
    total,
)
from safelight.assets.search_fields import (
    ANYWHERE,
    FOLDER_ANYWHERE,
    FOLDER_SORTED,
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
from safelight.assets.search_old import made_before
from safelight.assets.search_order import IN_ORDER, RANGES_IN_ORDER, Key, behind, cursor_at, keys_of, place_of
from safelight.assets.search_order import OTHER_QUERY as OTHER_QUERY
from safelight.assets.search_order import Sort as Sort
from safelight.assets.search_sieve import Sieve, is_dear, sieve
from safelight.assets.search_stretch import Order, Stretched, stretched, up_to
from safelight.assets.search_way import BOUNDS, Bounds, Expected, Means, Way, way_of
from safelight.assets.store import A, asset_of, assets, folders
from safelight.kernel.page import Page
from safelight.ports.database import Session

T = TypeVar("T")
_Rows = Select[*tuple[Any, ...]]


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


async def search(session: Session, cloud_id: str, asked: Search, now: datetime, bounds: Bounds = BOUNDS) -> Found:
    """Raises Invalid (QueryError where the expression is at fault)."""
    chosen = _chosen(cloud_id, asked, now)
    async with planned(session):
        chosen = await _from_the_end(session, chosen, asked, now)
        way = await _way(session, cloud_id, chosen, asked, bounds)
        keys = _asset_keys(asked)
        page = await _gathered(session, chosen, keys, asked, way) if way.gathered_max is not None else None
        if page is None and way.stretch is not None:
            page = await _stretched(session, chosen, keys, asked, way, bounds, way.stretch)
        page = page or await _walked(session, chosen, keys, asked, way)
        counts = await _counts(session, chosen, asked, bounds, way)
    return Found(page, counts, await backup_bytes(session, cloud_id, [asset.id for asset in page.items]))


async def placed(session: Session, cloud_id: str, asked: Search, now: datetime, limit: int) -> _Rows:
    """A question for the ids of all that is found, each with its place from 0 in the order of the search.

    It is planned for this transaction. Raises Invalid as `search` does. The cursor, the page and what is counted are
    passed over.
    """
    chosen = _chosen(cloud_id, asked, now)
    await prepare(session)
    way = await _way(session, cloud_id, chosen, asked, BOUNDS)
    is_sifted = chosen.sieve is not None and way.expected.cloud_rows > BOUNDS.small
    order = [key.ordered(key.value) for key in _asset_keys(asked)]
    place = func.row_number().over(order_by=order) - 1
    ids = select(A.id.label("id"), place.label("place")).order_by(*order).limit(limit)
    return chosen.of_words(ids) if is_sifted else chosen.source.of(ids.where(chosen.plain))


PASSED_MAX = 100_000
"""So many rows are counted at most to learn how densely those of a page lie among them."""
NEAR = 4
"""Where the first stretch holds this part of a page, the rest of it is not far."""
LIKELY = 1.5
"""How far what the statistics expect may be from what was seen of a part, and still be the better guess."""
_FEW = Way(Expected(0, 0), None, BOUNDS.exact_max)
"""For tables that are never large."""


async def search_folders(session: Session, cloud_id: str, asked: Search, now: datetime) -> Page[Folder]:
    f = folders.c
    chosen = and_(
        f.cloud_id == cloud_id,
        *in_folders(f.path, asked.within),
        condition(parse(asked.expression), folder_field_named, FOLDER_ANYWHERE, Asked(asked.expression, now)),
    )
    keys = keys_of(asked.sorts, FOLDER_SORTED, "created_at", f.id)
    source = _Source(folders, folder_field_named, folder_of)
    return await _walked(session, _Chosen(source, chosen, chosen, chosen, cloud_id), keys, asked, _FEW)


@dataclass(frozen=True)
class _Source(Generic[T]):
    """The rows that are searched, and what becomes of one."""

    table: FromClause
    named: FieldNamed
    item_of: Callable[[Any], T]
    before: CTE | None = None
    """Stands for the table where it is told to hold more than it does."""
    also: tuple[ColumnElement[Any], ...] = ()

    def of(self, chosen: _Rows) -> _Rows:
        return chosen if self.before is None else chosen.add_cte(self.before)


def _with_deleted(cloud_id: str) -> _Source[Asset]:
    def named(name: str) -> Field | None:
        return status_field() if name == STATUS else field_named(name)

    return _Source(assets, named, item_of, with_deleted(cloud_id), (status_column(),))


@dataclass(frozen=True)
class _Chosen(Generic[T]):
    """What holds of all that is found: `sifted` for the index of words, beside that of an order, `plain` for who reads
    rows in their order."""

    source: _Source[T]
    plain: Condition
    sifted: Condition
    behind_words: Condition
    """The same of rows that the index of words brought (`of_words`)."""
    cloud_id: str
    in_order: tuple[Condition, ...] = ()
    """What an index of the order knows of all that is found."""
    ends: tuple[Condition, ...] = ()
    """What follows from `plain` for the order, and leads there."""
    sieve: Sieve | None = None
    is_dear: bool = False

    def of_words(self, question: _Rows) -> _Rows:
        """The question, asked of the rows that have the words, where it is known which do.

        Behind a wall: the planner believes that to look for the words of a row costs the same whichever index brought
        it, but is to look for the words of none.
        """
        if self.sieve is None:
            return question.where(self.behind_words)
        with_words = select(assets).where(self.sieve.condition).offset(0).cte(assets.name)
        return question.where(self.behind_words).add_cte(with_words, nest_here=True)


def _chosen(cloud_id: str, asked: Search, now: datetime) -> _Chosen[Asset]:
    query = parse(asked.expression)
    source = _with_deleted(cloud_id) if wants_deleted(query) else _Source(assets, field_named, asset_of)
    place = and_(A.cloud_id == cloud_id, *in_folders(A.folder, asked.within))
    holds = condition(query, source.named, ANYWHERE, Asked(asked.expression, now))
    sifting = None if source.before is not None else sieve(query, cloud_id)
    held = holds if sifting is None else sifting.behind(holds)
    sifted = held if sifting is None else and_(sifting.condition, held)
    field = asked.sorts[0].field if asked.sorts else "created_at"
    ends = condition(Every(tuple(_said_of(query, field))), source.named, ANYWHERE, Asked(asked.expression, now))
    return _Chosen(
        source,
        plain=and_(place, holds),
        sifted=and_(place, sifted),
        behind_words=and_(place, held),
        cloud_id=cloud_id,
        in_order=(ends,) if field in RANGES_IN_ORDER else (),
        sieve=sifting,
        is_dear=is_dear(query),
    )


async def _from_the_end(session: Session, chosen: _Chosen[Asset], asked: Search, now: datetime) -> _Chosen[Asset]:
    """With what is known of when all that is found was made, where it is seen in that order."""
    if chosen.source.before is not None or (asked.sorts and asked.sorts[0].field != "created_at"):
        return chosen
    of_time = Asked(asked.expression, now)
    ends = await made_before(session, chosen.cloud_id, parse(asked.expression), of_time)
    return replace(chosen, in_order=(*chosen.in_order, *ends), ends=tuple(ends))


def _said_of(query: Query, field: str) -> list[Query]:
    """What is said of one field and must hold of all that is found."""
    parts = query.parts if isinstance(query, Every) else (query,)
    return [part for part in parts if isinstance(part, Clause) and part.field.text == field]


async def _way(session: Session, cloud_id: str, chosen: _Chosen[Asset], asked: Search, bounds: Bounds) -> Way:
    if chosen.source.before is not None:
        return Way(Expected(0, 0), None, bounds.exact_max)
    known = chosen.plain if chosen.sieve is None else chosen.sieve.listed
    expected = await expect(session, cloud_id, known, is_of_words=chosen.sieve is not None)
    if chosen.in_order:
        within = select(literal(1)).select_from(assets).where(A.cloud_id == cloud_id, *chosen.in_order)
        expected = replace(expected, order_rows=float((await explained(session, within))["Plan Rows"]))
    means = Means(
        has_order=all(sort.field in IN_ORDER for sort in asked.sorts[:1]),
        has_words=chosen.sieve is not None,
        is_open=chosen.sieve is not None and chosen.sieve.is_open,
        is_cheap=chosen.sieve is not None and chosen.sieve.is_exact,
        is_dear=chosen.is_dear,
        has_one_key=len(asked.sorts) <= 1,
    )
    return way_of(expected, bounds, asked.max_results, means)


def _asset_keys(asked: Search) -> list[Key]:
    return keys_of(asked.sorts, SORTED, "created_at", A.id)


async def _gathered(
    session: Session, chosen: _Chosen[T], keys: Sequence[Key], asked: Search, way: Way
) -> Page[T] | None:
    """All that is found, by its keys; then the rows of one page. What is found is looked at once, and counted.

    None where there is more of it than was expected.
    """
    source, most = chosen.source, way.gathered_max or 0
    marks = [key.value.label(f"sort_{place}") for place, key in enumerate(keys)]
    all_found = chosen.of_words(select(A.cloud_id, A.id, *marks)).limit(most + 1)
    found = all_found.cte("found").prefix_with("MATERIALIZED")
    number = select(func.count()).select_from(found).scalar_subquery()
    held = [Key(found.c[mark.name], key.is_ascending) for mark, key in zip(marks, keys, strict=True)]
    cut = select(found).order_by(*(key.ordered(key.value) for key in held)).limit(asked.max_results + 1)
    if asked.cursor:
        cut = cut.where(behind(held, place_of(asked.cursor, asked.expression, asked.sorts, len(keys))))
    part = cut.subquery("part")
    number_row = select(number.label("found_count")).subquery("counted")
    # The number comes along even where the page is empty.
    page = (
        select(number_row.c.found_count, source.table, *source.also, *(part.c[mark.name] for mark in marks))
        .select_from(number_row)
        .outerjoin(part, true())
        .outerjoin(source.table, and_(A.cloud_id == part.c.cloud_id, A.id == part.c.id))
        .order_by(*(key.ordered(part.c[mark.name]) for mark, key in zip(marks, keys, strict=True)))
    )
    rows = await session.fetch(page)
    count = int(rows[0]["found_count"])
    if count > most:
        return None
    return _page(source, [row for row in rows if row["sort_0"] is not None], marks, asked, count)


async def _stretched(
    session: Session, chosen: _Chosen[T], keys: Sequence[Key], asked: Search, way: Way, bounds: Bounds, length: int
) -> Page[T]:
    """Stretch by stretch of the order, of the rows alone that have the words."""
    marks = [key.value.label(f"sort_{place}") for place, key in enumerate(keys)]
    start = place_of(asked.cursor, asked.expression, asked.sorts, len(keys)) if asked.cursor else None
    order = Order(chosen.cloud_id, keys, chosen.in_order)
    first = select(chosen.source.table, *marks)
    plain = and_(chosen.plain, *chosen.ends) if way.is_walked_first else None

    need = asked.max_results + 1

    async def found_within(passed_max: float, before: Stretched | None = None) -> Stretched:
        return await stretched(
            session, order, first, chosen.sifted, start, need, length, plain=plain, passed_max=passed_max, before=before
        )

    is_gatherable = way.expected.found_rows <= bounds.gathered_max and bounds.gathered_max > 0
    found = await found_within(length if is_gatherable else inf)
    if not found.is_full and not found.is_end:
        # What is rarer than it seemed, or came all at once and long ago, is better gathered, if it is not too much.
        is_far = chosen.sieve is None or len(found.rows) * NEAR < need
        page = None
        if is_far:
            page = await _gathered(session, chosen, keys, asked, replace(way, gathered_max=bounds.gathered_max))
        if page is not None:
            return page
        if chosen.sieve is None:
            return await _walked(session, chosen, keys, asked, way)
        found = await found_within(inf, found)
    count = len(found.rows)
    if start is None and found.is_end:
        return _page(chosen.source, found.rows, marks, asked, count)
    if way.exact_max is not None:
        by_words = await _total_by_words(session, chosen, way, way.exact_max)
        if by_words.is_exact:
            return _page(chosen.source, found.rows, marks, asked, by_words.count)
    if way.is_walked_first and found.passed <= length:
        count = await _expected(session, chosen, keys, asked, way, found.rows, marks)
    else:
        # As they lie in the stretch; the statistics know it better, unless they know nothing.
        lying = way.expected.rows_in_order * found.found / max(found.passed, found.found, 1)
        is_known = chosen.sieve is not None and chosen.sieve.is_exact
        is_likely = lying / LIKELY < way.expected.found_rows < lying * LIKELY
        count = max(count, int(way.expected.found_rows if is_known and is_likely else lying))
    return _page(chosen.source, found.rows, marks, asked, max(count, len(found.rows)))


async def _walked(session: Session, chosen: _Chosen[T], keys: Sequence[Key], asked: Search, way: Way) -> Page[T]:
    """Along an order until the page is full, or as the planner sees fit."""
    source, table = chosen.source, chosen.source.table
    has_words = chosen.sieve is not None and way.expected.cloud_rows > BOUNDS.small
    found = None
    if way.exact_max is not None and has_words:
        found = await _total_by_words(session, chosen, way, way.exact_max)
    elif way.exact_max is not None:
        matching = source.of(select(literal(1).label("one")).select_from(table).where(chosen.plain))
        found = await total(session, matching, way.exact_max)
    marks = [key.value.label(f"sort_{place}") for place, key in enumerate(keys)]
    page = select(table, *source.also, *marks).where(chosen.plain, *chosen.ends)
    if asked.cursor:
        page = page.where(behind(keys, place_of(asked.cursor, asked.expression, asked.sorts, len(keys))))
    by = [key.value for key in keys]
    if source.before is None and found and is_few(found, asked.max_results, way.expected.cloud_rows):
        # With an offset, even of nothing, the planner finds all of them first and sorts them then.
        few = page.offset(0).subquery("found")
        page, by = select(few), [few.c[mark.name] for mark in marks]
    page = page.order_by(*(key.ordered(value) for key, value in zip(keys, by, strict=True)))
    must_walk = chosen.sieve is not None and way.exact_max is None
    if must_walk:
        await only_order(session)
    rows = await session.fetch(source.of(page.limit(asked.max_results + 1)))
    if must_walk:
        await all_ways(session)
    count = await _expected(session, chosen, keys, asked, way, rows, marks) if found is None else found.count
    return _page(source, rows, marks, asked, count)


async def _total_by_words(session: Session, chosen: _Chosen[T], way: Way, exact_max: int) -> Total:
    """The same by the index of words: to look for words in row after row takes ten times as long."""
    count = await counted(session, chosen.of_words(select(literal(1)).select_from(assets)), exact_max + 1)
    return Total(max(count, int(way.expected.found_rows) if count > exact_max else 0), is_exact=count <= exact_max)


async def _expected(
    session: Session,
    chosen: _Chosen[T],
    keys: Sequence[Key],
    asked: Search,
    way: Way,
    rows: Sequence[Any],
    marks: Sequence[Any],
) -> int:
    """About how many are found: as the index of words knows, or as the rows of a page lie among the others."""
    if len(rows) <= asked.max_results and not asked.cursor:
        return len(rows)
    if chosen.sieve is None or chosen.sieve.is_exact or not rows:
        return max(len(rows), int(way.expected.found_rows))
    between = [A.cloud_id == literal(rows[0]["cloud_id"])]
    first, last = ([row[mark.name] for mark in marks] for row in (rows[0], rows[-1]))
    if len({key.is_ascending for key in keys}) == 1:
        between += [up_to(keys, last), behind(keys, first)]
    else:
        between += [not_(behind(keys, last)), behind(keys, first)]
    passed = await counted(session, select(literal(1)).select_from(assets).where(*between), PASSED_MAX)
    return max(len(rows), int(way.expected.rows_in_order * len(rows) / max(passed, len(rows))))


def _page(source: _Source[T], rows: Sequence[Any], marks: Sequence[Any], asked: Search, count: int) -> Page[T]:
    shown = rows[: asked.max_results]
    cursor = None
    if len(rows) > len(shown) and shown:
        cursor = cursor_at([shown[-1][mark.name] for mark in marks], asked.expression, asked.sorts)
    return Page([source.item_of(row) for row in shown], cursor, count)


async def _counts(
    session: Session, chosen: _Chosen[Asset], asked: Search, bounds: Bounds, way: Way
) -> dict[str, dict[str, int]]:
    """All that is counted, by the index of words where it knows something."""
    is_sifted = chosen.sieve is not None and way.expected.cloud_rows > bounds.small

    def narrowed(question: _Rows) -> _Rows:
        return chosen.of_words(question) if is_sifted else chosen.source.of(question.where(chosen.plain))

    return {name: await values_counted(session, narrowed, name, buckets) for name, buckets in asked.counts}
