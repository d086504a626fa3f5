"""Quality: what `q_auto` means in each format, by a metric that follows the eye (SSIMULACRA2), on photos of a folder.

    python -m bench.quality FOLDER [--width 512] [--formats jpg,webp,avif,jxl]

Each photo is made small once, without loss; each format then writes it at several qualities, as a render does. Printed
are the scores, and for each level of `q_auto` the quality at which a format looks as JPEG does at that level. 100 is
the same picture; about 90 nobody sees a difference, 70 is good, 50 is what one notices, 30 is poor.
"""

import argparse
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import pyvips
from PIL import Image as Pillow
from ssimulacra2 import compute_ssimulacra2

from safelight.render.color import to_srgb
from safelight.render.formats import bridge, family
from safelight.render.formats.model import Picture
from safelight.transform.plan import Encode

ANCHOR = "jpg"
LEVELS = {"best": 89, "good": 80, "eco": 70, "low": 55}
"""What each level is in the anchor's own scale."""
QUALITIES = {
    "jpg": (35, 45, 55, 62, 70, 80, 85, 87, 89, 90, 94),
    "webp": (35, 45, 55, 65, 72, 80, 86, 91, 95),
    "avif": (20, 30, 38, 46, 54, 62, 70, 78, 86),
    "jxl": (20, 35, 45, 55, 65, 72, 80, 86, 92),
}


@dataclass(frozen=True)
class Point:
    """A format at one quality: the mean over all photos."""

    quality: int
    score: float
    bits_a_pixel: float


def small(path: Path, width: int) -> pyvips.Image:
    image = pyvips.Image.thumbnail(str(path), width, size="down")
    image = to_srgb(image)
    return (image.flatten(background=[255, 255, 255]) if image.hasalpha() else image).copy_memory()


def score(original: pyvips.Image, format: str, data: bytes) -> float:
    if format == "jxl":
        import imagecodecs

        seen = Pillow.fromarray(np.asarray(imagecodecs.jpegxl_decode(data)))
    else:
        seen = Pillow.open(io.BytesIO(data)).convert("RGB")
    return float(compute_ssimulacra2(as_file(bridge.to_pillow(original)), as_file(seen)))


def as_file(picture: Pillow.Image) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    out.seek(0)
    return out


def points(photos: list[pyvips.Image], format: str, qualities: Iterable[int]) -> list[Point]:
    write = family(format).write
    assert write is not None
    found: list[Point] = []
    for quality in qualities:
        written = [write(Picture((photo,)), Encode(format, quality), format) for photo in photos]
        scores = [score(photo, format, data) for photo, data in zip(photos, written, strict=True)]
        sizes = [8 * len(data) / photo.width / photo.height for photo, data in zip(photos, written, strict=True)]
        found.append(Point(quality, fmean(scores), fmean(sizes)))
    return found


def between(curve: list[Point], wanted: float) -> tuple[float, float]:
    """The quality, and the bits a pixel, at which a curve reaches a score; by straight lines between its points."""
    scores = [point.score for point in curve]
    quality = float(np.interp(wanted, scores, [point.quality for point in curve]))
    return quality, float(np.interp(wanted, scores, [point.bits_a_pixel for point in curve]))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--formats", default=",".join(QUALITIES))
    args = parser.parse_args()
    paths = sorted(path for path in args.folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".tiff"})
    photos: list[pyvips.Image] = []
    for path in paths:
        try:
            photos.append(small(path, args.width))
        except pyvips.Error as error:
            print(f"left out: {path.name}: {str(error).strip().splitlines()[-1]}")
    print(f"{len(photos)} photos, {args.width} px wide\n")
    names = [ANCHOR, *(name for name in args.formats.split(",") if name != ANCHOR)]
    curves = {name: points(photos, name, QUALITIES[name]) for name in names}
    rows = [
        (name, str(point.quality), f"{point.score:.1f}", f"{point.bits_a_pixel:.2f}")
        for name, curve in curves.items()
        for point in curve
    ]
    print(table(("format", "quality", "score", "bits a pixel"), rows), end="\n\n")
    targets = {
        level: float(np.interp(quality, [p.quality for p in curves[ANCHOR]], [p.score for p in curves[ANCHOR]]))
        for level, quality in LEVELS.items()
    }
    fitting = []
    for level, wanted in targets.items():
        cells = [between(curve, wanted) for curve in curves.values()]
        fitting.append((level, f"{wanted:.1f}", *(f"{quality:.0f} ({bits:.2f})" for quality, bits in cells)))
    print(table(("level", "score", *(f"{name}: quality (bits a pixel)" for name in curves)), fitting))


if __name__ == "__main__":
    main()
