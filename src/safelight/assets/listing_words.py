"""A list of what has a tag or says something: by the index of words, unless the order alone is soon through."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, RowMapping, and_, literal, select

from safelight.assets.model import Listing
from safelight.assets.search_counting import all_ways, counted, expect, only_bitmaps, planned
from safelight.assets.search_order import Key, behind
from safelight.assets.search_stretch import Order, stretched
from safelight.assets.search_way import BOUNDS, Means, way_of
from safelight.assets.search_words import CONTEXT, asked_entry, asked_key, asked_tag, or_unlisted, words_of
from safelight.assets.store import A, assets
from safelight.ports.database import Session

_MEANS = Means(has_order=True, has_words=True, has_one_key=True)


def words_asked(cloud_id: str, listing: Listing) -> ColumnElement[Any] | None:
    """What the index of words is asked for a listing, which still decides; None if that is nothing."""
    if listing.tag is not None:
        return asked_tag(cloud_id, listing.tag)
    if listing.context is not None:
        key, value = listing.context
        return asked_key(cloud_id, CONTEXT, key) if value is None else asked_entry(cloud_id, CONTEXT, key, value)
    return None


async def first_rows(
    session: Session,
    cloud_id: str,
    words: ColumnElement[Any],
    narrowed: Sequence[ColumnElement[bool]],
    keys: Sequence[Key],
    start: Sequence[Any] | None,
    need: int,
) -> Sequence[RowMapping]:
    """Those behind a place in an order. `words`: what the index of words is asked; `narrowed`: all there is to it."""
    listed, has = (words_of(A).op("@@", return_type=Boolean())(one) for one in (words, or_unlisted(cloud_id, words)))
    chosen = select(assets).where(*narrowed, *([] if start is None else [behind(keys, start)]))
    chosen = chosen.order_by(*(key.ordered(key.value) for key in keys))
    async with planned(session):
        way = way_of(await expect(session, cloud_id, listed, is_of_words=True), BOUNDS, need - 1, _MEANS)
        if way.stretch is None:
            return await session.fetch(chosen.limit(need))
        if way.gathered_max is not None:
            await only_bitmaps(session)
            all_found = select(literal(1)).select_from(assets).where(has)
            is_few = await counted(session, all_found, way.gathered_max + 1) <= way.gathered_max
            few = await session.fetch(chosen.where(has).limit(need)) if is_few else None
            await all_ways(session)
            if few is not None:
                return few
        plain = and_(*narrowed) if way.is_walked_first else None
        found = and_(has, *narrowed)
        order, length = Order(cloud_id, keys), way.stretch
        return (await stretched(session, order, select(assets), found, start, need, length, plain=plain)).rows
