"""The promises of ports/queue.py: procrastinate on a real PostgreSQL, and the twin in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import schema, upkeep
from safelight.adapters.queue.backoff import TRIES_MAX, WAIT_SECONDS_MAX, wait_after
from safelight.adapters.queue.memory import MemoryQueue
from safelight.adapters.queue.procrastinate import ProcrastinateQueue, defer
from safelight.kernel.errors import NotAvailable
from safelight.ports.queue import Handler, Job, Periodic, Queue

TRIES = 3


def at_once(tries: int) -> timedelta | None:
    """Three tries without waiting."""
    return timedelta(0) if tries < TRIES else None


def in_an_hour(tries: int) -> timedelta | None:
    return timedelta(hours=1) if tries < TRIES else None


@dataclass
class House:
    """A queue with what the tests do to it."""

    queue: Queue
    put: Callable[[Sequence[Job]], Awaitable[None]]
    drain: Callable[..., Awaitable[int]]
    now: Callable[[], Awaitable[datetime]]


@pytest.fixture(params=["procrastinate", "memory"])
def house_with(request, database, tables, clock):
    def build(waits) -> House:
        if request.param == "memory":
            twin = MemoryQueue(clock, wait_after=waits)

            async def put_here(jobs):
                twin.put(jobs)

            async def still():
                return clock.now()

            return House(twin, put_here, twin.drain, still)
        queue = ProcrastinateQueue(tables, database, wait_after=waits, poll_seconds=0.05)

        async def put(jobs):
            async with database.transaction() as session:
                for job in jobs:
                    await session.defer(job)

        async def now():
            async with database.transaction() as session:
                return (await session.fetch_one(text("SELECT now() AS now")))["now"]

        return House(queue, put, queue.drain, now)

    return build


@pytest.fixture
def house(house_with) -> House:
    return house_with(at_once)


class Kitchen:
    """Handlers that remember what they were asked for."""

    def __init__(self, *, fails: int = 0, error: Exception | None = None) -> None:
        self.served: list[dict[str, Any]] = []
        self._fails = fails
        self._error = error or ValueError("burnt")

    async def cook(self, payload: dict[str, Any]) -> None:
        self.served.append(payload)
        if len(self.served) <= self._fails:
            raise self._error

    @property
    def handlers(self) -> Mapping[str, Handler]:
        return {"cook": self.cook}


async def states(queue: Queue) -> list[tuple[str, str, int]]:
    return [(row.name, row.state, row.tries) for row in await queue.list()]


async def test_a_job_runs_once_with_its_payload(house):
    kitchen = Kitchen()
    payload = {"dish": "soup é", "guests": 2, "context": None, "self": True, "deep": {"a": [1]}}
    await house.put([Job("cook", payload)])
    assert await states(house.queue) == [("cook", "waiting", 0)]
    assert await house.drain(kitchen.handlers) == 1
    assert kitchen.served == [payload]
    assert await states(house.queue) == [("cook", "done", 1)]
    assert await house.drain(kitchen.handlers) == 0


@pytest.mark.parametrize(
    ("fails", "error", "expected"),
    [
        (0, None, ("cook", "done", 1)),
        (1, None, ("cook", "done", 2)),
        (2, NotAvailable("The oven is cold."), ("cook", "done", 3)),
        (3, None, ("cook", "dead", 3)),  # as many tries as the name says, not one more
        (9, NotAvailable("The oven is cold."), ("cook", "dead", 3)),
    ],
)
async def test_a_job_that_fails_is_tried_again_and_then_dead(house, fails, error, expected):
    kitchen = Kitchen(fails=fails, error=error)
    await house.put([Job("cook")])
    await house.drain(kitchen.handlers)
    assert await states(house.queue) == [expected]
    assert len(kitchen.served) == expected[2]


async def test_a_dead_job_is_seen_and_can_be_retried(house):
    kitchen = Kitchen(fails=TRIES)
    await house.put([Job("cook", {"dish": "pie"})])
    await house.drain(kitchen.handlers)
    (dead,) = await house.queue.list("dead")
    assert (dead.name, dead.state, dead.payload) == ("cook", "dead", {"dish": "pie"})
    assert await house.queue.counts() == {"waiting": 0, "running": 0, "done": 0, "dead": 1}
    assert await house.queue.retry(dead.id)
    assert not await house.queue.retry(dead.id)
    await house.drain(kitchen.handlers)
    assert await house.queue.counts() == {"waiting": 0, "running": 0, "done": 1, "dead": 0}
    assert not await house.queue.retry(dead.id + 1000)


async def test_a_job_without_a_handler_is_dead_and_visible(house):
    await house.put([Job("paint")])
    await house.drain(Kitchen().handlers)
    assert [(row.name, row.state) for row in await house.queue.list("dead")] == [("paint", "dead")]


async def test_a_job_waits_for_its_time(house):
    kitchen = Kitchen()
    later = await house.now() + timedelta(hours=1)
    await house.put([Job("cook", run_at=later)])
    assert await house.drain(kitchen.handlers) == 0
    assert (await house.queue.list("waiting"))[0].run_at == later
    assert await house.drain(kitchen.handlers, due_at=later) == 1


async def test_a_job_that_failed_waits(house_with):
    house, kitchen = house_with(in_an_hour), Kitchen(fails=1)
    await house.put([Job("cook")])
    assert await house.drain(kitchen.handlers) == 1
    (row,) = await house.queue.list("waiting")
    assert row.tries == 1
    assert row.run_at > await house.now() + timedelta(minutes=59)


async def test_of_jobs_that_wait_with_one_lock_one_is_kept(house):
    kitchen = Kitchen()
    await house.put([Job("cook", {"n": 1}, lock="stove"), Job("cook", {"n": 2}, lock="stove"), Job("cook", {"n": 3})])
    await house.put([Job("cook", {"n": 4}, lock="stove"), Job("cook", {"n": 5}, lock="grill")])
    await house.drain(kitchen.handlers)
    assert sorted(payload["n"] for payload in kitchen.served) == [1, 3, 5]
    await house.put([Job("cook", {"n": 6}, lock="stove")])
    assert await house.drain(kitchen.handlers) == 1


async def test_a_job_that_failed_gives_way_to_one_that_waits_with_its_lock(house):
    served = []

    async def cook(payload):
        served.append(payload["n"])
        if payload["n"] == 1:
            await house.put([Job("cook", {"n": 2}, lock="stove")])
            raise ValueError("burnt")

    await house.put([Job("cook", {"n": 1}, lock="stove")])
    await house.drain({"cook": cook})
    assert served == [1, 2]
    assert await house.queue.counts() == {"waiting": 0, "running": 0, "done": 1, "dead": 0}


async def test_the_newest_jobs_are_listed_and_only_so_many(house):
    await house.put([Job("cook", {"n": n}) for n in range(5)])
    assert [row.payload["n"] for row in await house.queue.list(limit=2)] == [3, 4]
    assert await house.queue.list("no such state") == []


def test_waits_grow_and_end():
    waits = [wait_after(tries) for tries in range(1, TRIES_MAX + 2)]
    seconds = [wait.total_seconds() for wait in waits if wait is not None]
    assert seconds == [5, 20, 80, 320, 1280, 5120, 20480]
    assert max(seconds) <= WAIT_SECONDS_MAX
    assert waits[TRIES_MAX - 1 :] == [None, None]


# What only the real one does: run by itself.


@pytest.fixture
def queue(tables, database) -> ProcrastinateQueue:
    return ProcrastinateQueue(tables, database, wait_after=at_once, poll_seconds=0.05)


async def put(database, *jobs: Job) -> None:
    async with database.transaction() as session:
        for job in jobs:
            await session.defer(job)


async def bounded(awaitable):
    async with asyncio.timeout(30):
        return await awaitable


async def test_a_worker_runs_what_comes_until_it_is_stopped(queue, database):
    stop, served = asyncio.Event(), asyncio.Queue()

    async def cook(payload):
        await served.put(payload["n"])

    worker = asyncio.create_task(queue.run({"cook": cook}, [], concurrency=2, stop=stop, stop_seconds=5))
    for n in range(3):
        await put(database, Job("cook", {"n": n}))
        assert await bounded(served.get()) == n
    stop.set()
    await bounded(worker)
    assert await queue.counts() == {"waiting": 0, "running": 0, "done": 3, "dead": 0}


async def test_no_job_waits_for_receivers_that_hang(queue, database):
    stop, served, posting = asyncio.Event(), asyncio.Event(), asyncio.Semaphore(0)

    async def send_webhook(payload):
        posting.release()
        await served.wait()

    async def cook(payload):
        served.set()

    for n in range(4):
        await put(database, Job("send_webhook", {"n": n}))
    handlers = {"cook": cook, "send_webhook": send_webhook}
    worker = asyncio.create_task(queue.run(handlers, [], concurrency=2, stop=stop, stop_seconds=5))
    for _ in range(4):
        await bounded(posting.acquire())
    await put(database, Job("cook"))
    await bounded(served.wait())
    stop.set()
    await bounded(worker)
    assert (await queue.counts())["done"] == 5


async def test_what_runs_at_the_stop_is_finished(queue, database):
    stop, begun = asyncio.Event(), asyncio.Event()

    async def cook(payload):
        begun.set()
        await stop.wait()
        await asyncio.sleep(0.1)

    await put(database, Job("cook"))
    worker = asyncio.create_task(queue.run({"cook": cook}, [], concurrency=1, stop=stop, stop_seconds=30))
    await bounded(begun.wait())
    stop.set()
    await bounded(worker)
    assert (await queue.counts())["done"] == 1


async def test_what_does_not_end_at_the_stop_waits_again(queue, database):
    stop, begun = asyncio.Event(), asyncio.Event()

    async def cook(payload):
        begun.set()
        await asyncio.Event().wait()

    await put(database, Job("cook"))
    worker = asyncio.create_task(queue.run({"cook": cook}, [], concurrency=1, stop=stop, stop_seconds=0.1))
    await bounded(begun.wait())
    stop.set()
    await bounded(worker)
    assert [(row.state, row.tries) for row in await queue.list()] == [("waiting", 1)]


async def test_a_job_by_the_clock_is_deferred_once_a_round(queue, database):
    stop, came = asyncio.Event(), asyncio.Event()

    async def sweep(payload):
        assert set(payload) == {"timestamp"}
        came.set()

    schedule = [Periodic("* * * * *", "sweep")]
    workers = [
        asyncio.create_task(queue.run({"sweep": sweep}, schedule, concurrency=1, stop=stop, stop_seconds=5))
        for _ in range(2)
    ]
    await bounded(came.wait())
    stop.set()
    await bounded(asyncio.gather(*workers))
    assert len(await queue.list()) in {1, 2}  # two, if a minute ended in between


@pytest.mark.parametrize(
    ("attempts", "heartbeat", "expected"),
    [
        (0, "2 minutes", ("done", 2)),  # found and run again
        (TRIES - 1, "2 minutes", ("dead", TRIES)),  # it killed its worker each time
        (0, "1 second", ("running", 0)),  # somebody is at it
        (0, None, ("done", 2)),  # its worker is forgotten already
    ],
)
async def test_the_jobs_of_a_dead_worker_are_run_again(queue, database, attempts, heartbeat, expected):
    await put(database, Job("cook"))
    async with database.transaction() as session:
        worker = None
        if heartbeat is not None:
            row = await session.fetch_one(
                text(
                    "INSERT INTO jobs.procrastinate_workers (last_heartbeat) "
                    "VALUES (now() - CAST(:age AS interval)) RETURNING id"
                ),
                {"age": heartbeat},
            )
            worker = row["id"]
        await session.execute(
            text("UPDATE jobs.procrastinate_jobs SET status = 'doing', attempts = :attempts, worker_id = :worker"),
            {"attempts": attempts, "worker": worker},
        )
    stop, served = asyncio.Event(), asyncio.Queue()

    async def cook(payload):
        await served.put(payload)

    await put(database, Job("cook", {"marker": True}))
    running = asyncio.create_task(queue.run({"cook": cook}, [], concurrency=1, stop=stop, stop_seconds=5))
    await bounded(served.get())
    if expected[0] == "done":
        await bounded(served.get())
    stop.set()
    await bounded(running)
    found = (await queue.list())[0]
    assert (found.state, found.tries) == expected


async def test_what_is_finished_for_long_is_forgotten(queue, database):
    await put(database, Job("cook", {"n": 1}), Job("cook", {"n": 2}), Job("cook", {"n": 3}))
    kitchen = Kitchen()
    await queue.drain(kitchen.handlers)
    await put(database, Job("cook", {"n": 4}))
    async with database.transaction() as session:
        await session.execute(text("UPDATE jobs.procrastinate_events SET at = now() - interval '2 hours'"))
        await session.execute(
            text("UPDATE jobs.procrastinate_jobs SET status = 'failed' WHERE args -> 'payload' ->> 'n' = '2'")
        )
    async with database.transaction() as session:
        assert await upkeep.forget(session) == 2
    assert sorted((row.payload["n"], row.state) for row in await queue.list()) == [(2, "dead"), (4, "waiting")]


async def test_payloads_are_not_logged(queue, database, caplog):
    caplog.set_level("DEBUG")
    await put(database, Job("cook", {"secret": "sesame"}))
    await queue.drain(Kitchen(fails=9).handlers)
    assert "failed for the last time" in caplog.text
    assert "sesame" not in caplog.text


async def test_an_outcome_that_cannot_be_written_at_once_is_written_later(queue, database, tables):
    """The line is cut while the job runs; the job is not run again, and its worker goes on."""
    stop, served = asyncio.Event(), asyncio.Queue()

    async def cook(payload):
        async with await psycopg.AsyncConnection.connect(tables) as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'safelight jobs'"
            )
        await served.put(payload["n"])

    worker = asyncio.create_task(queue.run({"cook": cook}, [], concurrency=1, stop=stop, stop_seconds=5))
    for n in range(2):
        await put(database, Job("cook", {"n": n}))
        assert await bounded(served.get()) == n
    stop.set()
    await bounded(worker)
    assert served.empty()
    assert await queue.counts() == {"waiting": 0, "running": 0, "done": 2, "dead": 0}


async def test_a_worker_outlives_its_database(tmp_path):
    server = EmbeddedPostgres(tmp_path)
    url = await server.start()
    with psycopg.connect(url) as connection:
        schema.create(connection)
    own = PostgresDatabase(url, defer=defer)
    queue = ProcrastinateQueue(url, own, poll_seconds=0.05)
    stop, served = asyncio.Event(), asyncio.Queue()

    async def cook(payload):
        await served.put(payload["n"])

    worker = asyncio.create_task(queue.run({"cook": cook}, [], concurrency=1, stop=stop, stop_seconds=5))
    await put(own, Job("cook", {"n": 1}))
    assert await bounded(served.get()) == 1
    await server.stop()
    await server.start()
    await put(own, Job("cook", {"n": 2}))
    assert await bounded(served.get()) == 2
    stop.set()
    await bounded(worker)
    await own.close()
    await server.stop()
