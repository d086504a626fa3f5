"""Makes one-photo.jpg, the picture of the README: a public-domain photo (NASA) and what URLs make of it.

python docs/images/make.py
"""

import asyncio
import io
import tempfile
from pathlib import Path

import skimage.data
from PIL import Image, ImageDraw, ImageFont

from safelight.render.effect import vocabulary
from safelight.render.pool import Darkroom
from safelight.settings import RenderSettings
from safelight.transform.auto import Hints, SourceFacts, settle
from safelight.transform.parse import parse

HERE = Path(__file__).parent
CHAINS = (
    "c_fit,h_220",
    "c_fill,g_auto,w_300,h_220",
    "c_thumb,g_face,w_220,h_220/r_max/b_white",
    "c_pad,b_blurred,w_300,h_220",
    "c_fit,h_220/e_sepia",
    "bo_6px_solid_red,c_fill,h_220,r_40,w_220",
    "c_fit,h_220/l_text:Oswald_36_bold:To%20orbit,co_white/e_shadow/fl_layer_apply,g_south,y_14",
    "c_fit,h_220/e_pixelate_faces:8",
)
ROWS = (CHAINS[:4], CHAINS[4:])
GAP, LINE, LETTERS = 16, 72, 28


async def made(source: Path) -> dict[str, Image.Image]:
    pictures = {}
    async with Darkroom(RenderSettings()) as darkroom:
        for chain in CHAINS:
            plan = settle(parse(chain, vocabulary()), Hints(), SourceFacts("png", 512, 512, False), "png")
            rendered = await darkroom.render(plan, source, source_format="png")
            pictures[chain] = Image.open(io.BytesIO(rendered.data)).convert("RGBA")
    return pictures


def label(chain: str) -> str:
    """The chain as it stands in a URL, on as many lines as it takes."""
    lines = [""]
    for part in f"/{chain}/".replace(",", ", ").replace("/", "/ ").split(" "):
        lines[-1:] = [lines[-1] + part] if len(lines[-1] + part) <= LETTERS else [lines[-1], part]
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photo.png"
        Image.fromarray(skimage.data.astronaut()).save(source)
        pictures = asyncio.run(made(source))
    font = ImageFont.load_default(13)
    widths = [sum(pictures[chain].width + GAP for chain in row) + GAP for row in ROWS]
    sheet = Image.new("RGB", (max(widths), len(ROWS) * (250 + LINE + GAP) + GAP), "white")
    draw = ImageDraw.Draw(sheet)
    for number, row in enumerate(ROWS):
        left = GAP + (max(widths) - widths[number]) // 2
        top = GAP + number * (250 + LINE + GAP)
        for chain in row:
            picture = pictures[chain]
            sheet.paste(picture, (left, top + 250 - picture.height), picture)
            draw.multiline_text((left, top + 250 + 6), label(chain), fill="#444", font=font)
            left += picture.width + GAP
    sheet.save(HERE / "one-photo.jpg", quality=85)


if __name__ == "__main__":
    main()
