"""Evict: remote files that were fetched go, where they take more than they may. They are fetched again when wanted."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from safelight.accounts import clouds
from safelight.assets import catalogue, fetched
from safelight.derived.evict import KEPT_PERCENT, NEW_MINUTES
from safelight.kernel.clock import Clock
from safelight.ports.database import Database
from safelight.settings import FetchSettings

BATCH = 500
"""Files that one transaction erases."""
EVICTED_MAX = 10_000
"""Most files that one round erases; the next comes ten minutes later."""


@dataclass(frozen=True)
class EvictFetched:
    """A job of the clock. What somebody has tagged or described is left, and so is all in strict clouds."""

    database: Database
    clock: Clock
    settings: FetchSettings

    async def evict_fetched(self, payload: dict[str, Any]) -> None:
        del payload
        bytes_max = self.settings.kept_bytes_max
        if not bytes_max:
            return
        async with self.database.transaction() as session:
            held_bytes = await fetched.held_bytes(session)
            # What is there already is open to all in such a cloud, and nobody but its owner could fetch it again.
            strict = [cloud.id for cloud in await clouds.list(session) if cloud.is_strict]
        excess_bytes = held_bytes - bytes_max * KEPT_PERCENT // 100 if held_bytes > bytes_max else 0
        gone = 0
        while excess_bytes > 0 and gone < EVICTED_MAX:
            count, size_bytes = await self._evict(excess_bytes, strict)
            if not count:
                break
            gone, excess_bytes = gone + count, excess_bytes - size_bytes

    async def _evict(self, excess_bytes: int, strict: list[str]) -> tuple[int, int]:
        """How many files went, and what they took. Their bytes follow as those of everything that is erased."""
        now = self.clock.now()
        before = now - timedelta(minutes=NEW_MINUTES)
        async with self.database.transaction() as session:
            chosen = await fetched.oldest(session, excess_bytes, before, kept=strict, limit=BATCH)
            by_cloud = sorted(chosen, key=lambda asset: (asset.cloud_id, asset.id))
            for _, of_cloud in groupby(by_cloud, lambda asset: asset.cloud_id):
                await catalogue.delete_many(session, [*of_cloud], now)
        return len(chosen), sum(asset.facts.size_bytes for asset in chosen)
