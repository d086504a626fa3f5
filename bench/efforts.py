"""Efforts: what each encoder's own effort costs and brings: bytes, likeness (SSIMULACRA2) and CPU time, at one quality.

    VIPS_CONCURRENCY=1 python -m bench.efforts FOLDER [--width 500]

A look is worth the same in each row: read the bits beside the score. Times are the best of three, of one core.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

import pyvips

from bench.quality import score

TURNS = 3

Write = Callable[[pyvips.Image], bytes]

WAYS: dict[str, Write] = {
    "jpg 80, usual tables": lambda image: image.jpegsave_buffer(Q=80, optimize_coding=False, keep=0),
    "jpg 80, own tables (ours)": lambda image: image.jpegsave_buffer(Q=80, optimize_coding=True, keep=0),
    "jpg 80, own tables, progressive": lambda image: image.jpegsave_buffer(
        Q=80, optimize_coding=True, interlace=True, keep=0
    ),
    **{
        f"webp 80, effort {effort}{' (ours)' if effort == 2 else ''}": (
            lambda image, effort=effort: image.webpsave_buffer(Q=80, effort=effort, keep=0)
        )
        for effort in (0, 1, 2, 3, 4)
    },
    **{
        f"avif 60, effort {effort}{' (ours)' if effort == 0 else ''}": (
            lambda image, effort=effort: image.heifsave_buffer(
                Q=60, effort=effort, compression="av1", bitdepth=8, keep=0
            )
        )
        for effort in (0, 1, 2)
    },
}


def best_ms(write: Write, image: pyvips.Image) -> float:
    times: list[float] = []
    for _ in range(TURNS):
        before = time.process_time()
        write(image)
        times.append((time.process_time() - before) * 1000)
    return min(times)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--width", type=int, default=500)
    asked = arguments.parse_args()
    paths = sorted(path for path in asked.folder.iterdir() if path.suffix.lower() in {".jpg", ".png"})
    images = [pyvips.Image.thumbnail(str(path), asked.width).colourspace("srgb").copy_memory() for path in paths]
    images = [image.flatten() if image.hasalpha() else image for image in images]
    print("| way | score | bits a pixel | ms |\n| --- | --- | --- | --- |")
    for name, write in WAYS.items():
        rows = [
            (data := write(image), best_ms(write, image), score(image, name.partition(" ")[0], data), image)
            for image in images
        ]
        bits = fmean(len(data) * 8 / image.width / image.height for data, _, _, image in rows)
        print(f"| {name} | {fmean(row[2] for row in rows):.1f} | {bits:.2f} | {fmean(row[1] for row in rows):.1f} |")


if __name__ == "__main__":
    main()
