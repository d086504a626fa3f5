"""Stock: how many bytes the assets of some clouds take, and how many came in, month by month and kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from safelight.assets.store import A
from safelight.kernel.media import Kind
from safelight.ports.database import Session


@dataclass(frozen=True)
class Added:
    """What one cloud got in one month, as far as it is still there."""

    cloud_id: str
    month: str
    """`2026-01`, in UTC."""
    kind: Kind
    count: int
    size_bytes: int


async def stored(session: Session, cloud_ids: Sequence[str], until: datetime) -> Sequence[Added]:
    """By the month of birth."""
    return await _added(session, cloud_ids, A.created_at, until)


async def taken_in(session: Session, cloud_ids: Sequence[str], until: datetime) -> Sequence[Added]:
    """By the month in which the present version came."""
    return await _added(session, cloud_ids, func.to_timestamp(A.version), until)


async def _added(session: Session, cloud_ids: Sequence[str], moment: object, until: datetime) -> Sequence[Added]:
    month = func.to_char(func.timezone("UTC", moment), "YYYY-MM").label("month")
    rows = await session.fetch(
        select(
            A.cloud_id,
            month,
            A.kind,
            func.count().label("count"),
            func.coalesce(func.sum(A.size_bytes), 0).label("size_bytes"),
        )
        .where(A.cloud_id.in_(cloud_ids), A.created_at < until)
        .group_by(A.cloud_id, "month", A.kind)
    )
    return [
        Added(row["cloud_id"], row["month"], Kind(row["kind"]), row["count"], int(row["size_bytes"])) for row in rows
    ]
