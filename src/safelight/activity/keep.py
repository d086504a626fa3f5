"""Keep: what was promised about time, by the clock: parts made ahead, keys destroyed, days dropped or counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, delete, text

from safelight.activity import day_keys, partitions, store
from safelight.activity.day_keys import SALT_DAYS
from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.settings import ActivitySettings

BATCH_DAYS = 2
"""So long it is remembered that a batch was written; of one that lost something, as long as of the requests."""

_COUNT = """
INSERT INTO asset_counts (cloud_id, asset_id, day, act, is_derived, requests, bytes)
SELECT cloud_id, asset_id, CAST(:day AS date), act, is_derived, sum(requests), sum(bytes) FROM {part}
GROUP BY cloud_id, asset_id, act, is_derived
ON CONFLICT (cloud_id, asset_id, day, act, is_derived)
DO UPDATE SET requests = asset_counts.requests + excluded.requests, bytes = asset_counts.bytes + excluded.bytes
"""


@dataclass(frozen=True)
class Keep:
    """Whatever rounds were left out, the next one makes up for."""

    database: Database
    clock: Clock
    settings: ActivitySettings

    async def keep_activity(self, payload: Mapping[str, Any]) -> None:
        """Each hour. Each step in a transaction of its own: what is done is done."""
        del payload
        today = self.clock.now().date()
        async with self.database.transaction() as session:
            await partitions.ensure(session, [today + timedelta(days=n) for n in range(partitions.AHEAD_DAYS + 1)])
        async with self.database.transaction() as session:
            await day_keys.destroy(session, today, address_days=self.settings.address_days)
            await self._forget_batches(session, today)
        for table, days in self._terms():
            async with self.database.transaction() as session:
                due = [day for day in await partitions.days_of(session, table) if partitions.is_due(day, today, days)]
            for day in due:
                await self._let_go(table, day)

    def _terms(self) -> tuple[tuple[Table, int], ...]:
        return (
            (store.traffic_clients, self.settings.address_days),
            (store.asset_visits, SALT_DAYS),
            (store.asset_events, self.settings.event_days),
            (store.page_views, self.settings.event_days),
            (store.traffic, self.settings.days),
        )

    async def _let_go(self, table: Table, day: date) -> None:
        """With what is left of it counted in the same transaction: never twice, never not at all."""
        async with self.database.transaction() as session:
            if day not in await partitions.days_of(session, table):
                return
            if table in (store.asset_events, store.asset_visits):
                part = partitions.name_of(table, day)
                await session.execute(text(f"LOCK TABLE {part} IN ACCESS EXCLUSIVE MODE"))
                await session.execute(text(_COUNT.format(part=part)), {"day": day})
            await partitions.drop(session, table, day)

    async def _forget_batches(self, session: Session, today: date) -> None:
        batches = store.activity_batches
        old, older = (today - timedelta(days=days) for days in (BATCH_DAYS, self.settings.days))
        await session.execute(
            delete(batches).where((batches.c.at < older) | ((batches.c.at < old) & (batches.c.lost == 0)))
        )
