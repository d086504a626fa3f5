"""MemoryQueue: the twin. Jobs wait in this process until `drain` runs them."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from safelight.adapters.queue.backoff import WaitAfter, wait_after
from safelight.kernel.clock import Clock
from safelight.ports.queue import Handler, Job, JobRow

ROUNDS_MAX = 1000


class MemoryQueue:
    """The same promises as the real one, without a database: what is deferred waits at once."""

    def __init__(self, clock: Clock, *, wait_after: WaitAfter = wait_after) -> None:
        self._clock = clock
        self._wait_after = wait_after
        self._ids = itertools.count(1)
        self._rows: dict[int, JobRow] = {}
        self._locks: dict[int, str | None] = {}

    def put(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if not self._waits(job.lock):
                row = JobRow(next(self._ids), job.name, "waiting", 0, dict(job.payload), job.run_at)
                self._rows[row.id] = row
                self._locks[row.id] = job.lock

    async def list(self, state: str | None = None, limit: int = 100) -> list[JobRow]:
        rows = [row for row in self._rows.values() if state is None or row.state == state]
        return sorted(rows, key=lambda row: row.id)[-limit:]

    async def retry(self, job_id: int) -> bool:
        row = self._rows.get(job_id)
        if row is None or row.state != "dead":
            return False
        self._again(row, None)
        return True

    async def counts(self) -> dict[str, int]:
        counted = Counter(row.state for row in self._rows.values())
        return {state: counted[state] for state in ("waiting", "running", "done", "dead")}

    async def drain(self, handlers: Mapping[str, Handler], *, due_at: datetime | None = None) -> int:
        """Run what is due until nothing is; how many runs that were."""
        ran = 0
        while due := self._due(due_at or self._clock.now()):
            for row in due:
                await self._run(row, handlers)
            ran += len(due)
            if ran > ROUNDS_MAX:
                break
        return ran

    def _due(self, now: datetime) -> Sequence[JobRow]:
        rows = self._rows.values()
        return [row for row in rows if row.state == "waiting" and (row.run_at is None or row.run_at <= now)]

    async def _run(self, row: JobRow, handlers: Mapping[str, Handler]) -> None:
        running = self._rows[row.id] = replace(row, state="running", tries=row.tries + 1)
        try:
            await handlers[row.name](dict(row.payload))
        except Exception:
            wait = self._wait_after(running.tries) if row.name in handlers else None
            if wait is None:
                self._rows[row.id] = replace(running, state="dead")
            else:
                self._again(running, self._clock.now() + wait)
        else:
            self._rows[row.id] = replace(running, state="done")

    def _again(self, row: JobRow, run_at: datetime | None) -> None:
        """Of jobs that wait with the same lock only one is kept: the one that waits already."""
        if self._waits(self._locks[row.id]):
            del self._rows[row.id], self._locks[row.id]
        else:
            self._rows[row.id] = replace(row, state="waiting", run_at=run_at)

    def _waits(self, lock: str | None) -> bool:
        return lock is not None and any(
            held == lock and self._rows[job_id].state == "waiting" for job_id, held in self._locks.items()
        )
