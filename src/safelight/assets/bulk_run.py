"""Run: an action on many assets, some in each transaction; a job that goes on where a killed one stopped."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from safelight.assets import bulk as bulks
from safelight.assets import bulk_acts, snapshots
from safelight.assets.bulk import JOB
from safelight.assets.bulk_model import COLUMNS, Action, Bulk, Change, Outcome
from safelight.assets.restoring import Refusal, Restore
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Busy
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job

BATCH = 500
"""Assets of one transaction."""
BATCHES = 20
"""So many transactions one job does; then it makes room for others, and for a worker to stop."""
NO_BACKUP = "No version of it is kept"
NOT_RESTORED = "It could not be restored: its name is taken, or its file is gone"


@dataclass(frozen=True)
class RunBulk:
    """How far it is stands in the transaction that went so far: each asset has its turn once, whoever is killed."""

    database: Database
    restore: Restore
    clock: Clock
    batch: int = BATCH
    batches: int = BATCHES

    async def run_bulk(self, payload: dict[str, Any]) -> None:
        """Job: some of it, and another job where there is more."""
        cloud_id, bulk_id = str(payload["cloud_id"]), str(payload["bulk_id"])
        async with self.database.lock(f"{JOB}:{bulk_id}") as is_mine:
            if not is_mine:
                raise Busy("Another worker does it")
            for _ in range(self.batches):
                if not await self._step(cloud_id, bulk_id):
                    return
        async with self.database.transaction() as session:
            await session.defer(Job(JOB, {"cloud_id": cloud_id, "bulk_id": bulk_id}, lock=f"{JOB}:{bulk_id}"))

    async def _step(self, cloud_id: str, bulk_id: str) -> bool:
        """Whether there is more."""
        async with self.database.transaction() as session:
            bulk = await bulks.held(session, cloud_id, bulk_id)
            if bulk is None:
                return False
            undone = None if bulk.undoes is None else await bulks.get(session, cloud_id, bulk.undoes)
            if undone is None:
                return await self._act(session, bulk)
            if undone.asked.action is not Action.DELETE:
                return await self._undo(session, bulk, undone)
        return await self._bring_back(bulk, undone)

    async def _act(self, session: Session, bulk: Bulk) -> bool:
        ids = await snapshots.ids_at(session, bulk.cloud_id, bulk.snapshot_id, bulk.position, self._room(bulk))
        now = self.clock.now()
        outcome = await bulk_acts.act(session, bulk.cloud_id, bulk.asked, ids, now)
        places = _places(ids, bulk.position)
        return await self._advanced(session, bulk, places, bulk.position + self._room(bulk), outcome)

    async def _undo(self, session: Session, bulk: Bulk, undone: Bulk) -> bool:
        end, places, changes = await self._changes(session, bulk, undone)
        column = COLUMNS[undone.asked.action]
        outcome = await bulk_acts.undo(session, bulk.cloud_id, column, changes, bulk.asked.within, self.clock.now())
        return await self._advanced(session, bulk, places, end, outcome)

    async def _bring_back(self, bulk: Bulk, undone: Bulk) -> bool:
        """Bytes move, and so not within a transaction. One that is back already is not brought back twice."""
        async with self.database.transaction() as session:
            end, places, changes = await self._changes(session, bulk, undone)
        asked = [(change.asset_id, await self._refused(bulk, change.asset_id)) for change in changes]
        failures = [(asset_id, "", reason) for asset_id, reason in asked if reason is not None]
        outcome = Outcome(len(asked) - len(failures), failures)
        async with self.database.transaction() as session:
            now_held = await bulks.held(session, bulk.cloud_id, bulk.id)
            if now_held is None:
                return False
            return await self._advanced(session, now_held, places, end, outcome)

    async def _refused(self, bulk: Bulk, asset_id: str) -> str | None:
        found = await self.restore(bulk.cloud_id, asset_id)
        if isinstance(found, Refusal):
            return NO_BACKUP if found is Refusal.NO_BACKUP else NOT_RESTORED
        return None

    async def _changes(
        self, session: Session, bulk: Bulk, undone: Bulk
    ) -> tuple[int, Mapping[str, int], Sequence[Change]]:
        """Up to where, which asset had its turn at which place, and what was changed in some of them."""
        trace = await bulks.trace(session, bulk.cloud_id, undone.id, bulk.position)
        if trace is None:
            return bulk.total, {}, ()
        ids = await snapshots.ids_at(
            session, bulk.cloud_id, bulk.snapshot_id, trace.position, trace.end_position - trace.position
        )
        return trace.end_position, _places(ids, trace.position), trace.changes

    async def _advanced(
        self, session: Session, bulk: Bulk, places: Mapping[str, int], end: int, outcome: Outcome
    ) -> bool:
        after = await bulks.advance(session, bulk, places, end, outcome, self.clock.now())
        return after.position < after.total

    def _room(self, bulk: Bulk) -> int:
        return min(self.batch, bulk.total - bulk.position)


def _places(ids: Sequence[str], first: int) -> Mapping[str, int]:
    return {asset_id: place for place, asset_id in enumerate(ids, first)}


@dataclass(frozen=True)
class SweepSelections:
    """Forgets snapshots that are over, and how old actions went. May run at any time, as often as one likes."""

    database: Database
    clock: Clock
    bulk_days: int
    batch: int = 100

    async def sweep_selections(self, payload: dict[str, Any]) -> None:
        """Job by the clock. Each round is committed by itself."""
        del payload
        now = self.clock.now()
        before = now - timedelta(days=self.bulk_days)
        await self._all(lambda session: snapshots.drop_over(session, now, self.batch))
        await self._all(lambda session: bulks.drop_old(session, before, self.batch))

    async def _all(self, drop: Callable[[Session], Awaitable[int]]) -> None:
        dropped = self.batch
        while dropped == self.batch:
            async with self.database.transaction() as session:
                dropped = await drop(session)
