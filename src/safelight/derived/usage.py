"""Usage: what a cloud stores, and how much was made for it. Counted from what is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from safelight.assets import usage as assets_usage
from safelight.assets.usage import Stored
from safelight.derived.store import derived_files
from safelight.ports.database import Session

D = derived_files.c


@dataclass(frozen=True)
class Usage:
    """What there was at the end of a span of time, and what was made within it."""

    stored: Stored
    derived: int
    derived_bytes: int
    derived_made: int

    @property
    def storage_bytes(self) -> int:
        return self.stored.assets_bytes + self.stored.backups_bytes + self.derived_bytes

    @property
    def transformations(self) -> int:
        return self.stored.taken_in + self.derived_made


async def count(session: Session, cloud_id: str, since: datetime, until: datetime) -> Usage:
    """Of what is still there: what was deleted meanwhile, nobody counts any more."""
    made = await session.fetch_one(
        select(
            func.count().label("derived"),
            func.coalesce(func.sum(D.size_bytes), 0).label("bytes"),
            func.count().filter(D.created_at >= since).label("made"),
        )
        .select_from(derived_files)
        .where(D.cloud_id == cloud_id, D.created_at <= until)
    )
    assert made is not None
    stored = await assets_usage.count(session, cloud_id, since, until)
    return Usage(stored, made["derived"], int(made["bytes"]), made["made"])
