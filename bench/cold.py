"""(1, 2) The first derive of distinct sizes of large photos, over HTTP, against bare loops and other servers.

All make the same sizes of the same photos in the same format at the same quality, in turns; who begins changes each
time. A loop has two threads, and whoever speaks HTTP is asked for four at a time: between two answers a caller is busy
with the one it got, and with as many callers as cores a server would have less to do than a loop. A ratio is that of
one turn, and the row has the middle of all turns with its quarters. We take part twice: once decoding the original each
time, as all others do, and once with the intermediate that we keep of a photo. How like its photo each picture is
stands beside.
"""

import concurrent.futures
import contextlib
import http.client
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import likeness, loops
from bench.figures import Aim, Figure
from bench.measure import Spread, cpu_seconds, middle, tree
from bench.pace import Pace
from bench.peers import install
from bench.peers.model import Absent
from bench.peers.running import running
from bench.started import started
from tests.installation import Installation

FORMATS: dict[str, dict[str, object]] = {
    "jpg": {"Q": 80, "optimize_coding": True},
    "webp": {"Q": 80, "effort": 2},
    "avif": {"Q": 60, "effort": 0, "compression": "av1"},
}
AIMS = {
    "thumbor": {"jpg": 0.95, "webp": 1.15, "avif": 1.6},
    "ipx": {"jpg": 1.2, "webp": 1.4, "avif": 10},
    "imgproxy": {"jpg": 1.3, "webp": 1.4, "avif": 1.9},
    "imagor": {"jpg": 1.9, "webp": 2.0, "avif": 2.4},
    "bare libvips": {"jpg": 0.95, "webp": 0.95, "avif": 0.95},
}
AIM_WITH_INTERMEDIATE = 2.0
ORIGINAL, INTERMEDIATE = "Safelight, from the original", "Safelight, with the intermediate"
OURS = (ORIGINAL, INTERMEDIATE)
BOX_FIRST, BOXES, BOX_LOOKED_AT = 470, 59, 469
"""Distinct sizes about 500 px; one more, for the likeness."""
PER_TURN, PER_TURN_SLOW, SLOW_PER_SECOND = 24, 6, 5
AT_ONCE = 4
INTERMEDIATES_SECONDS_MAX = 300
REQUEST_SECONDS_MAX = 120


@dataclass(frozen=True)
class Job:
    photo: Path
    box: int


@dataclass(frozen=True)
class Turn:
    rate: float
    cpu_ms: float
    """Of the processor, for each picture."""
    bytes: float


@dataclass(frozen=True)
class Side:
    """One that makes pictures."""

    name: str
    formats: frozenset[str]
    make: Callable[[Sequence[Job], str], Turn]
    look: Callable[[Job, str], bytes]


def of_loop(name: str, loop: loops.Loop, scratch: Path) -> Side:
    def make(jobs: Sequence[Job], suffix: str) -> Turn:
        told = loop.make([(str(job.photo), job.box, suffix, FORMATS[suffix], None) for job in jobs])
        return Turn(len(jobs) / told["wall"], told["cpu"] / len(jobs) * 1000, told["bytes"] / len(jobs))

    def look(job: Job, suffix: str) -> bytes:
        target = scratch / f"looked-at.{suffix}"
        loop.make([(str(job.photo), job.box, suffix, FORMATS[suffix], str(target))])
        return target.read_bytes()

    return Side(name, frozenset(FORMATS), make, look)


def of_server(name: str, formats: frozenset[str], port: int, pid: int, path: Callable[[Job, str], str]) -> Side:
    def ask(jobs: Sequence[Job], suffix: str) -> list[bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS_MAX)
        bodies: list[bytes] = []
        for job in jobs:
            connection.request("GET", path(job, suffix))
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, f"{name}: {answer.status} for {path(job, suffix)}"
            bodies.append(body)
        connection.close()
        return bodies

    def make(jobs: Sequence[Job], suffix: str) -> Turn:
        before, began = cpu_seconds(tree(pid)), time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as callers:
            shares = [jobs[number::AT_ONCE] for number in range(AT_ONCE)]
            size = sum(len(body) for bodies in callers.map(lambda share: ask(share, suffix), shares) for body in bodies)
        wall, cpu = time.perf_counter() - began, cpu_seconds(tree(pid)) - before
        return Turn(len(jobs) / wall, cpu / len(jobs) * 1000, size / len(jobs))

    return Side(name, formats, make, lambda job, suffix: ask([job], suffix)[0])


def of_ours(name: str, safelight: Installation) -> Side:
    assert safelight.process is not None

    def path(job: Job, suffix: str) -> str:
        quality = FORMATS[suffix]["Q"]
        return f"/{safelight.cloud}/image/upload/c_fit,w_{job.box},h_{job.box},q_{quality}/{job.photo.stem}.{suffix}"

    return of_server(name, frozenset(FORMATS), safelight.port, safelight.process.pid, path)


def run(folder: Path, photos: dict[str, Path], build: Path, pace: Pace) -> list[Figure]:
    shown = folder / "cold-photos"
    shown.mkdir()
    shown.chmod(0o755)
    copies = [Path(shutil.copy(path, shown)) for path in photos.values()]
    absent: list[Absent] = []
    with contextlib.ExitStack() as stack:
        sides: list[Side] = []
        for name, place, px in ((ORIGINAL, "original", "0"), (INTERMEDIATE, "intermediate", "")):
            safelight = _installed(stack, folder / place, px, copies)
            sides.append(of_ours(name, safelight))
        sides.append(of_loop("bare libvips, two threads", stack.enter_context(loops.libvips()), folder))
        for peer in install.everything(build):
            if isinstance(peer, Absent):
                absent.append(peer)
                continue
            try:
                here = stack.enter_context(running(peer, shown, folder / peer.name.split()[0]))
            except RuntimeError as error:
                absent.append(Absent(peer.name, str(error)))
                continue

            def path(job: Job, suffix: str, ask: Callable[[str, int, str], str] = peer.path) -> str:
                return ask(job.photo.name, job.box, suffix)

            sides.append(of_server(peer.name, peer.formats, here.port, here.pid, path))
        modules = install.sharp_modules(build)
        if modules is not None:
            sharp = stack.enter_context(loops.sharp(modules))
            sides.append(of_loop("sharp, in a loop, two at a time", sharp, folder))
        figures: list[Figure] = []
        for suffix in FORMATS:
            taking = [side for side in sides if suffix in side.formats]
            figures += _told(
                suffix, taking, absent, _turns(taking, copies, suffix, pace), _looks(taking, copies, suffix)
            )
        return figures


def _installed(stack: contextlib.ExitStack, place: Path, px: str, copies: Sequence[Path]) -> Installation:
    more = {"SAFELIGHT_RENDER_INTERMEDIATE_PX": px} if px else {}
    safelight = stack.enter_context(started(place, **more))
    for photo in copies:
        safelight.upload(photo.read_bytes(), public_id=photo.stem)
    if not px:
        wait_for_intermediates(safelight, len(copies))
    return safelight


def wait_for_intermediates(safelight: Installation, count: int) -> None:
    """They are made in the background, after each upload."""
    give_up_at = time.monotonic() + INTERMEDIATES_SECONDS_MAX
    while len(list((safelight.folder / "data").rglob("i/*.jpg"))) < count:
        assert time.monotonic() < give_up_at, "the intermediates were not made: are all photos large enough?"
        time.sleep(0.2)


def _turns(sides: Sequence[Side], photos: Sequence[Path], suffix: str, pace: Pace) -> dict[str, list[Turn]]:
    """The first turn warms all, and tells who is too slow to make as many as the others."""
    turns: dict[str, list[Turn]] = {side.name: [] for side in sides}
    slow: set[str] = set()
    number = 0
    for turn in range(pace.turns + 1):
        wanted = PER_TURN_SLOW if turn == 0 else PER_TURN
        jobs = [
            Job(photos[each % len(photos)], BOX_FIRST + each // len(photos) % BOXES)
            for each in range(number, number + wanted)
        ]
        number += wanted
        first = turn % len(sides)
        for side in (*sides[first:], *sides[:first]):
            made = side.make(jobs[:PER_TURN_SLOW] if side.name in slow else jobs, suffix)
            if turn:
                turns[side.name].append(made)
            elif made.rate < SLOW_PER_SECOND:
                slow.add(side.name)
    return turns


def _looks(sides: Sequence[Side], photos: Sequence[Path], suffix: str) -> dict[str, tuple[float, float]]:
    return {
        side.name: likeness.mean(
            [likeness.likeness(photo, side.look(Job(photo, BOX_LOOKED_AT), suffix)) for photo in photos]
        )
        for side in sides
    }


def _told(
    suffix: str,
    sides: Sequence[Side],
    absent: Sequence[Absent],
    turns: dict[str, list[Turn]],
    looks: dict[str, tuple[float, float]],
) -> list[Figure]:
    figures: list[Figure] = []
    quality = f"{suffix} q{FORMATS[suffix]['Q']}"
    for ours in OURS:
        work = f"cold derive, {quality}, {ours.rpartition(', ')[2]}"
        for theirs in (side.name for side in sides if side.name not in OURS):
            pairs = list(zip(turns[ours], turns[theirs], strict=True))
            worked = [their.cpu_ms / our.cpu_ms for our, their in pairs]
            figures.append(
                Figure(
                    part="cold",
                    work=work,
                    against=theirs,
                    aim=_aim(ours, theirs, suffix),
                    value=Spread.of([our.rate / their.rate for our, their in pairs]),
                    ours=f"{middle(our.rate for our, _ in pairs):.1f} /s",
                    theirs=f"{middle(their.rate for _, their in pairs):.1f} /s",
                    cpu=f"{middle(o.cpu_ms for o, _ in pairs):.0f} / {middle(t.cpu_ms for _, t in pairs):.0f}",
                    beside=f"by CPU {middle(worked):.2f}; {_picture(ours, turns, looks)} / "
                    f"{_picture(theirs, turns, looks)}",
                    numbers={"by_cpu": worked, "likeness": {"ours": looks[ours], "theirs": looks[theirs]}},
                )
            )
        figures += [Figure("cold", work, peer.name, _aim(ours, peer.name, suffix), lacking=peer.why) for peer in absent]
    return figures


def _picture(name: str, turns: dict[str, list[Turn]], looks: dict[str, tuple[float, float]]) -> str:
    same, seen = looks[name]
    return f"SSIM {same:.3f}, SSIMULACRA2 {seen:.1f}, {middle(turn.bytes for turn in turns[name]) / 1000:.1f} KB"


def _aim(ours: str, theirs: str, suffix: str) -> Aim | None:
    aims = next((aims for name, aims in AIMS.items() if theirs.startswith(name)), None)
    if aims is None:
        return None
    return Aim(AIM_WITH_INTERMEDIATE if ours == INTERMEDIATE else aims[suffix])
