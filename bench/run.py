"""All benchmarks in one run on one machine: writes bench/results/latest.json and prints the table of ratios."""

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path

from bench import cold, hits, photos, uploads
from tests.installation import Installation

HERE = Path(__file__).parent


def table(rows: list[dict[str, object]]) -> str:
    lines = [
        "| work | against | ratio | ours | theirs | CPU ms, ours / theirs | peak MiB, ours / theirs |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]

    def shown(value: object) -> str:
        return f"{value:.3g}" if isinstance(value, float) else "–" if value is None else str(value)

    for row in rows:
        cpu = f"{shown(row['our_cpu_ms'])} / {shown(row['their_cpu_ms'])}"
        peak = f"{shown(row['our_peak_mib'])} / {shown(row['their_peak_mib'])}"
        ratio = f"{row['ratio']:.2f}"
        lines.append(
            f"| {row['work']} | {row['against']} | {ratio} | {row['ours']} | {row['theirs']} | {cpu} | {peak} |"
        )
    return "\n".join(lines)


def from_originals(folder: Path, pictures: dict[str, Path]) -> list[dict[str, object]]:
    """In an installation of its own, which keeps nothing smaller beside the photos."""
    place = folder / "originals"
    place.mkdir()
    bare = Installation(
        place,
        arguments=("--workers", "1"),
        environment={"SAFELIGHT_SERVER_LOG_FORMAT": "json", "SAFELIGHT_RENDER_INTERMEDIATE_PX": "0"},
    ).start()
    try:
        return cold.run(bare, pictures, has_intermediates=False)
    finally:
        bare.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["cold", "hits", "uploads"])
    only = parser.parse_args().only
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        pictures = photos.folder_of(folder / "photos")
        safelight = Installation(
            folder, arguments=("--workers", "1"), environment={"SAFELIGHT_SERVER_LOG_FORMAT": "json"}
        ).start()
        try:
            if only in (None, "cold"):
                rows += from_originals(folder, pictures)
                rows += cold.run(safelight, pictures, has_intermediates=True)
            if only in (None, "hits"):
                if only:
                    name, path = next(iter(pictures.items()))
                    safelight.upload(path.read_bytes(), public_id=name)
                rows += hits.run(safelight, pictures, folder / "nginx")
            if only in (None, "uploads"):
                rows += uploads.run(safelight, folder)
        finally:
            safelight.stop()
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "latest.json").write_text(json.dumps({"machine": machine, "rows": rows}, indent=2) + "\n")
    print(table(rows))


if __name__ == "__main__":
    main()
