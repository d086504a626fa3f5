"""A stored derived file with the record of requests and metering on, against the same with both off, in turns.

`python -m bench.activity [--seconds 3 --rounds 5]` prints the ratios and writes bench/results/activity.json.
"""

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

import psycopg

from bench import photos
from bench.hits import CONNECTIONS, SIZES, closest
from bench.measure import cpu_seconds, middle, tree
from safelight.adapters.database.embedded import running_url
from tests.installation import Installation

RESULTS = Path(__file__).parent / "results" / "activity.json"
VISITORS = 5000
AGENTS = 300

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


def load(url: str, seconds: int, script: Path | None) -> float:
    """Requests a second, by wrk."""
    more = ["-s", str(script)] if script else []
    told = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *more, url], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def turn(safelight: Installation, path: str, seconds: int, script: Path | None) -> tuple[float, float]:
    """Requests a second, and microseconds of CPU for each, of all processes of the installation."""
    assert safelight.process is not None
    before = cpu_seconds(tree(safelight.process.pid))
    rate = load(safelight.base + path, seconds, script)
    return rate, (cpu_seconds(tree(safelight.process.pid)) - before) / (rate * seconds) * 1e6


def recorded(safelight: Installation) -> tuple[int, int]:
    """How many answers are in the record, and how many are not whole in it."""
    with psycopg.connect(running_url(safelight.folder / "data") or "") as connection:
        row = connection.execute("SELECT coalesce(sum(requests), 0), coalesce(sum(lost), 0) FROM activity_batches")
        requests, lost = row.fetchone() or (0, 0)
    return int(requests), int(lost)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
        folder = Path(place)
        script = folder / "visitors.lua"
        script.write_text(SCRIPT)
        pictures = photos.folder_of(folder / "photos")
        name, path = next(iter(pictures.items()))
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
                load(sides["off"].base + file, 1, None)
                for visitors, used in (("one client", None), (f"{VISITORS} visitors", script)):
                    pairs = [
                        (turn(sides["on"], file, asked.seconds, used), turn(sides["off"], file, asked.seconds, used))
                        for _ in range(asked.rounds)
                    ]
                    rows.append(
                        {
                            "work": f"stored derived file, {label} ({len(body)} bytes), {visitors}",
                            "ratio": middle(on[0] / off[0] for on, off in pairs),
                            "ratio_cpu": middle(off[1] / on[1] for on, off in pairs),
                            "on": middle(on[0] for on, _ in pairs),
                            "off": middle(off[0] for _, off in pairs),
                            "on_cpu_us": middle(on[1] for on, _ in pairs),
                            "off_cpu_us": middle(off[1] for _, off in pairs),
                        }
                    )
                    print(json.dumps(rows[-1]), flush=True)
            requests, lost = recorded(sides["on"])
        finally:
            for safelight in sides.values():
                safelight.stop()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"rows": rows, "recorded": requests, "lost": lost}, indent=2) + "\n")
    print(f"recorded {requests}, not whole {lost}")


if __name__ == "__main__":
    main()
