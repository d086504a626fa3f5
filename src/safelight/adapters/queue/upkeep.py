"""Looking after the queue's rows: list, count, retry, rescue what a dead worker held, forget what is done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, text

from safelight.adapters.queue.backoff import WaitAfter
from safelight.kernel.errors import Conflict
from safelight.ports.database import Session
from safelight.ports.queue import JobRow

HEARTBEAT_SECONDS = 10
SILENT_SECONDS_MAX = 30
"""A worker that said nothing for so long is dead, and what it ran is run again."""

DONE_HOURS = 1
DEAD_DAYS = 30
"""How long finished jobs are kept to look at. Payloads may tell of people, so not for ever."""
BATCH = 1000

STATES = {
    "waiting": ("todo",),
    "running": ("doing",),
    "done": ("succeeded",),
    "dead": ("failed", "cancelled", "aborted", "aborting"),
}
_STATE_OF = {status: state for state, statuses in STATES.items() for status in statuses}

_LIST = text(
    """
    SELECT id, task_name, status::text AS status, attempts, args, scheduled_at FROM jobs.procrastinate_jobs
    WHERE CAST(:statuses AS text[]) IS NULL OR status::text = ANY(:statuses) ORDER BY id DESC LIMIT :limit
    """
)
_COUNT = text("SELECT status::text AS status, count(*) AS count FROM jobs.procrastinate_jobs GROUP BY status")
_DUE = text(
    "SELECT count(*) AS count FROM jobs.procrastinate_jobs "
    "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
)
_HASTEN = text(
    "UPDATE jobs.procrastinate_jobs SET scheduled_at = now() "
    "WHERE status = 'todo' AND scheduled_at > now() AND scheduled_at <= :due_at"
)
_FIND_DEAD = text(
    "SELECT id FROM jobs.procrastinate_jobs WHERE id = :id AND status IN ('failed', 'cancelled', 'aborted') FOR UPDATE"
)
_WAIT_AGAIN = text(
    "UPDATE jobs.procrastinate_jobs SET status = 'todo', attempts = :attempts, abort_requested = false, "
    "worker_id = NULL, scheduled_at = now() + :wait WHERE id = :id"
)
_GIVE_UP = text("UPDATE jobs.procrastinate_jobs SET status = 'failed', attempts = :attempts WHERE id = :id")
_DELETE = text("DELETE FROM jobs.procrastinate_jobs WHERE id = :id")
_STALLED = text(
    """
    SELECT job.id, job.task_name, job.attempts FROM jobs.procrastinate_jobs job
    LEFT JOIN jobs.procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
        AND (worker.id IS NULL OR worker.last_heartbeat < now() - :silent OR worker.id = ANY(CAST(:dead AS bigint[])))
    ORDER BY job.id LIMIT :limit FOR UPDATE OF job SKIP LOCKED
    """
)
_FORGET = text(
    """
    DELETE FROM jobs.procrastinate_jobs WHERE id IN (
        SELECT job.id FROM jobs.procrastinate_jobs job
        WHERE job.status::text = ANY(:statuses) AND NOT EXISTS (
            SELECT 1 FROM jobs.procrastinate_events event WHERE event.job_id = job.id AND event.at > now() - :age)
        ORDER BY job.id LIMIT :limit FOR UPDATE SKIP LOCKED)
    """
)


async def list_jobs(session: Session, state: str | None, limit: int) -> list[JobRow]:
    """The newest ones, and of these the newest last."""
    statuses = None if state is None else list(STATES.get(state, ()))
    rows = await session.fetch(_LIST, {"statuses": statuses, "limit": limit})
    return [
        JobRow(
            id=row["id"],
            name=row["task_name"],
            state=_STATE_OF[row["status"]],
            tries=row["attempts"],
            payload=row["args"].get("payload", row["args"]),
            run_at=row["scheduled_at"],
        )
        for row in reversed(rows)
    ]


async def count(session: Session) -> dict[str, int]:
    counts = dict.fromkeys(STATES, 0)
    for row in await session.fetch(_COUNT):
        counts[_STATE_OF[row["status"]]] += row["count"]
    return counts


async def due_count(session: Session) -> int:
    row = await session.fetch_one(_DUE)
    return row["count"] if row else 0


async def hasten(session: Session, due_at: datetime) -> None:
    """What is due by that moment is due now: for a clock that was set."""
    await session.execute(_HASTEN, {"due_at": due_at})


async def retry(session: Session, job_id: int) -> bool:
    """A dead job waits again, with all its tries; if its lock waits already, that one does its work."""
    if await session.fetch_one(_FIND_DEAD, {"id": job_id}) is None:
        return False
    await _wait_again(session, job_id, attempts=0, wait=timedelta(0))
    return True


async def rescue(session: Session, wait_after: WaitAfter, dead: Sequence[int] = ()) -> Sequence[RowMapping]:
    """The jobs of silent workers wait again, and of those that are known to be dead.

    It counts as a try: one that kills its worker must not go on for ever.
    """
    silent = timedelta(seconds=SILENT_SECONDS_MAX)
    stalled = await session.fetch(_STALLED, {"silent": silent, "dead": list(dead), "limit": BATCH})
    for row in stalled:
        tries = row["attempts"] + 1
        if wait_after(tries) is None:
            await session.execute(_GIVE_UP, {"id": row["id"], "attempts": tries})
        else:
            await _wait_again(session, row["id"], attempts=tries, wait=timedelta(0))
    return stalled


async def _wait_again(session: Session, job_id: int, *, attempts: int, wait: timedelta) -> None:
    params: dict[str, Any] = {"id": job_id, "attempts": attempts, "wait": wait}
    try:
        async with session.savepoint():
            await session.execute(_WAIT_AGAIN, params)
    except Conflict:
        await session.execute(_DELETE, {"id": job_id})


async def forget(session: Session) -> int:
    """Delete what has been finished for long enough; how many."""
    ages = {"done": timedelta(hours=DONE_HOURS), "dead": timedelta(days=DEAD_DAYS)}
    gone = 0
    for state, age in ages.items():
        params = {"statuses": list(STATES[state]), "age": age, "limit": BATCH}
        gone += await session.execute(_FORGET, params)
    return gone
