"""(7) Growth: what one more request costs with many assets in a cloud, many clouds, many derived files of an asset.

At each size some files are uploaded, each is made small once (a miss), and what was made is asked for again (a hit).
Medians, by the clock and of the processor, all processes together; and what the database takes on the disk. The curves
of a whole run are drawn into docs/explanation.
"""

import base64
import json
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import catalogue
from bench.asking import Caller
from bench.curves import drawing
from bench.figures import Figure
from bench.measure import Spread, cpu_seconds_exact, middle, tree
from bench.pace import WHOLE, Pace
from bench.photos import enlarged
from bench.started import started
from safelight.adapters.database.folder import running_url
from tests.installation import Installation

PAGES = Path(__file__).parent.parent / "docs" / "explanation"
RESULTS = Path(__file__).parent / "results"
"""Where the drawings of a brief run lie."""
PROBES = 24
HITS = 20
"""For each file that was made."""
PLANTED_EACH = 1000
"""Assets of each further cloud."""
DONE = {200}


@dataclass(frozen=True)
class Tenant:
    """A cloud, and the key to it."""

    cloud: str
    auth: str


@dataclass(frozen=True)
class Stage:
    """Whom to ask at one size, and for what."""

    tenants: Sequence[Tenant]
    asset: str = ""
    """Whose further sizes are asked for; those of what was uploaded just now if not said."""


@dataclass(frozen=True)
class Point:
    """At one size; milliseconds by the clock, and of the processor."""

    count: int
    hit_ms: float
    hit_cpu_ms: float
    miss_ms: float
    miss_cpu_ms: float
    upload_ms: float
    upload_cpu_ms: float
    database_mib: float
    files_mib: float


Grow = Callable[[Installation, int, int], Stage]
"""From one count to another."""


def run(folder: Path, pace: Pace) -> list[Figure]:
    figures: list[Figure] = []
    for what, counts, grow in (
        ("assets", pace.assets, _assets),
        ("clouds", pace.clouds, _Clouds()),
        ("derived files of an asset", pace.derived, _derived),
    ):
        points: list[Point] = []
        with started(folder / f"growth-{what.split()[0]}") as safelight:
            _measured(safelight, 0, Stage([_first(safelight)]))  # warms all
            last = 0
            for count in counts:
                points.append(_measured(safelight, count, grow(safelight, last, count)))
                last = count
        figures += _told(what, points)
        _draw(what, points, PAGES if pace is WHOLE else RESULTS)
    return figures


def _measured(safelight: Installation, count: int, stage: Stage) -> Point:
    """Asked in turns of all clouds."""
    assert safelight.process is not None
    photo = enlarged("coffee", 640, 480).jpegsave_buffer(Q=85)
    caller = Caller(safelight.port)
    tenants = stage.tenants

    def timed(times: int, ask: Callable[[int], float]) -> tuple[float, float]:
        processes = tree(safelight.process.pid if safelight.process else 0)
        before = cpu_seconds_exact(processes)
        took = [ask(number) * 1000 for number in range(times)]
        return middle(took), (cpu_seconds_exact(processes) - before) / times * 1000

    def upload(number: int) -> float:
        tenant = tenants[number % len(tenants)]
        data = photo + f"{count}/{number}".encode()
        answer = caller.upload(safelight, f"probe-{count}-{number}", data, cloud=tenant.cloud, auth=tenant.auth)
        assert answer.status in DONE, answer.body[:200]
        return answer.seconds

    def deliver(number: int) -> float:
        tenant = tenants[number % len(tenants)]
        asset = stage.asset or f"probe-{count}-{number}"
        answer = caller.get(f"/{tenant.cloud}/image/upload/c_scale,w_{200 + number}/{asset}.jpg")
        assert answer.status in DONE, answer.body[:200]
        return answer.seconds

    uploads = timed(PROBES, upload)
    misses = timed(PROBES, deliver)
    hits = timed(PROBES * HITS, lambda number: deliver(number % PROBES))
    caller.close()
    return Point(count, *hits, *misses, *uploads, _database_mib(safelight), _files_mib(safelight))


def _assets(safelight: Installation, last: int, count: int) -> Stage:
    with psycopg.connect(_url(safelight)) as connection:
        cloud = connection.execute("SELECT id FROM clouds WHERE name = %s", [safelight.cloud]).fetchone()
        assert cloud is not None
        catalogue.plant(connection, {cloud[0]: range(last + 1, count + 1)})
    return Stage([_first(safelight)])


class _Clouds:
    """Each with a thousand assets; the first is there already."""

    def __init__(self) -> None:
        self._tenants: list[Tenant] = []

    def __call__(self, safelight: Installation, last: int, count: int) -> Stage:
        new = [_cloud(safelight, f"cloud-{number}") for number in range(max(last, 1), count)]
        new = new if last else [_first(safelight), *new]
        with psycopg.connect(_url(safelight)) as connection:
            names = [tenant.cloud for tenant in new]
            rows = connection.execute("SELECT id FROM clouds WHERE name = ANY(%s)", [names]).fetchall()
            catalogue.plant(connection, {row[0]: range(1, PLANTED_EACH + 1) for row in rows})
        self._tenants += new
        return Stage(tuple(self._tenants))


def _first(safelight: Installation) -> Tenant:
    """The cloud that is there from the start."""
    return Tenant(safelight.cloud, ":".join(safelight.auth))


def _cloud(safelight: Installation, name: str) -> Tenant:
    request = urllib.request.Request(
        f"{safelight.base}/v1_1/provisioning/accounts/{safelight.account}/sub_accounts",
        json.dumps({"name": name, "cloud_name": name}).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": "Basic " + base64.b64encode(":".join(safelight.auth).encode()).decode(),
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        key = json.load(answer)["api_access_keys"][0]
    return Tenant(name, f"{key['key']}:{key['secret']}")


def _derived(safelight: Installation, last: int, count: int) -> Stage:
    """An asset of its own for each count."""
    photo = enlarged("coffee", 640, 480).jpegsave_buffer(Q=85)
    caller = Caller(safelight.port)
    answer = caller.upload(safelight, f"many-{count}", photo + str(count).encode())
    assert answer.status in DONE, answer.body[:200]
    for number in range(count):
        path = f"/{safelight.cloud}/image/upload/c_scale,w_{10 + number % 40},h_{10 + number // 40}/many-{count}.jpg"
        assert caller.get(path).status in DONE
    caller.close()
    return Stage([_first(safelight)], f"many-{count}")


def _url(safelight: Installation) -> str:
    return running_url(safelight.folder / "data") or ""


def _database_mib(safelight: Installation) -> float:
    with psycopg.connect(_url(safelight)) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return (row[0] if row else 0) / 2**20


def _files_mib(safelight: Installation) -> float:
    """What originals and derived files take, in whole blocks of the disk."""
    blobs = safelight.folder / "data" / "blobs"
    return sum(path.lstat().st_blocks * 512 for path in blobs.rglob("*")) / 2**20


def _told(what: str, points: Sequence[Point]) -> list[Figure]:
    first, last = points[0], points[-1]
    disk = f"database {last.database_mib:.0f} / {first.database_mib:.0f} MiB"
    disk += f", files {last.files_mib:.1f} / {first.files_mib:.1f} MiB"
    figures: list[Figure] = []
    for name, ours, theirs, cpu in (
        ("a hit", last.hit_ms, first.hit_ms, (last.hit_cpu_ms, first.hit_cpu_ms)),
        ("a miss", last.miss_ms, first.miss_ms, (last.miss_cpu_ms, first.miss_cpu_ms)),
        ("an upload", last.upload_ms, first.upload_ms, (last.upload_cpu_ms, first.upload_cpu_ms)),
    ):
        ratio = ours / theirs
        figures.append(
            Figure(
                "growth",
                f"{name} with {last.count:,} {what}",
                f"with {first.count:,}",
                value=Spread(ratio, ratio, ratio),
                ours=f"{ours:.2f} ms",
                theirs=f"{theirs:.2f} ms",
                cpu=f"{cpu[0]:.2f} / {cpu[1]:.2f}",
                beside=f"by CPU {cpu[0] / cpu[1]:.2f}; {disk}",
                numbers={"points": [vars(point) for point in points]},
            )
        )
    return figures


def _draw(what: str, points: Sequence[Point], folder: Path) -> None:
    word = what.split()[0]
    panels = {
        "a hit, ms": {
            "by the clock": [point.hit_ms for point in points],
            "processor": [point.hit_cpu_ms for point in points],
        },
        "a miss, ms": {
            "by the clock": [point.miss_ms for point in points],
            "processor": [point.miss_cpu_ms for point in points],
        },
        "an upload, ms": {
            "by the clock": [point.upload_ms for point in points],
            "processor": [point.upload_cpu_ms for point in points],
        },
        "on the disk, MiB": {
            "database": [point.database_mib for point in points],
            "files": [point.files_mib for point in points],
        },
    }
    counts = [point.count for point in points]
    (folder / f"growth-{word}.svg").write_text(drawing(f"With more {what}", what, counts, panels))
