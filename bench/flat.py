"""(8) Flat: the memory of every process after many mixed requests, against when all was warm.

Mixed means what a site with an editor asks for: stored files, most of them; answers without a body, ranges, addresses
of nothing; now and then a new size, an upload that replaces a file, a listing, a search.
"""

import base64
import concurrent.futures
import itertools
import random
import time
from pathlib import Path

import pyvips

from bench.asking import Caller
from bench.figures import Aim, Figure
from bench.measure import Spread, memory
from bench.pace import Pace
from bench.photos import enlarged
from bench.started import started
from tests.installation import Installation

CALLERS = 4
NAMES = 8
WARM_SHARE = 5
"""One request of so many comes before the first look."""
MIX = {"hit": 900, "unchanged": 30, "range": 20, "nothing": 20, "new size": 15, "upload": 5, "listing": 5, "search": 5}
GROWTH_AIM = Aim(1.1, is_most=True)
"""What a warm allocator, and a database's caches, may still do."""
LOOKS, WARM = 5, 2
"""How often it is looked, and after which look memory should not grow any more."""
SETTLE_SECONDS = 3


def run(folder: Path, pace: Pace) -> list[Figure]:
    photo = enlarged("chelsea", 800, 600).jpegsave_buffer(Q=85)
    photos = [_other(photo, number) for number in range(NAMES)]
    with started(folder / "flat") as safelight:
        assert safelight.process is not None
        caller = Caller(safelight.port)
        for number, data in enumerate(photos):
            assert caller.upload(safelight, f"photo-{number}", data).status == 200
        widths = itertools.count(100)
        began = time.monotonic()
        _mixed(safelight, photos, pace.requests // WARM_SHARE, widths)
        seen = [memory(safelight.process.pid)]
        for _ in range(LOOKS):
            _mixed(safelight, photos, pace.requests // LOOKS, widths)
            time.sleep(SETTLE_SECONDS)
            seen.append(memory(safelight.process.pid))
        seconds = time.monotonic() - began
        caller.close()
    figures: list[Figure] = []
    work = f"memory after {pace.requests} mixed requests"
    for role in sorted(seen[0]):
        course = [look.get(role, 0.0) for look in seen]
        ratio = course[-1] / course[WARM]
        figures.append(
            Figure(
                "flat",
                f"{work}, {role}",
                f"after {WARM} of {LOOKS} parts of them",
                GROWTH_AIM,
                Spread(ratio, ratio, ratio),
                ours=f"{course[-1]:.0f} MiB",
                theirs=f"{course[WARM]:.0f} MiB",
                beside="on the way: " + ", ".join(f"{each:.0f}" for each in course),
                numbers={"course": course, "seconds": seconds},
            )
        )
    return figures


def _other(photo: bytes, number: int) -> bytes:
    """A photo of the same size with other bytes."""
    image = pyvips.Image.new_from_buffer(photo, "")
    return bytes((image + number).cast("uchar").jpegsave_buffer(Q=85))


def _mixed(safelight: Installation, photos: list[bytes], count: int, widths: "itertools.count[int]") -> None:
    """So many, by some who ask at the same time; which are the same each time."""

    def some(seed: int) -> None:
        chance = random.Random(seed)
        caller = Caller(safelight.port)
        kinds = chance.choices(list(MIX), list(MIX.values()), k=count // CALLERS)
        for kind in kinds:
            _ask(safelight, caller, kind, chance.randrange(NAMES), photos, widths)
        caller.close()

    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(some, range(CALLERS)))


def _ask(
    safelight: Installation, caller: Caller, kind: str, number: int, photos: list[bytes], widths: "itertools.count[int]"
) -> None:
    file = f"/{safelight.cloud}/image/upload/c_fit,w_{200 + 20 * number}/photo-{number}.jpg"
    signed = {"Authorization": "Basic " + base64.b64encode(":".join(safelight.auth).encode()).decode()}
    match kind:
        case "hit":
            status, wanted = caller.get(file).status, {200}
        case "unchanged":
            first = caller.get(file)
            status, wanted = caller.get(file, {"If-None-Match": first.etag or ""}).status, {304, 200}
        case "range":
            status, wanted = caller.get(file, {"Range": "bytes=100-999"}).status, {206}
        case "nothing":
            status, wanted = caller.get(file.replace("photo", f"nothing-{next(widths)}")).status, {404}
        case "new size":
            width = next(widths)
            path = f"/{safelight.cloud}/image/upload/c_scale,w_{100 + width % 700},h_{100 + width // 700}/photo-1.jpg"
            status, wanted = caller.get(path).status, {200}
        case "upload":
            status, wanted = caller.upload(safelight, f"photo-{number}", photos[number]).status, {200}
        case "listing":
            path = f"/v1_1/{safelight.cloud}/resources/image?max_results=10"
            status, wanted = caller.get(path, signed).status, {200}
        case _:
            path = f"/v1_1/{safelight.cloud}/resources/search?expression=photo*"
            status, wanted = caller.get(path, signed).status, {200}
    assert status in wanted, f"{kind}: {status}"
