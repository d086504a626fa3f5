"""Uses: which derived files were asked for again, noted in memory and written now and then, many at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import tuple_, update

from safelight.derived.files import place_of
from safelight.derived.store import derived_files
from safelight.ports.database import Database

D = derived_files.c

NOTED_MAX = 200_000
"""Most files between two writings; what is asked for beyond them is noted after the next."""
BATCH = 1000
"""Rows of one statement."""
FRESH_HOURS = 6
"""What was written so lately is not written again: a file costs four writes a day, however often it is asked for."""


class Uses:
    """Of one process. `note` is called at each answer and does nothing but remember a word."""

    def __init__(self, noted_max: int = NOTED_MAX) -> None:
        self._noted: set[str] = set()
        self._noted_max = noted_max

    def note(self, blob_key: str) -> None:
        if len(self._noted) < self._noted_max:
            self._noted.add(blob_key)

    def take(self) -> list[str]:
        """What was noted since, in order: who locks rows in one order never waits in a circle."""
        noted, self._noted = self._noted, set()
        return sorted(noted)


async def write(database: Database, blob_keys: Sequence[str], now: datetime) -> int:
    """Say of derived files that they were asked for again; how many rows were written. Originals are passed over."""
    places = [place for blob_key in blob_keys if (place := place_of(blob_key)) is not None]
    is_stale = D.last_used_at.is_(None) | (D.last_used_at < now - timedelta(hours=FRESH_HOURS))
    written = 0
    for start in range(0, len(places), BATCH):
        asked = tuple_(D.cloud_id, D.version_id, D.key).in_(places[start : start + BATCH])
        async with database.transaction() as session:
            written += await session.execute(update(derived_files).where(asked, is_stale).values(last_used_at=now))
    return written
