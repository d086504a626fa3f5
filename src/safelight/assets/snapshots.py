"""Snapshots: hold what a search finds, in its order, and read it at any place until it is over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, cast, func, literal, or_, select, true
from sqlalchemy import delete as delete_rows
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from safelight.assets.model import Asset
from safelight.assets.search import Search, placed
from safelight.assets.snapshots_store import CHUNK_ASSETS, C, S, snapshot_chunks, snapshots
from safelight.assets.store import A, asset_of, assets
from safelight.kernel.errors import NotFound, TooMuch
from safelight.kernel.ids import new_id
from safelight.ports.database import Session

OVER = "Snapshot not found: it is over, or never was; make another"

Span = tuple[int, int]
"""The first and the last place of a stretch, both in it."""


@dataclass(frozen=True)
class Snapshot:
    """So many assets in an order that stays."""

    id: str
    total: int
    created_at: datetime
    expires_at: datetime | None
    """None: held by an action on its assets."""
    key_id: str = ""
    """Of the API key that took it."""


@dataclass(frozen=True)
class Held:
    """One place of a snapshot. `asset` is None where it is gone: those behind it keep their places."""

    position: int
    asset_id: str
    asset: Asset | None


@dataclass(frozen=True)
class Bounds:
    """What may be held."""

    assets_max: int
    snapshots_max: int = 0
    """Of a cloud at once, beside those that actions hold."""
    lasts: timedelta | None = None
    """None: until an action lets go of it."""
    key_id: str = ""
    """Of the API key that takes it."""


async def take(session: Session, cloud_id: str, asked: Search, now: datetime, bounds: Bounds) -> Snapshot:
    """Hold what a search finds now. Raises Invalid as the search does, and TooMuch past the bounds."""
    found = await placed(session, cloud_id, asked, now, bounds.assets_max + 1)
    return await _hold(session, cloud_id, found, now, bounds)


async def take_ids(
    session: Session, cloud_id: str, asset_ids: Sequence[str], now: datetime, bounds: Bounds
) -> Snapshot:
    """Hold these, each once, in the order in which they are named."""
    # As one text: an array of a million parameters is none that a driver likes.
    each = (
        func.unnest(func.string_to_array(",".join(dict.fromkeys(asset_ids)), ","))
        .table_valued("id", with_ordinality="number", name="named")
        .render_derived()
    )
    named = select(each.c.id, (each.c.number - 1).label("place")).limit(bounds.assets_max + 1)
    return await _hold(session, cloud_id, named, now, bounds)


async def take_part(
    session: Session,
    cloud_id: str,
    snapshot_id: str,
    now: datetime,
    bounds: Bounds,
    *,
    spans: Sequence[Span] = (),
    without: Collection[str] = (),
) -> Snapshot:
    """Hold what another snapshot does, or these stretches of it, less those that are named. Raises NotFound."""
    await get(session, cloud_id, snapshot_id, now)
    each = _each(cloud_id, snapshot_id)
    chosen: list[ColumnElement[bool]] = []
    if spans:
        chosen.append(or_(*(each.c.position.between(first, last) for first, last in spans)))
    if without:
        chosen.append(each.c.asset_id.not_in(without))
    place = func.row_number().over(order_by=each.c.position) - 1
    part = select(each.c.asset_id.label("id"), place.label("place")).where(*chosen)
    return await _hold(session, cloud_id, part, now, bounds)


async def get(session: Session, cloud_id: str, snapshot_id: str, now: datetime) -> Snapshot:
    """Raises NotFound for one that is over."""
    row = await session.fetch_one(select(snapshots).where(S.cloud_id == cloud_id, S.id == snapshot_id))
    if row is None or (row["expires_at"] is not None and row["expires_at"] <= now):
        raise NotFound(OVER)
    return Snapshot(row["id"], row["total"], row["created_at"], row["expires_at"], row["key_id"])


async def read(session: Session, cloud_id: str, snapshot_id: str, position: int, limit: int) -> list[Held]:
    """The places from `position` on, as the assets are now: at most two rows of ids, whichever place it is."""
    last = position + limit - 1
    each = _each(cloud_id, snapshot_id, position, last)
    rows = await session.fetch(
        select(each.c.position.label("held_at"), each.c.asset_id.label("held_id"), assets)
        .select_from(each.outerjoin(assets, and_(A.cloud_id == cloud_id, A.id == each.c.asset_id)))
        .where(each.c.position.between(position, last))
        .order_by(each.c.position)
    )
    return [Held(row["held_at"], row["held_id"], None if row["id"] is None else asset_of(row)) for row in rows]


async def ids_at(session: Session, cloud_id: str, snapshot_id: str, position: int, limit: int) -> list[str]:
    """The ids of the same places, whether they are there or not."""
    last = position + limit - 1
    each = _each(cloud_id, snapshot_id, position, last)
    chosen = select(each.c.asset_id).where(each.c.position.between(position, last)).order_by(each.c.position)
    return [row["asset_id"] for row in await session.fetch(chosen)]


async def drop(session: Session, cloud_id: str, snapshot_ids: Collection[str]) -> int:
    """Hold these no longer; how many were held."""
    await session.execute(delete_rows(snapshot_chunks).where(C.cloud_id == cloud_id, C.snapshot_id.in_(snapshot_ids)))
    return await session.execute(delete_rows(snapshots).where(S.cloud_id == cloud_id, S.id.in_(snapshot_ids)))


async def drop_over(session: Session, now: datetime, limit: int) -> int:
    """Drop some of those that are over, in whatever cloud; how many."""
    over = select(S.cloud_id, S.id).where(S.expires_at <= now).order_by(S.expires_at).limit(limit)
    rows = await session.fetch(over.with_for_update(skip_locked=True))
    for row in rows:
        await drop(session, row["cloud_id"], [row["id"]])
    return len(rows)


async def _hold(
    session: Session, cloud_id: str, found: Select[*tuple[Any, ...]], now: datetime, bounds: Bounds
) -> Snapshot:
    """`found`: ids, each with its place from 0; one more of them than may be held tells that there are too many."""
    if bounds.lasts is not None:
        await _make_room(session, cloud_id, bounds.snapshots_max)
    snapshot_id = new_id()
    each = found.subquery("placed")
    chunk = cast(func.floor(each.c.place / CHUNK_ASSETS), Integer)
    ids = cast(func.array_agg(aggregate_order_by(each.c.id, each.c.place)), C.asset_ids.type)
    rows = await session.fetch(
        insert(snapshot_chunks)
        .from_select(
            ["cloud_id", "snapshot_id", "chunk", "asset_ids"],
            select(literal(cloud_id), literal(snapshot_id), chunk, ids).group_by(chunk),
        )
        .returning(func.cardinality(C.asset_ids).label("size"))
    )
    total = sum(row["size"] for row in rows)
    if total > bounds.assets_max:
        raise TooMuch(f"More than {bounds.assets_max} assets are found; look for fewer of them")
    expires_at = None if bounds.lasts is None else now + bounds.lasts
    await session.execute(
        insert(snapshots).values(
            cloud_id=cloud_id, id=snapshot_id, total=total, created_at=now, expires_at=expires_at, key_id=bounds.key_id
        )
    )
    return Snapshot(snapshot_id, total, now, expires_at, bounds.key_id)


async def _make_room(session: Session, cloud_id: str, most: int) -> None:
    """Who looks at another result has mostly left the one before: the oldest goes."""
    held = select(S.id).where(S.cloud_id == cloud_id, S.expires_at.is_not(None))
    rows = await session.fetch(held.order_by(S.created_at.desc(), S.id.desc()).offset(max(0, most - 1)))
    if rows:
        await drop(session, cloud_id, [row["id"] for row in rows])


def _each(cloud_id: str, snapshot_id: str, first: int | None = None, last: int | None = None) -> Any:
    """The places of a snapshot, one a row; of the chunks between two places only."""
    chosen = [C.cloud_id == cloud_id, C.snapshot_id == snapshot_id]
    if first is not None and last is not None:
        chosen.append(C.chunk.between(first // CHUNK_ASSETS, last // CHUNK_ASSETS))
    one = (
        func.unnest(cast(C.asset_ids, ARRAY(Text)))
        .table_valued("id", with_ordinality="number", name="one")
        .render_derived()
    )
    position = C.chunk * CHUNK_ASSETS + cast(one.c.number, Integer) - 1
    asset_id = func.replace(one.c.id, "-", "", type_=Text())
    return (
        select(position.label("position"), asset_id.label("asset_id"))
        .select_from(snapshot_chunks.join(one, true()))
        .where(*chosen)
        .subquery("held")
    )
