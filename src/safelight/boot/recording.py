"""Recording: the collector of what was answered, put together with who counts; the keepers of a serving process."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from safelight.activity.beacon import Beacon
from safelight.activity.day_keys import DayKeys
from safelight.activity.keep import Keep
from safelight.activity.record import Recorder
from safelight.activity.taken import Taken
from safelight.activity.write import WriteBatch
from safelight.boot import keeping
from safelight.boot.house import House
from safelight.boot.settling import settle
from safelight.uploads.sweep import Sweep
from safelight.usage import meter
from safelight.web import hit_changes
from safelight.web.client import networks_of
from safelight.web.hit_lines import HitLines
from safelight.web.hit_table import Hits
from safelight.web.metrics import Metrics

COUNTS = (meter.count,)
"""Who counts what was answered, in the transaction that writes it down."""


@dataclass(frozen=True)
class Recording:
    """Of one process; without both where nothing is recorded."""

    recorder: Recorder | None = None
    hit_lines: HitLines | None = None


def recording_of(rooms: House) -> Recording:
    settings = rooms.settings.activity
    if not settings.on:
        return Recording()
    write = WriteBatch(rooms.database, DayKeys(rooms.keys.store), rooms.clock, rooms.geo.country, COUNTS)
    beacon = Beacon(_beacons_of(rooms))
    recorder = Recorder(write, rooms.clock, lines_max=settings.lines_max, beacon=beacon)
    proxies = networks_of(rooms.settings.server.proxies)
    return Recording(recorder, HitLines(recorder, proxies, lines_max=settings.lines_max))


def taken_of(rooms: House) -> Taken:
    return Taken(rooms.settings.activity.on)


def _beacons_of(rooms: House) -> Path:
    return rooms.settings.data / "run" / "recording"


def hits_of(rooms: House) -> Hits:
    settings = rooms.settings.server
    return Hits(
        bytes_max=settings.hit_cache_bytes,
        file_bytes_max=settings.hit_file_bytes_max,
        heads_max=settings.hit_heads_max,
        forget=rooms.ring.forget,
    )


def keep_of(rooms: House) -> Keep:
    return Keep(rooms.database, rooms.clock, rooms.settings.activity)


def lifespan_of(
    rooms: House, hits: Hits, metrics: Metrics, sweep: Sweep, recording: Recording
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """While the door is open it hears of changes, counts its hits, writes down what it did and sweeps its machine."""
    stale_seconds, recorder = rooms.settings.server.hit_stale_seconds, recording.recorder

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        keepers = [
            asyncio.create_task(hit_changes.watch(rooms.database, hits, stale_seconds=stale_seconds)),
            asyncio.create_task(keeping.count_hits(hits, metrics)),
            asyncio.create_task(keeping.turn_heads(hits)),
            asyncio.create_task(keeping.keep_machine_swept(sweep)),
            asyncio.create_task(keeping.keep_uses(rooms.database, hits.uses, rooms.clock)),
        ]
        if recorder is not None:
            keepers += [
                asyncio.create_task(recorder.keep()),
                asyncio.create_task(keeping.count_recorded(recorder, metrics)),
                asyncio.create_task(keeping.count_left(recorder, rooms.database, _beacons_of(rooms), rooms.clock)),
            ]
        settle()
        yield
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        if recorder is not None:
            # Every request has its answer now: nothing comes after this.
            await recorder.close()

    return lifespan
