"""Listing -> SQL -> Page, in an order that no change disturbs: a walk misses nothing and repeats nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, false, func, or_, select, tuple_

from safelight.assets import moderation_rows
from safelight.assets.listing_words import first_rows, words_asked
from safelight.assets.model import Asset, Listing, Order
from safelight.assets.search_order import Key, behind
from safelight.assets.store import A, asset_of, assets
from safelight.assets.texts import is_text as is_text
from safelight.kernel.errors import Invalid
from safelight.kernel.folders import path_key
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session

PAGE_MAX = 1000

Within = Sequence[str] | None
"""The folders that one may work in, with all that is below them; None: everywhere."""

_BY_TIME = "t"
_BY_NAME = "n"


async def cut(session: Session, cloud_id: str, listing: Listing) -> Page[Asset]:
    """The page of the listing that begins behind its cursor."""
    size = page_size(listing)
    rows = await _rows(session, cloud_id, listing, size + 1)
    found = [asset_of(row) for row in rows[:size]]
    cursor = cursor_of(position(listing, found[-1])) if len(rows) > size else None
    return Page(found, cursor, await _count(session, cloud_id, listing) if listing.wants_count else None)


def page_size(listing: Listing) -> int:
    """Who names the assets gets them all at once; otherwise as many as asked for, within the limit."""
    named = len(listing.names or listing.ids or ())
    return min(PAGE_MAX, max(1, named or listing.max_results))


def after_prefix(prefix: str) -> str | None:
    """The first text, byte by byte, that is behind all that begin with the prefix; None if there is none."""
    for end in range(len(prefix), 0, -1):
        point = ord(prefix[end - 1]) + 1
        if point == 0xD800:  # Surrogates are no text: step over them.
            point = 0xE000
        if point <= 0x10FFFF:
            return prefix[: end - 1] + chr(point)
    return None


def has_prefix(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """As a range and not as LIKE: a prepared statement with a parameter still walks the index."""
    end = after_prefix(prefix)
    return column >= prefix if end is None else and_(column >= prefix, column < end)


def in_folders(column: ColumnElement[str], within: Within) -> Sequence[ColumnElement[bool]]:
    """What narrows a question to these folders and all below them. No folder at all: nothing is found."""
    if within is None:
        return []
    key = func.lower(column)
    each = [or_(key == path_key(folder), has_prefix(key, f"{path_key(folder)}/")) for folder in within]
    return [or_(false(), *each)]


def is_by_name(listing: Listing) -> bool:
    return listing.prefix is not None or listing.names is not None


async def _rows(session: Session, cloud_id: str, listing: Listing, need: int) -> Sequence[RowMapping]:
    by_name = is_by_name(listing)
    direction = listing.direction or (Order.ASCENDING if by_name else Order.DESCENDING)
    keys = [Key(value, direction is Order.ASCENDING) for value in ((A.name if by_name else A.created_at), A.id)]
    start = place_values(listing.cursor, by_name=by_name) if listing.cursor else None
    narrowed = _narrowed(cloud_id, listing)
    words = words_asked(cloud_id, listing)
    if words is not None:
        return await first_rows(session, cloud_id, words, narrowed, keys, start, need)
    chosen = select(assets).where(*narrowed, *([] if start is None else [behind(keys, start)]))
    return await session.fetch(chosen.order_by(*(key.ordered(key.value) for key in keys)).limit(need))


def _narrowed(cloud_id: str, listing: Listing) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [A.cloud_id == cloud_id]
    if listing.kind:
        conditions.append(A.kind == listing.kind.value)
    if listing.access:
        conditions.append(A.access == listing.access.value)
    if listing.prefix is not None:
        conditions.append(has_prefix(A.name, listing.prefix))
    if listing.names is not None:
        conditions.append(A.name.in_(listing.names))
    if listing.ids is not None:
        conditions.append(A.id.in_(listing.ids))
    if listing.tag is not None:
        conditions.append(A.tags.contains([listing.tag]))
    if listing.context is not None:
        key, value = listing.context
        conditions.append(A.context.has_key(key) if value is None else A.context.contains({key: value}))
    if listing.folder is not None:
        conditions.append(func.lower(A.folder) == path_key(listing.folder))
    if listing.moderation is not None:
        conditions += moderation_rows.has_review(*listing.moderation)
    if listing.start_at is not None:
        conditions.append(A.created_at >= listing.start_at)
    return [*conditions, *in_folders(A.folder, listing.within)]


async def _count(session: Session, cloud_id: str, listing: Listing) -> int:
    row = await session.fetch_one(select(func.count().label("total")).where(*_narrowed(cloud_id, listing)))
    return 0 if row is None else int(row["total"])


def position(listing: Listing, asset: Asset) -> tuple[str, str, str]:
    """Where an asset stands in the order of the listing, for a cursor."""
    if is_by_name(listing):
        return (_BY_NAME, asset.name, asset.id)
    return (_BY_TIME, asset.created_at.astimezone(UTC).isoformat(), asset.id)


def place(cursor: str, *, by_name: bool) -> ColumnElement[Any]:
    """The row that a cursor names, as a value to compare with. A cursor of another order leads nowhere: Invalid."""
    return tuple_(*place_values(cursor, by_name=by_name))


def place_values(cursor: str, *, by_name: bool) -> Sequence[Any]:
    """What the order goes by, of the row that a cursor names."""
    order, key, asset_id = position_of(cursor, 3)
    if order != (_BY_NAME if by_name else _BY_TIME) or not is_text(key) or not is_text(asset_id):
        raise Invalid("Invalid next_cursor")
    return (key if by_name else moment_of(key), asset_id)


def moment_of(text: str) -> datetime:
    """A time of a cursor; Invalid for one that we did not write."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Invalid next_cursor") from error
    if moment.tzinfo is None:
        raise Invalid("Invalid next_cursor")
    return moment
