"""(a) The first derive of distinct sizes from 12 and 24 megapixel photos, over HTTP, against a bare libvips loop.

Both make the same sizes of the same photos in the same format and quality with two at a time, in turns. The loop
always decodes the original; we do so, too, and once more with an intermediate of each photo.
"""

import concurrent.futures
import itertools
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx

from bench.measure import cpu_seconds, middle, peak_mib, tree
from tests.installation import Installation

FORMATS = {
    "jpg": {"Q": 80, "optimize_coding": True},
    "webp": {"Q": 80, "effort": 2},
    "avif": {"Q": 60, "effort": 0, "compression": "av1"},
}
ROUNDS = 5
PER_ROUND = 24
AT_ONCE = 2
INTERMEDIATES_SECONDS_MAX = 120

BARE = """
import os, sys, time, json, resource
from concurrent.futures import ThreadPoolExecutor
os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips
pyvips.cache_set_max(0)
def one(job):
    path, box, suffix, options = job
    head = pyvips.Image.new_from_file(path)
    scale = min(box / head.width, box / head.height)
    shrink = next(k for k in (8, 4, 2, 1) if 1 / scale >= k)
    image = pyvips.Image.new_from_file(path, shrink=shrink, access="sequential", autorotate=True)
    width, height = round(head.width * scale), round(head.height * scale)
    image = image.resize(width / image.width, vscale=height / image.height)
    save = {"jpg": image.jpegsave_buffer, "webp": image.webpsave_buffer, "avif": image.heifsave_buffer}[suffix]
    return len(save(strip=True, **options))
for line in sys.stdin:
    jobs = json.loads(line)
    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as pool:
        sizes = list(pool.map(one, jobs))
    print(json.dumps({"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "bytes": sum(sizes),
          "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
"""


def wait_for_intermediates(safelight: Installation, count: int) -> None:
    """They are made in the background, after each upload."""
    give_up_at = time.monotonic() + INTERMEDIATES_SECONDS_MAX
    while len(list((safelight.folder / "data").rglob("i/*.jpg"))) < count:
        assert time.monotonic() < give_up_at, "the intermediates were not made"
        time.sleep(0.2)


def run(safelight: Installation, photos: dict[str, Path], *, has_intermediates: bool) -> list[dict[str, object]]:
    assert safelight.process is not None
    for name, path in photos.items():
        safelight.upload(path.read_bytes(), public_id=name)
    if has_intermediates:
        wait_for_intermediates(safelight, len(photos))
    how = "with the intermediate" if has_intermediates else "from the original"
    bare = subprocess.Popen(
        [sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert bare.stdin is not None
    assert bare.stdout is not None
    rows: list[dict[str, object]] = []
    boxes = itertools.count(440)
    with httpx.Client(timeout=120, limits=httpx.Limits(max_connections=AT_ONCE)) as client:

        def ask(job: tuple[str, int, str]) -> int:
            name, box, suffix = job
            answer = client.get(
                f"{safelight.base}/{safelight.cloud}/image/upload/c_fit,w_{box},h_{box},q_{FORMATS[suffix]['Q']}/"
                f"{name}.{suffix}"
            )
            assert answer.status_code == 200, answer.headers.get("x-cld-error")
            return len(answer.content)

        for suffix, options in FORMATS.items():
            ours: list[dict[str, float]] = []
            theirs: list[dict[str, float]] = []
            for turn in range(ROUNDS + 1):
                jobs = [(name, next(boxes)) for _, name in zip(range(PER_ROUND), itertools.cycle(photos), strict=False)]
                bare.stdin.write(json.dumps([(str(photos[n]), box, suffix, options) for n, box in jobs]) + "\n")
                their = json.loads(bare.stdout.readline())
                before, start = cpu_seconds(tree(safelight.process.pid)), time.perf_counter()
                with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as callers:
                    size = sum(callers.map(ask, [(name, box, suffix) for name, box in jobs]))
                wall = time.perf_counter() - start
                cpu = cpu_seconds(tree(safelight.process.pid)) - before
                if turn:  # the first round warms both
                    theirs.append(their)
                    ours.append({"wall": wall, "cpu": cpu, "bytes": size})
            rows.append(
                {
                    "work": f"cold derive {how}, {suffix}",
                    "against": "bare libvips loop, two threads",
                    "ratio": middle(t["wall"] / o["wall"] for o, t in zip(ours, theirs, strict=True)),
                    "ours": f"{middle(PER_ROUND / o['wall'] for o in ours):.1f} /s",
                    "theirs": f"{middle(PER_ROUND / t['wall'] for t in theirs):.1f} /s",
                    "our_cpu_ms": middle(o["cpu"] / PER_ROUND * 1000 for o in ours),
                    "their_cpu_ms": middle(t["cpu"] / PER_ROUND * 1000 for t in theirs),
                    "our_bytes": middle(o["bytes"] / PER_ROUND for o in ours),
                    "their_bytes": middle(t["bytes"] / PER_ROUND for t in theirs),
                    "our_peak_mib": peak_mib(tree(safelight.process.pid)),
                    "their_peak_mib": theirs[-1]["peak_mib"],
                }
            )
    bare.stdin.close()
    bare.wait(10)
    return rows
