"""ProcrastinateQueue: jobs in the same database, deferred in the caller's transaction."""

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from safelight.ports.queue import Job

QUEUE = "safelight"

# One statement and not procrastinate's own: that one fails where the lock is taken, and with it the transaction.
_DEFER = text(
    """
    INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, queueing_lock, args, scheduled_at)
    VALUES (:queue, :name, :lock, CAST(:payload AS jsonb), :run_at)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    """
)


async def defer(connection: AsyncConnection, jobs: Sequence[Job]) -> None:
    """Write the jobs into the open transaction of the connection. A job whose lock already waits is passed over."""
    # In one order for all, so that two transactions never wait for each other.
    for job in sorted(jobs, key=lambda job: job.lock or ""):
        await connection.execute(
            _DEFER,
            {
                "queue": QUEUE,
                "name": job.name,
                "lock": job.lock,
                "payload": json.dumps(job.payload),
                "run_at": job.run_at,
            },
        )
