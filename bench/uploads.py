"""(c) An upload of 100 MB over HTTP against writing, hashing (MD5) and syncing the same bytes to the same disk."""

import hashlib
import os
import time
from pathlib import Path

import httpx

from bench.measure import cpu_seconds, middle, peak_mib, tree
from tests.installation import Installation

SIZE_BYTES = 100 * 1024 * 1024
ROUNDS = 5
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


def run(safelight: Installation, folder: Path) -> list[dict[str, object]]:
    assert safelight.process is not None
    source = folder / "source.bin"
    source.write_bytes(os.urandom(SIZE_BYTES))
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with httpx.Client(timeout=300) as client:
        for turn in range(ROUNDS + 1):
            their = write_and_hash(source, folder / f"target-{turn}.bin")
            before, start = cpu_seconds(tree(safelight.process.pid)), time.perf_counter()
            with source.open("rb") as reader:
                answer = client.post(
                    f"{safelight.api}/raw/upload",
                    auth=safelight.auth,
                    data={"public_id": f"upload-{turn}.bin"},
                    files={"file": ("source.bin", reader)},
                )
            assert answer.status_code == 200, answer.text
            our = (time.perf_counter() - start, cpu_seconds(tree(safelight.process.pid)) - before)
            if turn:
                ours.append(our)
                theirs.append(their)
    return [
        {
            "work": "upload of 100 MiB",
            "against": "write, hash and sync the same bytes",
            "ratio": middle(t[0] / o[0] for o, t in zip(ours, theirs, strict=True)),
            "ours": f"{middle(SIZE_BYTES / o[0] for o in ours) / 1e6:.0f} MB/s",
            "theirs": f"{middle(SIZE_BYTES / t[0] for t in theirs) / 1e6:.0f} MB/s",
            "our_cpu_ms": middle(o[1] for o in ours) * 1000,
            "their_cpu_ms": middle(t[1] for t in theirs) * 1000,
            "our_peak_mib": peak_mib(tree(safelight.process.pid)),
            "their_peak_mib": None,
        }
    ]
