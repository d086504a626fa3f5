"""Fetched: remote files that were taken in for delivery: what they take, and which of them came first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from safelight.assets.model import Asset
from safelight.assets.store import A, asset_of, assets
from safelight.kernel.media import Access
from safelight.ports.database import Session


async def held_bytes(session: Session) -> int:
    """What they take in all clouds."""
    total = func.coalesce(func.sum(A.size_bytes), 0).label("size_bytes")
    row = await session.fetch_one(select(total).where(_fetched()))
    return int(row["size_bytes"]) if row else 0


async def oldest(
    session: Session, size_bytes: int, before: datetime, *, kept: Sequence[str], limit: int
) -> list[Asset]:
    """Those that came first, until these bytes are together; none of the clouds `kept`, and none that bears notes."""
    is_bare = and_(func.cardinality(A.tags) == 0, A.context == {}, A.metadata == {})
    rows = await session.fetch(
        select(assets)
        .where(_fetched(), A.created_at < before, A.cloud_id.not_in(kept), is_bare)
        .order_by(A.created_at, A.id)
        .limit(limit)
    )
    chosen: list[Asset] = []
    for row in rows:
        if size_bytes <= 0:
            break
        chosen.append(asset_of(row))
        size_bytes -= row["size_bytes"]
    return chosen


def _fetched() -> ColumnElement[bool]:
    return A.access == Access.FETCH.value
