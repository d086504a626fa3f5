"""Stock: how many files were made for some clouds, and how many bytes they take, month by month."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from safelight.assets.stock import Added
from safelight.derived.store import derived_files
from safelight.kernel.media import Kind, format_named
from safelight.ports.database import Session

D = derived_files.c


async def made(session: Session, cloud_ids: Sequence[str], until: datetime) -> Sequence[Added]:
    """What is still there, by the kind of its format."""
    month = func.to_char(func.timezone("UTC", D.created_at), "YYYY-MM").label("month")
    rows = await session.fetch(
        select(
            D.cloud_id,
            month,
            D.format,
            func.count().label("count"),
            func.coalesce(func.sum(D.size_bytes), 0).label("size_bytes"),
        )
        .where(D.cloud_id.in_(cloud_ids), D.created_at < until)
        .group_by(D.cloud_id, "month", D.format)
    )
    return [
        Added(row["cloud_id"], row["month"], _kind(row["format"]), row["count"], int(row["size_bytes"])) for row in rows
    ]


def _kind(format: str) -> Kind:
    known = format_named(format)
    return Kind.RAW if known is None else known.kind
