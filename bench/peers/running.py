"""A peer that runs, for as long as it is asked."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.peers.model import Peer
from tests.installation import free_port

START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10


@dataclass(frozen=True)
class Running:
    peer: Peer
    port: int
    pid: int


@contextlib.contextmanager
def running(peer: Peer, photos: Path, scratch: Path) -> Iterator[Running]:
    scratch.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(
            peer.command(photos, scratch, port),
            cwd=scratch,
            env={**os.environ, **peer.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(process, port, scratch / "log")
        yield Running(peer, port, process.pid)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until it answers anything at all."""
    give_up_at = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
            return
        except httpx.HTTPError:
            is_late = time.monotonic() > give_up_at
            if is_late or process.poll() is not None:
                raise RuntimeError(f"it did not start: {log.read_text()[-500:]}") from None
            time.sleep(0.1)
