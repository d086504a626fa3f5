"""Flood: may one more file be made, or taken in, for somebody who signs nothing? Random sizes end here."""

from dataclasses import dataclass
from datetime import datetime

from safelight.accounts import hourly
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Flooding
from safelight.kernel.pace import Pace, counted_as, exceeded, span_end
from safelight.ports.database import Database

WHAT = "new"
"""What is counted for a cloud (accounts/hourly.py)."""
WORDS = "new files an hour"


@dataclass(frozen=True)
class Flood:
    """What is made already is not asked about, and costs nothing here."""

    database: Database
    clock: Clock
    new_per_hour: int
    """Of one cloud, counted once for the whole installation; 0: any number."""
    addresses: Pace
    """Of one client, counted here."""

    def check(self, address: str | None) -> None:
        """Raises Flooding for a client that has had its share. Asked of everybody who waits for something new."""
        now = self.clock.now()
        if address is not None and self.addresses.is_spent(counted_as(address), now):
            raise self._over(now)

    async def spend(self, cloud_id: str, address: str | None) -> None:
        """Count one. Raises Flooding for what is one too many."""
        now = self.clock.now()
        if address is not None and not self.addresses.spend(counted_as(address), now):
            raise self._over(now)
        if not self.new_per_hour:
            return
        async with self.database.statements() as session:
            count = await hourly.count(session, cloud_id, WHAT, now)
        if count > self.new_per_hour:
            raise exceeded(Flooding, self.new_per_hour, WORDS, span_end(now, hourly.HOUR_SECONDS), now)

    def _over(self, now: datetime) -> Flooding:
        return exceeded(Flooding, self.addresses.count_max, WORDS, self.addresses.resets_at(now), now)
