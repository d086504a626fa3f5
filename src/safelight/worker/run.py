"""Run: takes jobs and runs them until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Mapping, Sequence

from safelight.ports.queue import Handler, Periodic, Runner
from safelight.worker import jobs
from safelight.worker.schedule import SCHEDULE

LOG = logging.getLogger("safelight.jobs")

CONCURRENCY = 8
"""Jobs that one process runs at once. They wait for rendering and for the network, they do not compute."""


async def run(
    runner: Runner,
    handlers: Mapping[str, Handler],
    *,
    schedule: Sequence[Periodic] = SCHEDULE,
    concurrency: int = CONCURRENCY,
    stop_seconds: float = 20,
) -> None:
    """Until SIGTERM or SIGINT; what runs then may finish. The second signal of a kind does what it always does."""
    jobs.check(handlers, [*jobs.wanted(), *(periodic.name for periodic in schedule)])
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def ask_to_stop(number: signal.Signals) -> None:
        LOG.info("The worker stops")
        loop.remove_signal_handler(number)
        stop.set()

    for number in signals:
        loop.add_signal_handler(number, ask_to_stop, number)
    try:
        await runner.run(handlers, schedule, concurrency=concurrency, stop=stop, stop_seconds=stop_seconds)
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
