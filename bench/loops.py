"""A loop: the bare work of a library, two pictures at a time, in a child that is told what to make by lines of JSON.

A job is the photo's path, the side of the square it shall fit into, the format, the encoder's options, and where the
picture is written, or null.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

LIBVIPS = """
import os, sys, time, json, resource
from concurrent.futures import ThreadPoolExecutor
os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips
pyvips.cache_set_max(0)
def one(job):
    path, box, suffix, options, target = job
    head = pyvips.Image.new_from_file(path)
    scale = min(box / head.width, box / head.height)
    shrink = next(k for k in (8, 4, 2, 1) if 1 / scale >= k)
    image = pyvips.Image.new_from_file(path, shrink=shrink, access="sequential", autorotate=True)
    width, height = round(head.width * scale), round(head.height * scale)
    if "orientation" in head.get_fields() and head.get("orientation") >= 5:
        width, height = height, width
    image = image.resize(width / image.width, vscale=height / image.height)
    save = {"jpg": image.jpegsave_buffer, "webp": image.webpsave_buffer, "avif": image.heifsave_buffer}[suffix]
    data = save(strip=True, **options)
    if target:
        open(target, "wb").write(data)
    return len(data)
for line in sys.stdin:
    jobs = json.loads(line)
    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as pool:
        sizes = list(pool.map(one, jobs))
    print(json.dumps({"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "bytes": sum(sizes)}),
          flush=True)
"""
SHARP = Path(__file__).parent / "peers" / "loop.mjs"


class Loop:
    """One of them, as long as it runs."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def make(self, jobs: Sequence[tuple[str, int, str, dict[str, object], str | None]]) -> dict[str, float]:
        """Seconds by the clock and of the processor, and bytes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(jobs) + "\n")
        answer = self._process.stdout.readline()
        assert answer, "the loop ended"
        return json.loads(answer)


@contextlib.contextmanager
def libvips() -> Iterator[Loop]:
    with _child([sys.executable, "-c", LIBVIPS]) as loop:
        yield loop


@contextlib.contextmanager
def sharp(modules: Path) -> Iterator[Loop]:
    with _child(["node", str(SHARP), str(modules)]) as loop:
        yield loop


@contextlib.contextmanager
def _child(command: list[str]) -> Iterator[Loop]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    try:
        yield Loop(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
