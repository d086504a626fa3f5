"""Placeholders: what is left of assets that were erased while versions of them are kept."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import listing as listings
from safelight.assets import versions
from safelight.assets.kept_rows import asset_row, kept_row
from safelight.assets.listing import has_prefix, in_folders, path_key
from safelight.assets.model import Asset, AssetRef, Facts, Listing, Order
from safelight.assets.store import asset_of
from safelight.assets.versions_store import P, placeholders
from safelight.kernel.page import Page, cursor_of
from safelight.ports.database import Session


async def leave(session: Session, cloud_id: str, erased: Sequence[RowMapping], now: datetime) -> set[str]:
    """Of assets that are erased now: keep the rows of those that have versions to come back to; their ids."""
    kept = await versions.with_versions(session, cloud_id, [row["id"] for row in erased])
    if not kept:
        return kept
    await versions.end(session, cloud_id, [row["version_id"] for row in erased], now)
    rows = [
        {
            "cloud_id": cloud_id,
            "id": row["id"],
            "kind": row["kind"],
            "access": row["access"],
            "name": row["name"],
            "folder": row["folder"],
            "created_at": row["created_at"],
            "deleted_at": now,
            "row": kept_row(row),
        }
        for row in erased
        if row["id"] in kept
    ]
    await session.execute(insert(placeholders).values(rows))
    return kept


async def find(session: Session, cloud_id: str, ref: AssetRef) -> Asset | None:
    """What is left of the asset that had the name last."""
    row = await session.fetch_one(_named(cloud_id, ref))
    return None if row is None else _asset(row)


async def find_by_id(session: Session, cloud_id: str, asset_id: str) -> Asset | None:
    row = await session.fetch_one(select(placeholders).where(P.cloud_id == cloud_id, P.id == asset_id))
    return None if row is None else _asset(row)


async def hold(session: Session, cloud_id: str, ref: AssetRef) -> Asset | None:
    """What is left under the name, and nobody else gets it meanwhile: a new asset of the name takes it up."""
    row = await session.fetch_one(_named(cloud_id, ref).with_for_update())
    return None if row is None else _asset(row)


async def take(session: Session, cloud_id: str, asset_id: str) -> dict[str, Any] | None:
    """The row as it was at the end, to be put back; it is a placeholder no more."""
    gone = delete_rows(placeholders).where(P.cloud_id == cloud_id, P.id == asset_id).returning(placeholders)
    row = await session.fetch_one(gone)
    return None if row is None else {**asset_row(row["row"]), "folder": row["folder"]}


async def cut(session: Session, cloud_id: str, listing: Listing) -> Page[Asset]:
    """A page of assets and placeholders together, in the one order of the listing."""
    page = await listings.cut(session, cloud_id, listing)
    size = listings.page_size(listing)
    rows = await session.fetch(_page(cloud_id, listing).limit(size + 1))
    if not rows:
        return await _counted(session, cloud_id, listing, page)
    by_name = listings.is_by_name(listing)
    among = [((one.name if by_name else one.created_at, one.id), one) for one in (*page.items, *map(_asset, rows))]
    among.sort(key=itemgetter(0), reverse=_direction(listing) is Order.DESCENDING)
    items = [one for _, one in among[:size]]
    is_more = page.next_cursor is not None or len(among) > size
    cursor = cursor_of(listings.position(listing, items[-1])) if is_more else None
    return await _counted(session, cloud_id, listing, replace(page, items=items, next_cursor=cursor))


async def stand_in(session: Session, cloud_id: str, folder: str) -> bool:
    """Whether something is left in the folder or in one below it."""
    return await session.fetch_one(select(P.id).where(_within(cloud_id, folder)).limit(1)) is not None


async def move(session: Session, cloud_id: str, folder: str, to_folder: str) -> None:
    """A folder has another path, and so has what is left in it."""
    moved = literal(to_folder).concat(func.substr(P.folder, len(folder) + 1))
    await session.execute(update_rows(placeholders).where(_within(cloud_id, folder)).values(folder=moved))


def _asset(row: RowMapping) -> Asset:
    asset = asset_of(asset_row(row["row"]))
    return replace(asset, folder=row["folder"], facts=_without_bytes(asset.facts), is_placeholder=True)


def _without_bytes(facts: Facts) -> Facts:
    return replace(facts, size_bytes=0)


def _named(cloud_id: str, ref: AssetRef) -> Select[Any]:
    chosen = select(placeholders).where(
        P.cloud_id == cloud_id, P.kind == ref.kind.value, P.access == ref.access.value, P.name == ref.name
    )
    return chosen.order_by(P.deleted_at.desc(), P.id.desc()).limit(1)


def _direction(listing: Listing) -> Order:
    return listing.direction or (Order.ASCENDING if listings.is_by_name(listing) else Order.DESCENDING)


def _page(cloud_id: str, listing: Listing) -> Select[Any]:
    by_name = listings.is_by_name(listing)
    keys = (P.name, P.id) if by_name else (P.created_at, P.id)
    is_ascending = _direction(listing) is Order.ASCENDING
    chosen = select(placeholders).where(*_narrowed(cloud_id, listing))
    if listing.cursor:
        at = listings.place(listing.cursor, by_name=by_name)
        chosen = chosen.where(tuple_(*keys) > at if is_ascending else tuple_(*keys) < at)
    return chosen.order_by(*(key.asc() if is_ascending else key.desc() for key in keys))


def _narrowed(cloud_id: str, listing: Listing) -> Collection[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [P.cloud_id == cloud_id]
    if listing.kind:
        conditions.append(P.kind == listing.kind.value)
    if listing.access:
        conditions.append(P.access == listing.access.value)
    if listing.prefix is not None:
        conditions.append(has_prefix(P.name, listing.prefix))
    if listing.names is not None:
        conditions.append(P.name.in_(listing.names))
    if listing.ids is not None:
        conditions.append(P.id.in_(listing.ids))
    if listing.tag is not None:
        conditions.append(P.row.contains({"tags": [listing.tag]}))
    if listing.context is not None:
        key, value = listing.context
        pairs = P.row["context"]
        conditions.append(pairs.has_key(key) if value is None else P.row.contains({"context": {key: value}}))
    if listing.folder is not None:
        conditions.append(func.lower(P.folder) == path_key(listing.folder))
    if listing.moderation is not None:
        kind, status = listing.moderation
        conditions.append(P.row.contains({"moderation": [{"kind": kind, "status": status.value}]}))
    if listing.start_at is not None:
        conditions.append(P.created_at >= listing.start_at)
    return [*conditions, *in_folders(P.folder, listing.within)]


async def _counted(session: Session, cloud_id: str, listing: Listing, page: Page[Asset]) -> Page[Asset]:
    if page.total_count is None:
        return page
    row = await session.fetch_one(select(func.count().label("total")).where(*_narrowed(cloud_id, listing)))
    return replace(page, total_count=page.total_count + (0 if row is None else int(row["total"])))


def _within(cloud_id: str, folder: str) -> ColumnElement[bool]:
    key = func.lower(P.folder)
    return and_(P.cloud_id == cloud_id, or_(key == path_key(folder), has_prefix(key, f"{path_key(folder)}/")))
