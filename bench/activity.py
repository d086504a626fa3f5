"""A stored derived file with the record of requests and metering on, against the same with both off, in turns.

`python -m bench.activity [--seconds 1 --rounds 12]` prints for each size and kind of visitors: requests a second with
and without, and microseconds of CPU for each, as the middle of so many pairs, with the quarters; then what clients wait
for at 2,000 requests a second. Writes bench/results/activity.json.

Other work on the machine changes the rates and hardly the CPU: look at `cpu`, and how far its quarters are apart.
"""

import argparse
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

import psycopg

from bench import photos, rate
from bench.hits import CONNECTIONS, SIZES, closest
from bench.measure import Spread, cpu_seconds_exact, tree
from safelight.adapters.database.embedded import running_url
from tests.installation import Installation

T = TypeVar("T")

RESULTS = Path(__file__).parent / "results" / "activity.json"
VISITORS = 5000
AGENTS = 300
SETTLE_SECONDS = 1.3
"""After each turn: what was recorded in its last second is written, and belongs to it."""
RATE = 2000
RATE_SECONDS = 3

# Each request from another visitor of so many, by one of so many programs.
SCRIPT = f"""
local n = 0
request = function()
  n = (n + 1) % {VISITORS}
  local address = "203." .. math.floor(n / 250) .. ".113." .. (n % 250)
  local agent = "Mozilla/5.0 (X11; Linux x86_64; rv:" .. (n % {AGENTS}) .. ".0) Firefox/140.0"
  return wrk.format("GET", nil, {{ ["X-Forwarded-For"] = address, ["User-Agent"] = agent }})
end
"""
# The same, each from a network of his own: nothing of it can be put into one row.
SCATTERED = SCRIPT.replace('".113." .. (n % 250)', '"." .. (n % 250) .. ".7"')


@dataclass(frozen=True)
class Turn:
    rate: float
    cpu_us: float
    """Of all processes of the installation, PostgreSQL's among them, for each request."""


def load(url: str, seconds: int, script: Path | None) -> tuple[int, float]:
    """How many requests, and how many a second, by wrk."""
    more = ["-s", str(script)] if script else []
    told = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *more, url], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in told, told
    rate_, requests = re.search(r"Requests/sec:\s+([\d.]+)", told), re.search(r"(\d+) requests in", told)
    assert rate_, told
    assert requests, told
    return int(requests[1]), float(rate_[1])


def turn(safelight: Installation, path: str, seconds: int, script: Path | None) -> Turn:
    assert safelight.process is not None
    before = cpu_seconds_exact(tree(safelight.process.pid))
    requests, rate_ = load(safelight.base + path, seconds, script)
    time.sleep(SETTLE_SECONDS)
    return Turn(rate_, (cpu_seconds_exact(tree(safelight.process.pid)) - before) / requests * 1e6)


def pairs(one: Callable[[], T], other: Callable[[], T], rounds: int) -> list[tuple[T, T]]:
    """Both in turns, and who begins changes each time."""
    found: list[tuple[T, T]] = []
    for number in range(rounds):
        if number % 2:
            second = other()
            found.append((one(), second))
        else:
            found.append((one(), other()))
    return found


def at_full_speed(sides: dict[str, Installation], file: str, asked: argparse.Namespace, script: Path | None) -> object:
    both = pairs(
        lambda: turn(sides["on"], file, asked.seconds, script),
        lambda: turn(sides["off"], file, asked.seconds, script),
        asked.rounds,
    )
    told = {
        "rate": Spread.of([on.rate / off.rate for on, off in both]),
        "cpu": Spread.of([on.cpu_us / off.cpu_us for on, off in both]),
        "cpu_us_more": Spread.of([on.cpu_us - off.cpu_us for on, off in both]),
        "on_rate": Spread.of([on.rate for on, _ in both]),
        "off_rate": Spread.of([off.rate for _, off in both]),
        "on_cpu_us": Spread.of([on.cpu_us for on, _ in both]),
        "off_cpu_us": Spread.of([off.cpu_us for _, off in both]),
    }
    print("  ".join(f"{name} {spread}" for name, spread in told.items()), flush=True)
    return {name: asdict(spread) for name, spread in told.items()}


def at_a_rate(sides: dict[str, Installation], file: str, rounds: int) -> object:
    """Milliseconds that clients wait, from the moment when each should have asked."""
    both = pairs(
        lambda: rate.ask(sides["on"].port, file, RATE, RATE_SECONDS, VISITORS),
        lambda: rate.ask(sides["off"].port, file, RATE, RATE_SECONDS, VISITORS),
        rounds,
    )
    told: dict[str, object] = {}
    for name, part in (("median", 50), ("p99", 99)):
        on, off = ([quantiles(waits, n=100)[part - 1] for waits in side] for side in zip(*both, strict=True))
        told[f"on_{name}_ms"], told[f"off_{name}_ms"] = asdict(Spread.of(on)), asdict(Spread.of(off))
        more = Spread.of([one - other for one, other in zip(on, off, strict=True)])
        print(f"{name}: on {Spread.of(on)} ms, off {Spread.of(off)} ms, {more} ms more")
    return told


def recorded(safelight: Installation) -> tuple[int, int]:
    """How many answers are in the record, and how many are not whole in it."""
    with psycopg.connect(running_url(safelight.folder / "data") or "") as connection:
        row = connection.execute("SELECT coalesce(sum(requests), 0), coalesce(sum(lost), 0) FROM activity_batches")
        requests, lost = row.fetchone() or (0, 0)
    return int(requests), int(lost)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=12)
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
        folder = Path(place)
        scripts: dict[str, Path | None] = {"one client": None}
        for label, text in ((f"{VISITORS} visitors", SCRIPT), (f"{VISITORS} networks", SCATTERED)):
            scripts[label] = folder / f"{label}.lua"
            (folder / f"{label}.lua").write_text(text)
        name, path = next(iter(photos.folder_of(folder / "photos").items()))
        sides: dict[str, Installation] = {}
        try:
            for side, on in (("on", "true"), ("off", "false")):
                sides[side] = Installation(
                    folder / side,
                    arguments=("--workers", "1"),
                    environment={
                        "SAFELIGHT_SERVER_LOG_FORMAT": "json",
                        "SAFELIGHT_SERVER_PROXIES": "127.0.0.0/8",
                        "SAFELIGHT_ACTIVITY_ON": on,
                    },
                )
                sides[side].start()
                sides[side].upload(path.read_bytes(), public_id=name)
            for label, wanted in SIZES.items():
                file, body = closest(sides["on"], name, wanted)
                for side in sides.values():
                    load(side.base + file, 1, None)
                for who, script in scripts.items():
                    work = f"stored derived file, {label} ({len(body)} bytes), {who}"
                    print(work)
                    rows.append({"work": work, "told": at_full_speed(sides, file, asked, script)})
                work = f"{label}, {VISITORS} visitors, {RATE} requests a second"
                print(work)
                rows.append({"work": work, "told": at_a_rate(sides, file, max(2, asked.rounds // 2))})
            requests, lost = recorded(sides["on"])
        finally:
            for safelight in sides.values():
                safelight.stop()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"rows": rows, "recorded": requests, "lost": lost}, indent=2) + "\n")
    print(f"recorded {requests}, not whole {lost}")


if __name__ == "__main__":
    main()
