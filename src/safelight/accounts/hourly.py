"""Hourly: how often something happened to a cloud in this hour, counted once for all processes."""

from datetime import datetime

from sqlalchemy import Executable, case
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.store import hourly_counts
from safelight.ports.database import Session
from safelight.ports.fixed import fixed

HOUR_SECONDS = 3600
H = hourly_counts.c


def _counted() -> Executable:
    added = insert(hourly_counts)
    same_hour = H.hour == added.excluded.hour
    return added.on_conflict_do_update(
        index_elements=[H.cloud_id, H.what],
        set_={"hour": added.excluded.hour, "count": case((same_hour, H.count + 1), else_=1)},
    ).returning(H.count)


_COUNTED = fixed(_counted())


async def count(session: Session, cloud_id: str, what: str, now: datetime) -> int:
    """Once more; how often that is in this hour. Its row is locked until the transaction ends, so end it soon."""
    hour = int(now.timestamp()) // HOUR_SECONDS
    row = await session.fetch_one(_COUNTED, {"cloud_id": cloud_id, "what": what, "hour": hour, "count": 1})
    return 1 if row is None else int(row["count"])
