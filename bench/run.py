"""All benchmarks in one run on one machine: prints the table, and writes bench/results/latest.json.

    python -m bench.run [--only cold hits] [--brief] [--photos FOLDER] [--build FOLDER]

Ratios are ours to theirs, taken turn by turn; a row shows the middle of all turns and, in brackets, their quarters.
On a machine that has other things to do, look at the CPU beside.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import cold, flat, flood, growth, hits, memory, photos, uploads
from bench.figures import Figure, table
from bench.pace import BRIEF, WHOLE, Pace

RESULTS = Path(__file__).parent / "results" / "latest.json"
PHOTOS = {".jpg", ".jpeg"}
Part = Callable[[Path, Pace], list[Figure]]


def parts(build: Path, own: Path | None) -> dict[str, Part]:
    """Each part by its name, in the order of the table."""

    def pictures() -> dict[str, Path]:
        if own is None:
            return photos.folder_of(build / "photos")
        return {path.stem: path for path in sorted(own.iterdir()) if path.suffix.lower() in PHOTOS}

    return {
        "cold": lambda folder, pace: cold.run(folder, pictures(), build, pace),
        "hits": lambda folder, pace: hits.run(folder, build, pace),
        "uploads": uploads.run,
        "memory": memory.run,
        "flood": flood.run,
        "growth": growth.run,
        "flat": flat.run,
    }


def keep(part: str, figures: Sequence[Figure]) -> None:
    """In place of what an earlier run wrote for this part; the others stay."""
    try:
        kept = json.loads(RESULTS.read_text())["parts"]
    except (OSError, KeyError, json.JSONDecodeError):
        kept = {}
    kept[part] = [figure.told() for figure in figures]
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "parts": kept}, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = parts(Path(), None)
    parser.add_argument("--only", nargs="+", choices=list(known), default=list(known))
    parser.add_argument("--brief", action="store_true", help="fewer turns and smaller sizes: to see that it works")
    parser.add_argument("--photos", type=Path, help="your own photos (JPEG, 3,072 px and more) for the cold derives")
    parser.add_argument("--build", type=Path, default=Path(sys.prefix) / "bench", help="where peers are installed")
    asked = parser.parse_args()
    asked.build.mkdir(parents=True, exist_ok=True)
    pace = BRIEF if asked.brief else WHOLE
    found: list[Figure] = []
    for name in asked.only:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
            folder = Path(place)
            folder.chmod(0o755)
            figures = parts(asked.build.absolute(), asked.photos)[name](folder, pace)
        found += figures
        keep(name, figures)
        load = os.getloadavg()[0]
        print(f"\n{name}: {time.monotonic() - began:.0f} s; load {load:.1f} at the end\n", flush=True)
        print(table(figures), flush=True)
    if len(asked.only) > 1:
        print(f"\n{table(found)}")


if __name__ == "__main__":
    main()
