"""(6) Flood: twice as many new sizes a second as can be made, whatever the answers take.

What can be made is measured first, by callers who wait. Then as many are asked for as half of it, and as twice of it;
each from the moment when it should have been asked. A browser that asks for a stored file meanwhile is served, too.
"""

import asyncio
import concurrent.futures
import itertools
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.asking import Caller
from bench.figures import Aim, Figure
from bench.measure import Spread, cpu_seconds, memory_of_all, percentile, tree
from bench.pace import Pace
from bench.photos import enlarged
from bench.started import started
from safelight.settings import DerivedSettings
from tests.installation import Installation

CALLERS = 4
SUSTAINED_SECONDS = 6
SECONDS_EACH, SECONDS_MAX = 10, 90
WORD_SECONDS_MAX = 120
REFUSED = {429, 503}
REFUSED_AIM = Aim(50, is_most=True, unit=" ms")
SIDE = (2400, 1800)
BROWSER_SECONDS = 0.05
"""Between two stored files that the browser asks for."""


@dataclass(frozen=True)
class Waited:
    status: int
    ms: float
    has_retry_after: bool


def run(folder: Path, pace: Pace) -> list[Figure]:
    photo = enlarged("astronaut", *SIDE).jpegsave_buffer(Q=90)
    # Nobody is refused for what he asked for in an hour: this is about what the machine can do.
    quiet = {
        "SAFELIGHT_DERIVED_NEW_PER_HOUR": "0",
        "SAFELIGHT_DERIVED_NEW_PER_HOUR_ADDRESS": "0",
        "SAFELIGHT_RENDER_INTERMEDIATE_PX": "0",
    }
    with started(folder / "flood", **quiet) as safelight:
        assert safelight.process is not None
        pid = safelight.process.pid
        caller = Caller(safelight.port)
        assert caller.upload(safelight, "photo", photo).status == 200
        sizes = itertools.count()
        caller.get(path(safelight, next(sizes)))
        sustained = _sustained(safelight, sizes)
        figures: list[Figure] = []
        for factor, label in ((0.5, "half of"), (2.0, "twice")):
            rate = sustained * factor
            before, began = cpu_seconds(tree(pid)), time.perf_counter()
            found, browser = asyncio.run(_flood(safelight, rate, seconds_of(sustained, pace), sizes))
            seconds = time.perf_counter() - began
            cpu = (cpu_seconds(tree(pid)) - before) / seconds
            figures += _told(f"{label} the sustainable load ({rate:.0f} /s)", found, browser, cpu, memory_of_all(pid))
        caller.close()
    return figures


def seconds_of(sustained: float, pace: Pace) -> float:
    """Long enough that the queue of one cloud is full for as long as it took to fill, within reason."""
    return min(SECONDS_MAX, max(pace.seconds * SECONDS_EACH, 2 * DerivedSettings().waiting_max_each / sustained))


def path(safelight: Installation, number: int) -> str:
    """A size that nobody asked for before."""
    return f"/{safelight.cloud}/image/upload/c_scale,w_{300 + number % 400},h_{200 + number // 400}/photo.jpg"


def _sustained(safelight: Installation, sizes: "itertools.count[int]") -> float:
    """New sizes a second, by callers who wait for each."""
    until = time.perf_counter() + SUSTAINED_SECONDS

    def some(_: int) -> int:
        caller, made = Caller(safelight.port), 0
        while time.perf_counter() < until:
            assert caller.get(path(safelight, next(sizes))).status == 200
            made += 1
        caller.close()
        return made

    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        return sum(callers.map(some, range(CALLERS))) / SUSTAINED_SECONDS


async def _flood(
    safelight: Installation, rate: float, seconds: float, sizes: "itertools.count[int]"
) -> tuple[list[Waited], list[Waited]]:
    """Each on a connection of its own, as visitors are; and what the browser waited for."""
    over = asyncio.Event()
    browser = asyncio.create_task(_browse(safelight, over))
    asked: list[asyncio.Task[Waited]] = []
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.append(asyncio.create_task(_ask(safelight.port, path(safelight, next(sizes)), due)))
    found = await asyncio.gather(*asked)
    over.set()
    return list(found), await browser


async def _browse(safelight: Installation, over: asyncio.Event) -> list[Waited]:
    stored = path(safelight, 0)
    found: list[Waited] = []
    while not over.is_set():
        found.append(await _ask(safelight.port, stored, time.perf_counter()))
        await asyncio.sleep(BROWSER_SECONDS)
    return found


async def _ask(port: int, path: str, due: float) -> Waited:
    async with asyncio.timeout(WORD_SECONDS_MAX):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(-1)
        took = (time.perf_counter() - due) * 1000
        writer.close()
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return Waited(int(head.split(None, 2)[1]), took, b"\r\nretry-after:" in head)


def _told(load: str, found: list[Waited], browser: list[Waited], cpu: float, mib: float) -> list[Figure]:
    counts = Counter(waited.status for waited in found)
    made = [waited.ms for waited in found if waited.status == 200]
    refused = [waited.ms for waited in found if waited.status in REFUSED]
    silent = sum(not waited.has_retry_after for waited in found if waited.status in REFUSED)
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(counts.items()))
    figures = [
        Figure(
            "flood",
            f"new sizes at {load}: p99 of the wait in ms (median to longest)",
            value=_p99(made) if made else None,
            lacking="" if made else "none was made",
            beside=f"{answers}; {cpu:.1f} cores; {mib:.0f} MiB after it",
            numbers={"statuses": dict(counts)},
        ),
        Figure(
            "flood",
            f"a stored file meanwhile, at {load}: p99 of the wait in ms (median to longest)",
            value=_p99([waited.ms for waited in browser]),
        ),
    ]
    if refused:
        figures.append(
            Figure(
                "flood",
                f"refused at {load}: median of the wait in ms",
                aim=REFUSED_AIM,
                value=Spread(percentile(refused, 25), percentile(refused, 50), percentile(refused, 75)),
                ours=f"p99 {percentile(refused, 99):.0f} ms",
                beside=f"{len(refused)} refused" + (f", {silent} without Retry-After" if silent else ""),
            )
        )
    return figures


def _p99(values: list[float]) -> Spread:
    return Spread(percentile(values, 50), percentile(values, 99), percentile(values, 100))
