"""(4) An upload of 100 MB over HTTP against writing, hashing (MD5) and syncing the same bytes to the same disk."""

import hashlib
import os
import time
from pathlib import Path

import httpx

from bench.figures import Aim, Figure
from bench.measure import Spread, cpu_seconds, middle, peak_mib, tree
from bench.pace import Pace
from bench.started import started

SIZE_BYTES = 100 * 1024 * 1024
AIM = Aim(0.6)
CHUNK_BYTES = 1024 * 1024


def write_and_hash(source: Path, target: Path) -> tuple[float, float]:
    start, cpu = time.perf_counter(), time.process_time()
    digest = hashlib.md5(usedforsecurity=False)
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(CHUNK_BYTES):
            digest.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return time.perf_counter() - start, time.process_time() - cpu


def run(folder: Path, pace: Pace) -> list[Figure]:
    source = folder / "source.bin"
    source.write_bytes(os.urandom(SIZE_BYTES))
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with started(folder / "uploads") as safelight, httpx.Client(timeout=300) as client:
        assert safelight.process is not None
        for turn in range(pace.turns + 1):
            target = folder / "target.bin"
            their = write_and_hash(source, target)
            target.unlink()
            before, start = cpu_seconds(tree(safelight.process.pid)), time.perf_counter()
            with source.open("rb") as reader:
                answer = client.post(
                    f"{safelight.api}/raw/upload",
                    auth=safelight.auth,
                    data={"public_id": "upload.bin"},
                    files={"file": ("source.bin", reader)},
                )
            assert answer.status_code == 200, answer.text
            our = (time.perf_counter() - start, cpu_seconds(tree(safelight.process.pid)) - before)
            if turn:  # the first warms both
                ours.append(our)
                theirs.append(their)
        peak = peak_mib(tree(safelight.process.pid), "web")
    return [
        Figure(
            "uploads",
            "upload of 100 MiB",
            "write, hash and sync the same bytes",
            AIM,
            Spread.of([t[0] / o[0] for o, t in zip(ours, theirs, strict=True)]),
            ours=f"{middle(SIZE_BYTES / o[0] for o in ours) / 1e6:.0f} MB/s",
            theirs=f"{middle(SIZE_BYTES / t[0] for t in theirs) / 1e6:.0f} MB/s",
            cpu=f"{middle(o[1] for o in ours) * 1000:.0f} / {middle(t[1] for t in theirs) * 1000:.0f}",
            beside=f"web process at most {peak:.0f} MiB",
        )
    ]
