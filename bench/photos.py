"""Photos for the benchmarks, made from public-domain pictures that scikit-image carries.

Enlarged to 12 and 24 megapixels, sharpened, and given back the grain of a sensor, so that a JPEG of them has the
1.5 to 2.5 bits a pixel of a phone's photo and its decoding costs what a photo's costs.
"""

from pathlib import Path

import pyvips
import skimage.data

SIZES = {"12mp": (4000, 3000), "24mp": (6000, 4000)}
SOURCES = ("astronaut", "coffee", "chelsea")
QUALITY = 92


def enlarged(name: str, width: int, height: int) -> pyvips.Image:
    """Not computed before it is written."""
    source = pyvips.Image.new_from_array(getattr(skimage.data, name)())
    scale = max(width / source.width, height / source.height)
    large = source.resize(scale, kernel="lanczos3").crop(0, 0, width, height).sharpen(sigma=2)
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=1, seed=5)
    shadows = (255 - large.colourspace("b-w")[0]) / 255 * 6 + 2
    return (large + grain * shadows).cast("uchar").copy(interpretation="srgb")


def make(name: str, width: int, height: int) -> bytes:
    return enlarged(name, width, height).jpegsave_buffer(Q=QUALITY)


def folder_of(place: Path) -> dict[str, Path]:
    """All photos as files below `place`, made once: name -> path."""
    place.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for size, (width, height) in SIZES.items():
        for name in SOURCES:
            path = place / f"{name}-{size}.jpg"
            if not path.exists():
                path.write_bytes(make(name, width, height))
            found[path.stem] = path
    return found
