"""Taken: a file came in, and no request that waits for it will tell: a job took it in, or who asked for a delivery."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert

from safelight.activity import partitions, store
from safelight.activity.model import UNKNOWN_COUNTRY, Act
from safelight.kernel.ids import new_id
from safelight.ports.database import Session


@dataclass(frozen=True)
class Taken:
    """Written with the asset itself, in one transaction: neither lost nor told twice, however often a job runs."""

    is_on: bool = False
    """Whether anything is recorded here at all."""

    async def __call__(
        self, session: Session, cloud_id: str, asset_id: str, size_bytes: int, *, key_id: str, now: datetime
    ) -> None:
        """`key_id`: of the key that once asked for it; empty where none did. From where is not known any more."""
        if not self.is_on:
            return
        at = now.astimezone(UTC).replace(microsecond=0)
        table = store.asset_events if key_id else store.asset_visits
        # Made ahead as a rule: only after a clock has jumped is there something to do.
        await partitions.ensure(session, [at.date()], [table])
        row = {
            "cloud_id": cloud_id,
            "at": at,
            "id": new_id(),
            "asset_id": asset_id,
            "act": Act.UPLOAD.value,
            "is_derived": False,
            "requests": 1,
            "bytes": size_bytes,
            "user_id": "",
            "key_id": key_id,
            "visitor": b"",
            "country": UNKNOWN_COUNTRY,
            "agent": "",
        }
        await session.execute(insert(table).values(row))


UNTOLD = Taken()
"""Where nothing is recorded."""
