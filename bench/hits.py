"""(b) A stored derived file against nginx, which serves the same bytes as a static file, one worker each, in turns."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx

from bench.measure import cpu_seconds, middle, peak_mib, tree
from tests.installation import Installation, free_port

SECONDS = 3
ROUNDS = 5
CONNECTIONS = 16
SIZES = {"30 KB": 30_000, "300 KB": 300_000}

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


def load(url: str) -> float:
    """Requests a second, by wrk."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def run(safelight: Installation, photos: dict[str, Path], folder: Path) -> list[dict[str, object]]:
    assert safelight.process is not None
    (folder / "files").mkdir(parents=True)
    folder.chmod(0o755)
    port = free_port()
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    nginx = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    time.sleep(1)
    rows: list[dict[str, object]] = []
    try:
        for label, wanted in SIZES.items():
            path, body = closest(safelight, next(iter(photos)), wanted)
            file = folder / "files" / f"{wanted}.jpg"
            file.write_bytes(body)
            file.chmod(0o644)
            static = f"http://127.0.0.1:{port}/{wanted}.jpg"
            assert httpx.get(static).content == httpx.get(safelight.base + path).content
            ours: list[tuple[float, float]] = []
            theirs: list[tuple[float, float]] = []
            for turn in range(ROUNDS + 1):
                before = cpu_seconds(tree(nginx.pid))
                rate = load(static)
                their = (rate, (cpu_seconds(tree(nginx.pid)) - before) / (rate * SECONDS) * 1e6)
                before = cpu_seconds(tree(safelight.process.pid))
                rate = load(safelight.base + path)
                our = (rate, (cpu_seconds(tree(safelight.process.pid)) - before) / (rate * SECONDS) * 1e6)
                if turn:
                    ours.append(our)
                    theirs.append(their)
            rows.append(
                {
                    "work": f"stored derived file, {label} ({len(body)} bytes)",
                    "against": "nginx, static file, one worker",
                    "ratio": middle(o[0] / t[0] for o, t in zip(ours, theirs, strict=True)),
                    "ours": f"{middle(o[0] for o in ours):.0f} /s",
                    "theirs": f"{middle(t[0] for t in theirs):.0f} /s",
                    "our_cpu_ms": middle(o[1] for o in ours) / 1000,
                    "their_cpu_ms": middle(t[1] for t in theirs) / 1000,
                    "our_peak_mib": peak_mib(tree(safelight.process.pid)),
                    "their_peak_mib": peak_mib(tree(nginx.pid)),
                }
            )
    finally:
        nginx.terminate()
        nginx.wait(10)
    return rows
