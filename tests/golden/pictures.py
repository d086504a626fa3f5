"""Makes the pictures of the manual, in docs/reference/transformations/pictures: look at them before you commit.

`python -m tests.golden.pictures` makes all of them, with names as arguments only those.
"""

import io
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image

from safelight.cli.docs import FOLDER
from safelight.cli.examples import PICTURES, SUFFIX, Example, all_examples
from safelight.kernel.errors import SafelightError
from safelight.render.effect import vocabulary
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.source import Region
from tests.golden import drawn
from tests.pictures import encoded
from tests.render.lab import developed

BASES = {"valley": drawn.valley, "mark": drawn.mark, "face": drawn.face, "screen": drawn.screen}
WIDTH_MAX, QUALITY = 300, 72
SEEN = (
    Region("face", 0.3, 0.18, 0.4, 0.58),
    Region("eyes", 0.36, 0.38, 0.12, 0.11),
    Region("eyes", 0.52, 0.38, 0.12, 0.11),
)
"""Nobody finds a drawn face but us."""


def look() -> bytes:
    """A table that cools shadows and warms lights."""
    rows = [
        f"{min(1, r * 1.12):.4f} {g:.4f} {max(0, b * 0.8 + 0.12 * (1 - r)):.4f}"
        for b in (0, 0.5, 1)
        for g in (0, 0.5, 1)
        for r in (0, 0.5, 1)
    ]
    return "\n".join(["LUT_3D_SIZE 3", *rows, ""]).encode()


def layers() -> dict[str, bytes]:
    return {"mark": source("mark"), "valley": source("valley"), "look.cube": look()}


@cache
def source(base: str) -> bytes:
    return encoded(BASES[base](), "PNG")


def made(example: Example) -> bytes:
    """The finished file; what is transparent stays so, and what is large is made smaller."""
    is_moving = "fl_animated" in example.chain
    chain = example.chain if is_moving else f"{example.chain}/f_png"
    data = developed(source(example.base), plan_of(chain), "png", layers=layers()).data
    return small(Image.open(io.BytesIO(data)), is_moving=is_moving)


def plan_of(chain: str) -> Plan:
    plan = parse(chain, vocabulary())
    return replace(plan, seen=SEEN)


def small(picture: Image.Image, *, is_moving: bool = False) -> bytes:
    frames = []
    for index in range(getattr(picture, "n_frames", 1) if is_moving else 1):
        picture.seek(index)
        frame = picture.convert("RGBA")
        frame.thumbnail((WIDTH_MAX, WIDTH_MAX), Image.Resampling.LANCZOS)
        frames.append(frame if frame.getchannel("A").getextrema()[0] < 255 else frame.convert("RGB"))
    out = io.BytesIO()
    others = {"save_all": True, "append_images": frames[1:], "duration": 160, "loop": 0} if is_moving else {}
    frames[0].save(out, "WEBP", quality=QUALITY, method=6, **others)
    return out.getvalue()


def main(names: list[str]) -> int:
    folder = FOLDER / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    wanted = all_examples(list(vocabulary().values()))
    kept = {example.name for example in wanted} | set(BASES)
    for old in folder.glob(f"*{SUFFIX}"):
        if old.stem not in kept:
            old.unlink()
    for name in BASES:
        Path(folder, name + SUFFIX).write_bytes(small(Image.open(io.BytesIO(source(name)))))
    failed = 0
    for example in wanted:
        if names and example.name not in names:
            continue
        try:
            Path(folder, example.name + SUFFIX).write_bytes(made(example))
        except SafelightError as error:
            print(f"{example.name}: {example.chain}: {error}", file=sys.stderr)
            failed += 1
    total = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{len(kept)} pictures, {total / 1e6:.2f} MB, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
