"""The worker as a process of its own: it stops when asked, and what it held when it was killed is done by the next."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from safelight.adapters.queue import upkeep
from safelight.adapters.queue.procrastinate import ProcrastinateQueue
from safelight.kernel.errors import Internal
from safelight.ports.queue import Job
from safelight.worker import jobs
from safelight.worker.run import run
from safelight.worker.schedule import SCHEDULE
from safelight.worker.subscriptions import REACTIONS, by_topic

SECONDS_MAX = 60

# Does what is wanted by name: `cook` says its payload, and takes as long as it is told.
WORKER = """
import asyncio, logging, sys
from pathlib import Path
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.worker import jobs
from safelight.worker.run import run

async def cook(payload):
    print("began", payload["n"], flush=True)
    await asyncio.sleep(payload["seconds"])
    print("done", payload["n"], flush=True)

async def nothing(payload):
    pass

async def main():
    database = PostgresDatabase(sys.argv[1], defer=procrastinate.defer)
    folder = Path(sys.argv[2]) if sys.argv[2:] else None
    queue = procrastinate.ProcrastinateQueue(sys.argv[1], database, poll_seconds=0.1, folder=folder)
    handlers = {name: nothing for name in jobs.wanted()} | {"cook": cook}
    await run(queue, handlers, schedule=(), concurrency=2, stop_seconds=30)
    await database.close()
    print("stopped", flush=True)

asyncio.run(main())
"""


@pytest.fixture
def start(tables):
    started = []

    def start(*folder: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, tables, *folder],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


async def said(process: subprocess.Popen[str]) -> str:
    async with asyncio.timeout(SECONDS_MAX):
        return (await asyncio.to_thread(process.stdout.readline)).strip()


async def put(database, n: int, seconds: float) -> None:
    async with database.transaction() as session:
        await session.defer(Job("cook", {"n": n, "seconds": seconds}))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_finishes_what_it_began_and_stops(database, tables, start, number):
    worker = start()
    await put(database, 1, 0.5)
    assert await said(worker) == "began 1"
    worker.send_signal(number)
    assert [await said(worker), await said(worker)] == ["done 1", "stopped"]
    assert worker.wait() == 0
    assert (await ProcrastinateQueue(tables, database).counts())["done"] == 1


async def test_what_a_killed_worker_held_is_done_by_the_next(database, start):
    killed = start()
    await put(database, 1, 1)
    assert await said(killed) == "began 1"
    killed.kill()
    killed.wait()
    # As if the half minute had passed after which its silence is noticed.
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE jobs.procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
        )
    next_one = start()
    assert [await said(next_one), await said(next_one)] == ["began 1", "done 1"]


async def test_what_a_worker_killed_on_this_machine_held_does_not_wait_for_its_silence(database, start, tmp_path):
    killed = start(str(tmp_path))
    await put(database, 1, 1)
    assert await said(killed) == "began 1"
    killed.kill()
    killed.wait()
    began = time.monotonic()
    next_one = start(str(tmp_path))
    assert [await said(next_one), await said(next_one)] == ["began 1", "done 1"]
    assert time.monotonic() - began < upkeep.SILENT_SECONDS_MAX


async def test_it_does_not_start_while_a_job_has_nobody():
    with pytest.raises(Internal, match="announce_upload"):
        await run(None, {})


def test_handlers_go_by_their_names():
    async def cook(payload): ...

    assert jobs.named(cook) == {"cook": cook}


def test_all_facts_and_rounds_are_asked_of_somebody():
    assert by_topic()["UploadReceived"] == ("announce_upload", "make_eager")
    assert len(by_topic()) == len(REACTIONS)
    assert {periodic.name for periodic in SCHEDULE} <= jobs.wanted()
