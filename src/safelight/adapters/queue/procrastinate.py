"""ProcrastinateQueue: jobs in the same database, deferred in the caller's transaction."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.worker import Worker
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from safelight.adapters.queue import upkeep
from safelight.adapters.queue.backoff import WaitAfter, wait_after
from safelight.adapters.queue.lanes import HOUSE, LANES, OUTSIDE, OUTSIDE_HANDS, lane_of
from safelight.adapters.queue.outcome import Manager, Retry, told
from safelight.adapters.queue.roll import Roll
from safelight.adapters.queue.schema import SCHEMA
from safelight.kernel.errors import SafelightError
from safelight.ports.database import Database
from safelight.ports.queue import Handler, Job, JobRow, Periodic

LOG = logging.getLogger("safelight.jobs")

CONNECTIONS_MAX = 4
"""For taking and finishing jobs. What the jobs do themselves has its own."""
POOL_SECONDS_MAX = 3.0
"""How long to wait for one of them. A worker that stops without a database waits for so long a few times."""
POLL_SECONDS = 2.0
"""New jobs are heard of at once; this is for those whose time has come."""
UPKEEP_SECONDS = 15.0
AGAIN_SECONDS = 1.0
"""Pause before what failed without the database is tried again."""
ROUNDS_MAX = 1000

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
    rows = [
        {
            "queue": lane_of(job.name),
            "name": job.name,
            "lock": job.lock,
            # Below one key: procrastinate hands the keys over as names of arguments, and a payload may have any.
            "payload": json.dumps({"payload": job.payload}),
            "run_at": job.run_at,
        }
        # In one order for all, so that two transactions never wait for each other.
        for job in sorted(jobs, key=lambda job: job.lock or "")
    ]
    await connection.execute(_DEFER, rows)


class ProcrastinateQueue:
    """The verbs of people who look after jobs, and the worker that runs them."""

    def __init__(
        self,
        url: str,
        database: Database,
        *,
        wait_after: WaitAfter = wait_after,
        poll_seconds: float = POLL_SECONDS,
        folder: Path | None = None,
    ) -> None:
        """`folder`: where workers of this machine tell each other that they live."""
        self._url = url
        self._database = database
        self._wait_after = wait_after
        self._poll_seconds = poll_seconds
        # Numbers of workers mean something in one database only.
        self._roll = Roll(folder and folder / hashlib.sha256(url.encode()).hexdigest()[:16])

    async def list(self, state: str | None = None, limit: int = 100) -> list[JobRow]:
        async with self._database.transaction() as session:
            return await upkeep.list_jobs(session, state, limit)

    async def retry(self, job_id: int) -> bool:
        async with self._database.transaction() as session:
            return await upkeep.retry(session, job_id)

    async def counts(self) -> dict[str, int]:
        async with self._database.transaction() as session:
            return await upkeep.count(session)

    async def drain(self, handlers: Mapping[str, Handler], *, due_at: datetime | None = None) -> int:
        """Run what is due until nothing is, one at a time; how many runs that were."""
        ran = 0

        def counted(handler: Handler) -> Handler:
            async def run(payload: dict[str, Any]) -> None:
                nonlocal ran
                ran += 1
                await handler(payload)

            return run

        own = {name: counted(handler) for name, handler in handlers.items()}
        async with self._app(own, (), asyncio.Event()) as app:
            for _ in range(ROUNDS_MAX):
                async with self._database.transaction() as session:
                    if due_at is not None:
                        await upkeep.hasten(session, due_at)
                    if await upkeep.due_count(session) == 0:
                        break
                await self._worker(app, LANES, concurrency=1, stop_seconds=None, wait=False).run()
        return ran

    async def run(
        self,
        handlers: Mapping[str, Handler],
        schedule: Sequence[Periodic],
        *,
        concurrency: int,
        stop: asyncio.Event,
        stop_seconds: float,
    ) -> None:
        """See ports.queue.Runner."""
        with self._roll.held():
            await self._run(handlers, schedule, concurrency, stop, stop_seconds)

    async def _run(
        self,
        handlers: Mapping[str, Handler],
        schedule: Sequence[Periodic],
        concurrency: int,
        stop: asyncio.Event,
        stop_seconds: float,
    ) -> None:
        while not stop.is_set():
            try:
                # Asked before, because to open the app may take half a minute without a database, deaf to `stop`.
                if not await self._database.is_alive():
                    raise ConnectionError
                lost = asyncio.Event()
                async with self._app(handlers, schedule, lost) as app:
                    workers = [
                        self._worker(app, [lane], concurrency=hands, stop_seconds=stop_seconds, wait=True)
                        for lane, hands in ((HOUSE, concurrency), (OUTSIDE, OUTSIDE_HANDS))
                    ]
                    await self._work(workers, stop, lost)
            except (ProcrastinateException, psycopg.Error, OSError) as error:
                LOG.warning("The worker is without a database: %s", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)

    async def _work(self, workers: Sequence[Worker], *ends: asyncio.Event) -> None:
        """Until one of these is set, or a worker ended by itself because the database is gone."""

        def stop_all() -> None:
            for worker in workers:
                worker.stop()

        async def stop_when(end: asyncio.Event) -> None:
            await end.wait()
            stop_all()

        async def run(worker: Worker) -> None:
            try:
                await worker.run()
            finally:
                stop_all()

        await self._look_after()
        async with _beside(*map(stop_when, ends), self._keep_looking_after()):
            results = await asyncio.gather(*map(run, workers), return_exceptions=True)
        self._roll.ended()
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _keep_looking_after(self) -> None:
        while True:
            await asyncio.sleep(UPKEEP_SECONDS)
            await self._look_after()

    async def _look_after(self) -> None:
        dead = self._roll.dead()
        try:
            async with self._database.transaction() as session:
                for row in await upkeep.rescue(session, self._wait_after, dead):
                    LOG.warning("Job %s (%s) was held by a dead worker", row["id"], row["task_name"])
                await upkeep.forget(session)
        except SafelightError as error:
            LOG.warning("Jobs could not be looked after: %s", error.message)

    def _worker(
        self, app: App, lanes: Sequence[str], *, concurrency: int, stop_seconds: float | None, wait: bool
    ) -> Worker:
        return Worker(
            app,
            queues=list(lanes),
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=self._poll_seconds,
            shutdown_graceful_timeout=stop_seconds,
            listen_notify=wait,
            install_signal_handlers=False,
            update_heartbeat_interval=upkeep.HEARTBEAT_SECONDS,
            stalled_worker_timeout=upkeep.SILENT_SECONDS_MAX,
        )

    @asynccontextmanager
    async def _app(
        self, handlers: Mapping[str, Handler], schedule: Sequence[Periodic], lost: asyncio.Event
    ) -> AsyncGenerator[App, None]:
        # The one would write payloads into the log, the other a line for each try to connect. What is worth telling
        # we tell ourselves.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        connector = PsycopgConnector(
            conninfo=self._url,
            min_size=1,
            max_size=CONNECTIONS_MAX,
            timeout=POOL_SECONDS_MAX,
            kwargs={"options": f"-c search_path={SCHEMA},public", "application_name": "safelight jobs"},
        )
        app = App(connector=connector)
        app.job_manager = Manager(connector, lost, self._roll)
        cron = {periodic.name: periodic.cron for periodic in schedule}
        for name, handler in handlers.items():
            task = app.task(name=name, queue=lane_of(name), pass_context=True, retry=Retry(self._wait_after))(
                told(name, handler, self._wait_after)
            )
            if name in cron:
                # Its lock keeps rounds that nobody ran from piling up.
                app.periodic(cron=cron[name], queueing_lock=f"cron:{name}")(task)
        async with app.open_async():
            yield app


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncGenerator[None, None]:
    """Run these as long as the block lasts."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
