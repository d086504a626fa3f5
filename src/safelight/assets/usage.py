"""Stored: how many assets a cloud has, what they take, and how many came in. Counted from what is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from safelight.assets.store import A, assets
from safelight.assets.versions_store import B, backups
from safelight.kernel.media import Kind
from safelight.ports.database import Session

TRANSFORMED = (Kind.IMAGE.value, Kind.VIDEO.value)
"""To take one of these in counts as a transformation, and to take a raw file in does not."""


@dataclass(frozen=True)
class Stored:
    """What there was at the end of a span of time, and what came in within it."""

    assets: int
    assets_bytes: int
    backups_bytes: int
    """Of older versions and deleted assets that are kept."""
    taken_in: int


async def count(session: Session, cloud_id: str, since: datetime, until: datetime) -> Stored:
    """Of what is still there: what was deleted meanwhile, nobody counts any more."""
    is_new = (A.version >= int(since.timestamp()), A.version < int(until.timestamp()) + 1)
    present = await session.fetch_one(
        select(
            func.count().label("assets"),
            func.coalesce(func.sum(A.size_bytes), 0).label("bytes"),
            func.count().filter(A.kind.in_(TRANSFORMED), *is_new).label("taken_in"),
        )
        .select_from(assets)
        .where(A.cloud_id == cloud_id, A.created_at <= until)
    )
    # The bytes of a present version are those of its asset.
    older = await session.fetch_one(
        select(func.coalesce(func.sum(B.size_bytes), 0).label("bytes"))
        .select_from(backups)
        .where(B.cloud_id == cloud_id, B.ended_at <= until)
    )
    assert present is not None
    assert older is not None
    return Stored(present["assets"], int(present["bytes"]), int(older["bytes"]), present["taken_in"])
