"""What becomes of a job: written over cut lines, tried again by our back-off, told to the log."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import psycopg
from procrastinate import BaseConnector, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from safelight.adapters.queue.backoff import WaitAfter
from safelight.adapters.queue.roll import Roll
from safelight.kernel.errors import SafelightError
from safelight.ports.queue import Handler

LOG = logging.getLogger("safelight.jobs")

WRITES_MAX = 3
"""How often it is tried to write what became of a job."""
AGAIN_SECONDS = 1.0


class Manager(JobManager):
    """Writes what became of a job, also over a line that is cut just then."""

    def __init__(self, connector: BaseConnector, lost: asyncio.Event, roll: Roll) -> None:
        """`lost` is set when it could not be written: the job is held as long as this worker says that it lives."""
        super().__init__(connector)
        self._lost = lost
        self._roll = roll

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        self._roll.add(worker_id)
        return worker_id

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        end = super().finish_job_by_id_async
        await self._insist(job_id, lambda: end(job_id, status, delete_job))

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Of jobs that wait with the same lock only one is kept, also where one failed and would wait again."""
        again = super().retry_job_by_id_async
        try:
            await self._insist(job_id, lambda: again(job_id, retry_at, priority, queue, lock))
        except UniqueViolation:
            await self.finish_job_by_id_async(job_id, Status.FAILED, delete_job=True)

    async def _insist(self, job_id: int, write: Callable[[], Awaitable[None]]) -> None:
        for _ in range(WRITES_MAX):
            try:
                return await write()
            except UniqueViolation:
                raise
            except (ConnectorException, psycopg.Error):
                await asyncio.sleep(AGAIN_SECONDS)
        LOG.error("What became of job %s could not be written; it will run again", job_id)
        self._lost.set()
        return None


class Retry(BaseRetryStrategy):
    """Our back-off in procrastinate's words. Its own counts retries, and so runs once more than it says."""

    def __init__(self, wait_after: WaitAfter) -> None:
        self._wait_after = wait_after

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        wait = self._wait_after(job.attempts + 1)
        if wait is None:
            return None
        # Cancelled because we stop: nothing is wrong with the job.
        seconds = 0 if isinstance(exception, asyncio.CancelledError) else math.ceil(wait.total_seconds())
        return RetryDecision(retry_in={"seconds": seconds})


def told(name: str, handler: Handler, wait_after: WaitAfter) -> Any:
    """The handler as procrastinate calls it, and what went wrong in the log: the job by id, never its payload."""

    async def run(context: JobContext, payload: dict[str, Any] | None = None, timestamp: int = 0) -> None:
        try:
            await handler({"timestamp": timestamp} if payload is None else payload)
        except Exception as error:
            tries = context.job.attempts + 1
            facts = {"job_id": context.job.id, "job": name, "tries": tries}
            if wait_after(tries) is None:
                LOG.exception("Job %s (%s) failed for the last time", context.job.id, name, extra=facts)
            else:
                is_foreseen = isinstance(error, SafelightError)
                what = error.message if isinstance(error, SafelightError) else type(error).__name__
                LOG.warning(
                    "Job %s (%s) failed, try %s: %s",
                    context.job.id,
                    name,
                    tries,
                    what,
                    extra=facts,
                    exc_info=not is_foreseen,
                )
            raise

    return run
