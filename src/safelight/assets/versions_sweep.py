"""Sweep of versions: those that were kept as long as the operator wants go; a job by the clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from safelight.assets import versions
from safelight.kernel.clock import Clock
from safelight.ports.database import Database

BATCH = 500
"""Versions that are erased in one transaction."""


@dataclass(frozen=True)
class SweepVersions:
    """May run at any time, as often as one likes."""

    database: Database
    clock: Clock
    days: int
    """How long a version is kept once it is the present one no more; 0: for ever."""
    batch: int = BATCH

    async def sweep_backups(self, payload: dict[str, Any]) -> None:
        """Each round is committed by itself: a crash loses nothing but the rest of it."""
        del payload
        if self.days <= 0:
            return
        before = self.clock.now() - timedelta(days=self.days)
        erased = self.batch
        while erased == self.batch:
            async with self.database.transaction() as session:
                erased = await versions.erase_ended(session, before, self.batch)
