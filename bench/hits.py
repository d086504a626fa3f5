"""(3) A stored derived file against nginx, which serves the same bytes as a static file, one worker each, in turns.

The record of requests and metering are on, as they come; what they cost alone is in bench/activity.py.
"""

import math
import re
import subprocess
import time
from pathlib import Path

import httpx

from bench.figures import Aim, Figure
from bench.measure import Spread, cpu_seconds_exact, middle, tree
from bench.pace import Pace
from bench.peers import install
from bench.peers.model import Absent
from bench.photos import enlarged
from bench.started import started
from tests.installation import Installation, free_port

CONNECTIONS = 16
AGAINST = "nginx, static file, one worker each"
SIZES = {"30 KB": 30_000, "300 KB": 300_000}
AIMS = {"30 KB": Aim(0.5), "300 KB": Aim(0.9)}

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=100; keepalive_requests 100000000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; types {{ image/jpeg jpg; }} }}
}}
"""


def closest(safelight: Installation, name: str, wanted: int) -> tuple[str, bytes]:
    """A derived file of about `wanted` bytes: its path and its bytes."""
    low, high = 50, 3000
    path, body = "", b""
    while high - low > 4:
        width = (low + high) // 2
        path = f"/{safelight.cloud}/image/upload/c_scale,w_{width}/{name}.jpg"
        body = httpx.get(safelight.base + path, timeout=60).content
        low, high = (width, high) if len(body) < wanted else (low, width)
    return path, body


def load(wrk: Path, url: str, seconds: float) -> float:
    """Requests a second, by wrk."""
    told = subprocess.run(
        [str(wrk), "-t1", f"-c{CONNECTIONS}", f"-d{math.ceil(seconds)}s", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def run(folder: Path, build: Path, pace: Pace) -> list[Figure]:
    program, asker = install.program("nginx", build), install.program("wrk", build)
    if isinstance(program, Absent) or isinstance(asker, Absent):
        lacking = next(each for each in (program, asker) if isinstance(each, Absent))
        return [_lacking(label, lacking) for label in SIZES]
    place = folder / "nginx"
    (place / "files").mkdir(parents=True)
    place.chmod(0o755)
    port = free_port()
    (place / "nginx.conf").write_text(CONFIGURATION.format(folder=place, port=port))
    with started(folder / "hits") as safelight:
        nginx = subprocess.Popen([str(program), "-p", str(place), "-c", str(place / "nginx.conf")])
        time.sleep(1)
        try:
            safelight.upload(enlarged("coffee", 4000, 3000).jpegsave_buffer(Q=92), public_id="photo")
            return [_size(safelight, asker, nginx.pid, port, place / "files", label, pace) for label in SIZES]
        finally:
            nginx.terminate()
            nginx.wait(10)


def _lacking(label: str, what: Absent) -> Figure:
    work = f"stored derived file, {label}"
    return Figure("hits", work, AGAINST, AIMS[label], lacking=f"{what.name}: {what.why}")


def _size(safelight: Installation, wrk: Path, nginx: int, port: int, files: Path, label: str, pace: Pace) -> Figure:
    assert safelight.process is not None
    path, body = closest(safelight, "photo", SIZES[label])
    file = files / f"{SIZES[label]}.jpg"
    file.write_bytes(body)
    file.chmod(0o644)
    static = f"http://127.0.0.1:{port}/{file.name}"
    assert httpx.get(static).content == httpx.get(safelight.base + path).content
    sides = {"theirs": (static, nginx), "ours": (safelight.base + path, safelight.process.pid)}
    rates: dict[str, list[float]] = {side: [] for side in sides}
    worked: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(pace.turns + 1):
        for side in sorted(sides, reverse=bool(turn % 2)):
            url, pid = sides[side]
            before = cpu_seconds_exact(tree(pid))
            rate = load(wrk, url, pace.seconds)
            cpu = (cpu_seconds_exact(tree(pid)) - before) / (rate * math.ceil(pace.seconds)) * 1e6
            if turn:  # the first warms both
                rates[side].append(rate)
                worked[side].append(cpu)
    by_cpu = middle(t / o for o, t in zip(worked["ours"], worked["theirs"], strict=True))
    return Figure(
        "hits",
        f"stored derived file, {label} ({len(body)} bytes)",
        AGAINST,
        AIMS[label],
        Spread.of([o / t for o, t in zip(rates["ours"], rates["theirs"], strict=True)]),
        ours=f"{middle(rates['ours']):.0f} /s",
        theirs=f"{middle(rates['theirs']):.0f} /s",
        cpu=f"{middle(worked['ours']) / 1000:.4f} / {middle(worked['theirs']) / 1000:.4f}",
        beside=f"by CPU {by_cpu:.2f}; record and metering on",
    )
