"""Sealed files against plain ones: upload, delivery, ranges and memory, two installations in alternating turns.

`python -m bench.sealed [--turns N] [--out FILE]`. Ratios are of the same turn, so that what the machine does besides
falls on both; a ratio of 1.10 is ten per cent slower.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.measure import Spread, cpu_seconds_exact, middle, peak_mib, tree
from bench.started import started
from tests.installation import Installation

MIB = 1024 * 1024
TURNS = 15
SMALL_BYTES, MIDDLE_BYTES, LARGE_BYTES = 300 * 1024, 10 * MIB, 100 * MIB
RANGE_BYTES = 64 * 1024
SMALL_UPLOADS, SMALL_GETS, RANGES = 10, 100, 40
UPLOAD_MAX, DELIVERY_MAX = 1.15, 1.10


@dataclass(frozen=True)
class Part:
    """A piece of work that both do, `times` over in each turn. `most`: the aim for the ratio of times."""

    name: str
    work: Callable[["Side"], None]
    times: int
    most: float | None


class Side:
    """One installation, and a client of its own."""

    def __init__(self, safelight: Installation, files: dict[int, Path]) -> None:
        self.safelight = safelight
        self.client = httpx.Client(timeout=300)
        self._files = files
        self._number = 0

    def upload(self, size_bytes: int, name: str | None = None) -> None:
        self._number += 1
        with self._files[size_bytes].open("rb") as file:
            answer = self.client.post(
                f"{self.safelight.api}/raw/upload",
                auth=self.safelight.auth,
                data={"public_id": name or f"file-{size_bytes}-{self._number}.bin"},
                files={"file": ("source.bin", file)},
            )
        assert answer.status_code == 200, answer.text

    def get(self, size_bytes: int, *, first: int | None = None) -> None:
        headers = {} if first is None else {"Range": f"bytes={first}-{first + RANGE_BYTES - 1}"}
        url = f"{self.safelight.base}/demo/raw/upload/kept-{size_bytes}.bin"
        with self.client.stream("GET", url, headers=headers) as answer:
            got = sum(len(chunk) for chunk in answer.iter_bytes(MIB))
        wanted = size_bytes if first is None else RANGE_BYTES
        assert got == wanted, (answer.status_code, got, wanted)

    def ranges(self) -> None:
        for number in range(RANGES):
            self.get(LARGE_BYTES, first=(number * 7919 * 4096) % (LARGE_BYTES - RANGE_BYTES))

    def cpu(self) -> float:
        assert self.safelight.process is not None
        return cpu_seconds_exact(tree(self.safelight.process.pid))

    def peak(self) -> float:
        assert self.safelight.process is not None
        return peak_mib(tree(self.safelight.process.pid), "web")


PARTS = (
    Part("upload of 300 KiB", lambda side: side.upload(SMALL_BYTES), SMALL_UPLOADS, UPLOAD_MAX),
    Part("upload of 10 MiB", lambda side: side.upload(MIDDLE_BYTES), 1, UPLOAD_MAX),
    Part("upload of 100 MiB", lambda side: side.upload(LARGE_BYTES), 1, UPLOAD_MAX),
    Part("an original of 300 KiB, delivered", lambda side: side.get(SMALL_BYTES), SMALL_GETS, DELIVERY_MAX),
    Part("an original of 10 MiB, delivered", lambda side: side.get(MIDDLE_BYTES), 1, DELIVERY_MAX),
    Part("an original of 100 MiB, delivered", lambda side: side.get(LARGE_BYTES), 1, DELIVERY_MAX),
    Part("64 KiB out of 100 MiB", Side.ranges, 1, None),
)


def measure(part: Part, sides: tuple[Side, Side], turns: int) -> dict[str, object]:
    """`sides`: the sealed one and the plain one. Who begins changes with each turn."""
    seconds: list[tuple[float, float]] = []
    cpu: list[tuple[float, float]] = []
    for turn in range(turns + 1):
        took: dict[Side, tuple[float, float]] = {}
        for side in sides if turn % 2 else sides[::-1]:
            before, start = side.cpu(), time.perf_counter()
            for _ in range(part.times):
                part.work(side)
            took[side] = (time.perf_counter() - start, side.cpu() - before)
        if turn:  # the first warms both
            seconds.append((took[sides[0]][0], took[sides[1]][0]))
            cpu.append((took[sides[0]][1], took[sides[1]][1]))
    return {
        "work": part.name,
        "aim": part.most,
        "ratio": str(Spread.of([ours / theirs for ours, theirs in seconds])),
        "ratio_middle": round(middle(ours / theirs for ours, theirs in seconds), 3),
        "cpu_ratio": round(middle(ours / theirs for ours, theirs in cpu if theirs), 3),
        "sealed_ms": round(middle(ours for ours, _ in seconds) / part.times * 1000, 2),
        "plain_ms": round(middle(theirs for _, theirs in seconds) / part.times * 1000, 2),
        "sealed_cpu_ms": round(middle(ours for ours, _ in cpu) / part.times * 1000, 2),
        "plain_cpu_ms": round(middle(theirs for _, theirs in cpu) / part.times * 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {size: folder / f"{size}.bin" for size in (SMALL_BYTES, MIDDLE_BYTES, LARGE_BYTES)}
        for size, path in files.items():
            path.write_bytes(os.urandom(size))
        with (
            started(folder / "sealed") as sealed,
            started(folder / "plain", SAFELIGHT_BLOBS_SEALED="0") as plain,
        ):
            sides = (Side(sealed, files), Side(plain, files))
            for side in sides:
                for size in files:
                    side.upload(size, f"kept-{size}.bin")
            rows = [measure(part, sides, args.turns) for part in PARTS]
            peaks = {"sealed_peak_mib": round(sides[0].peak()), "plain_peak_mib": round(sides[1].peak())}
    for row in rows:
        print(json.dumps(row))
    print(json.dumps(peaks))
    if args.out:
        args.out.write_text(json.dumps({"rows": rows, **peaks}, indent=1) + "\n")


if __name__ == "__main__":
    main()
