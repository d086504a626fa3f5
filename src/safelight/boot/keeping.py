"""Keeping: what a process that serves does beside serving, every second, minute and hour."""

import asyncio
from contextlib import suppress
from pathlib import Path

from safelight.activity import losses
from safelight.activity.record import Recorded, Recorder
from safelight.derived import uses
from safelight.derived.uses import Uses
from safelight.kernel.clock import Clock
from safelight.kernel.errors import SafelightError
from safelight.ports.database import Database
from safelight.uploads.sweep import Sweep
from safelight.web import logs
from safelight.web.hit_table import Hits
from safelight.web.metrics import Metrics

HITS_COUNTED_EACH_SECONDS = 1.0
HEADS_TURNED_EACH_SECONDS = 60.0
"""Nothing of what clients sent is known again after twice that time, unless they sent it meanwhile."""
USES_WRITTEN_EACH_SECONDS = 60.0
SWEPT_EACH_SECONDS = 60 * 60
LEFT_COUNTED_EACH_SECONDS = 10.0


async def count_hits(hits: Hits, metrics: Metrics) -> None:
    """Hits are counted in plain numbers on their path, and carried over to what Prometheus reads once a second."""
    before = hits.counts()
    while True:
        await asyncio.sleep(HITS_COUNTED_EACH_SECONDS)
        now = hits.counts()
        metrics.hits(now.hits - before.hits, now.sent_bytes - before.sent_bytes)
        before = now


async def turn_heads(hits: Hits, each_seconds: float = HEADS_TURNED_EACH_SECONDS) -> None:
    """For ever: whom nobody has heard of for a while is forgotten."""
    while True:
        await asyncio.sleep(each_seconds)
        hits.heads.turn()


async def count_recorded(recorder: Recorder, metrics: Metrics) -> None:
    """What was lost of the record is told where operators look."""
    before = Recorded()
    while True:
        await asyncio.sleep(HITS_COUNTED_EACH_SECONDS)
        now = recorder.recorded()
        metrics.activity(now.requests - before.requests, now.lost - before.lost)
        before = now


async def count_left(
    recorder: Recorder, database: Database, folder: Path, clock: Clock, each_seconds: float = LEFT_COUNTED_EACH_SECONDS
) -> None:
    """For ever: what processes beside this one lost that were killed. While the database is away it is left there."""
    while True:
        with suppress(SafelightError, OSError):
            recorder.tell_lost(await losses.count_left(database, folder, clock.now()))
        await asyncio.sleep(each_seconds)


async def keep_machine_swept(sweep: Sweep, each_seconds: float = SWEPT_EACH_SECONDS) -> None:
    """For ever: a machine that only serves runs no jobs, and yet has leftovers of its own."""
    while True:
        await asyncio.sleep(each_seconds)
        try:
            await sweep.sweep_machine()
        except (SafelightError, OSError) as error:
            logs.logger().warning("the machine could not be swept", reason=str(error))


async def keep_uses(
    database: Database, noted: Uses, clock: Clock, each_seconds: float = USES_WRITTEN_EACH_SECONDS
) -> None:
    """For ever. What was noted while the database is away is forgotten: it would only have made a file look younger."""
    while True:
        await asyncio.sleep(each_seconds)
        with suppress(SafelightError):
            await uses.write(database, noted.take(), clock.now())
