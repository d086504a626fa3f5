"""Makes the golden grids of letters: for each style and script a picture, averaged to cells. Look before you commit.

`python -m tests.golden.text` writes `tests/golden/text/<name>.json`; with a folder as argument also the pictures.
"""

import io
import json
import sys
from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image

from tests.golden.make import CELLS
from tests.pictures import encoded
from tests.render.lab import seen

FOLDER = Path(__file__).parent / "text"
SIZE = (320, 160)

MARKS = "e\u0301a\u0308 Tiếng"
CHAINS = {
    "plain": "l_text:Arial_40:Hamburg",
    "weights": "l_text:Montserrat_36_black:Heavy/fl_layer_apply,g_north/l_text:Montserrat_36_200:Light",
    "serif_italic": "l_text:Times_44_italic:Antiqua",
    "mono_underline": "l_text:Courier_36_underline:mono%20gj",
    "strikethrough": "l_text:Verdana_36_strikethrough:struck",
    "letter_spacing": "l_text:Arial_32_letter_spacing_12:apart",
    "line_spacing": "l_text:Arial_24_line_spacing_20:one%0Atwo%0Athree",
    "lines_close": "l_text:Arial_40_line_spacing_-15:one%0Atwo",
    "center": "l_text:Arial_28_center:one%0Alonger%20line%0Ax",
    "right": "l_text:Arial_28_right:one%0Alonger%20line%0Ax",
    "end_in_hebrew": f"l_text:Arial_28_end:one%0A{quote('שלום עולם לכולם')}",
    "wrap": "c_fit,w_240,l_text:Roboto_24:Words%20that%20are%20broken%20into%20lines",
    "justify": "c_fit,w_240,l_text:Roboto_24_justify:Words%20that%20are%20broken%20into%20even%20lines",
    "ellipsis": "c_fit,w_240,h_60,l_text:Roboto_24:Words%20that%20are%20cut%20when%20they%20are%20too%20many",
    "stroke": "l_text:Roboto_64_bold_stroke:Edge,co_yellow,bo_6px_solid_red",
    "stroke_clear": "l_text:Roboto_64_bold_stroke:Edge,co_rgb:0000ff40,bo_4px_solid_black",
    "box": "l_text:Lato_40:boxed,b_yellow,bo_5px_solid_navy",
    "no_trim": "l_text:Arial_48:xxx,b_white,fl_text_no_trim",
    "clear": "l_text:Arial_64_bold:half,co_rgb:ff000080",
    "hard_edges": "l_text:Arial_64_antialias_none:hard",
    "emoji": f"l_text:Arial_48:{quote('a😀🇨🇭👍🏽❤️')}",
    "arabic": f"l_text:Arial_48:{quote('مرحبا 123 abc')}",
    "hebrew": f"l_text:Arial_48:{quote('שלום 123 abc')}",
    "devanagari": f"l_text:Arial_48:{quote('क्षत्रिय हिन्दी')}",
    "thai": f"l_text:Arial_48:{quote('ภาษาไทย ที่นี่')}",
    "greek_cyrillic": f"l_text:Georgia_40:{quote('Ελλάς Щука')}",
    "cjk": f"l_text:Arial_44:{quote('中文かな한국')}",
    "marks": f"l_text:Arial_48:{quote(MARKS)}",
    "impact": "l_text:Impact_80:LOUD",
    "script": "l_text:Pacifico_48:by%20hand",
}
"""Name -> what is laid over a plain picture."""


def picture(name: str) -> Image.Image:
    ground = encoded(Image.new("RGB", SIZE, (200, 220, 205)), "PNG")
    return seen(ground, f"{CHAINS[name]}/fl_layer_apply/f_png", "png").convert("RGB")


def grid(name: str) -> list[list[list[int]]]:
    """The mean colour of each cell; they are half as large as those of effects, for letters are thin."""
    pixels = np.asarray(picture(name), dtype=float)
    cell = SIZE[1] // (2 * CELLS)
    rows, columns = SIZE[1] // cell, SIZE[0] // cell
    means = pixels.reshape(rows, cell, columns, cell, 3).mean(axis=(1, 3))
    return np.rint(means).astype(int).tolist()


def main(arguments: list[str]) -> None:
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name in CHAINS:
        rows = ",\n".join(f"  {json.dumps(row)}" for row in grid(name))
        (FOLDER / f"{name}.json").write_text(f"[\n{rows}\n]\n")
        for folder in arguments:
            out = io.BytesIO()
            picture(name).save(out, "PNG")
            (Path(folder) / f"{name}.png").write_bytes(out.getvalue())
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
