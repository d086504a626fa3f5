"""Makes the golden grids: for each effect its example, averaged to 8 by 8 colours. Look at them before you commit.

`python -m tests.golden.make` writes `tests/golden/<effect>.json`; with a folder as argument also the pictures.
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from safelight.render.effect import vocabulary
from tests.pictures import encoded, scene
from tests.render.lab import seen

GOLDEN = Path(__file__).parent
CELLS = 8
SIDE = 160


def source() -> bytes:
    """A scene with grain, edges, greys and full colours."""
    picture = np.asarray(scene(SIDE, SIDE)).copy()
    picture[120:140, :80] = np.linspace(0, 255, 80)[None, :, None]
    for index, color in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))):
        picture[140:, index * 20 : index * 20 + 20] = color
    return encoded(Image.fromarray(picture), "PNG")


def picture(name: str) -> Image.Image:
    """The example; another size is brought to ours, and what is transparent shows grey."""
    found = seen(source(), f"{vocabulary()[name].example}/f_png", "png").convert("RGBA")
    ground = Image.new("RGBA", found.size, (128, 128, 128, 255))
    opaque = Image.alpha_composite(ground, found).convert("RGB")
    return opaque if opaque.size == (SIDE, SIDE) else opaque.resize((SIDE, SIDE), Image.Resampling.BOX)


def grid(name: str) -> list[list[list[int]]]:
    """The mean colour of each of 8 by 8 cells."""
    pixels = np.asarray(picture(name), dtype=float)
    cell = SIDE // CELLS
    means = pixels.reshape(CELLS, cell, CELLS, cell, 3).mean(axis=(1, 3))
    return np.rint(means).astype(int).tolist()


def main(arguments: list[str]) -> None:
    for old in GOLDEN.glob("*.json"):
        old.unlink()
    for name in (name for name, spec in vocabulary().items() if not spec.needs):
        rows = ",\n".join(f"  {json.dumps(row)}" for row in grid(name))
        (GOLDEN / f"{name}.json").write_text(f"[\n{rows}\n]\n")
        for folder in arguments:
            out = io.BytesIO()
            picture(name).save(out, "PNG")
            (Path(folder) / f"{name}.png").write_bytes(out.getvalue())
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
