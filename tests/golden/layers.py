"""Makes the golden grids of layers: one for each feature, averaged to 8 by 8 colours. Look at them before you commit.

`python -m tests.golden.layers` writes `tests/golden/layers/<feature>.json`; with a folder as argument also pictures.
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.golden.make import CELLS, SIDE, source
from tests.pictures import encoded, scene
from tests.render.lab import seen

FOLDER = Path(__file__).parent / "layers"

FEATURES = {
    "over": "l_logo,w_90,g_south_east,x_8,y_6",
    "opacity": "l_logo,w_120,o_50",
    "relative": "l_logo,w_0.6,h_0.6,c_fit,fl_relative,g_north_west",
    "extended": "l_logo,w_120,g_west,x_-50",
    "no_overflow": "l_logo,w_220,fl_no_overflow",
    "tiled": "l_logo,w_50,g_north_west,x_10,y_5,fl_tiled",
    "steps": "l_photo/c_fill,w_90,h_90/r_max/bo_4px_solid_white/a_15/fl_layer_apply,g_north_east,x_5,y_5",
    "nested": "l_photo,c_fill,w_110,h_70/l_logo,w_60/fl_layer_apply,g_south_east/fl_layer_apply,g_north",
    "underlay": "c_scale,w_120/r_40/u_photo,c_fill,w_160,h_160",
    "multiply": "l_logo,w_150,e_multiply",
    "screen": "l_logo,w_150,e_screen",
    "overlay": "l_photo,w_150,h_110,c_fill,e_overlay",
    "mask": "l_spot,w_160,e_mask",
    "cut_out": "l_logo,w_150,e_cut_out",
    "cutter": "l_logo,w_150,fl_cutter",
    "displace": "l_waves,e_displace,x_12,y_8",
    "anti_removal": "l_logo,w_150,e_anti_removal:80",
    "shadow": "l_logo,w_110/e_shadow:60,x_6,y_6,co_black/fl_layer_apply",
    "lut_cube": "l_lut:warm.cube",
    "lut_3dl": "l_lut:swap.3dl",
}


def layers() -> dict[str, bytes]:
    """A logo with half clear parts, a photo in other colours than ours, a spot of light, waves, and two tables."""
    logo = Image.new("RGBA", (600, 360), (0, 0, 0, 0))
    pen = ImageDraw.Draw(logo)
    pen.ellipse((20, 40, 300, 320), fill=(226, 60, 44, 255))
    pen.rounded_rectangle((240, 120, 580, 240), 50, fill=(250, 250, 250, 235))
    pen.polygon([(160, 90), (250, 260), (70, 260)], fill=(250, 210, 60, 170))
    spot = Image.new("L", (200, 200), 0)
    ImageDraw.Draw(spot).ellipse((30, 30, 170, 170), fill=255)
    places = np.arange(200) / 12
    waves = np.full((200, 200, 3), 127, dtype=np.uint8)
    waves[..., 0] = (127 + 120 * np.sin(places))[:, None]
    waves[..., 1] = (127 + 120 * np.sin(places))[None, :]
    return {
        "logo": encoded(logo.resize((300, 180), Image.Resampling.LANCZOS), "PNG"),
        "photo": encoded(Image.fromarray(np.asarray(scene(240, 180))[..., ::-1]), "JPEG", quality=90),
        "spot": encoded(spot.filter(ImageFilter.GaussianBlur(16)), "PNG"),
        "waves": encoded(Image.fromarray(waves), "PNG"),
        "warm.cube": _cube(),
        "swap.3dl": _3dl(),
    }


def _cube() -> bytes:
    """More red in the light, more blue in the dark."""
    steps = np.linspace(0, 1, 9)
    rows = ((r**0.8, g**0.95, b * 0.7 + 0.12) for b in steps for g in steps for r in steps)
    return ("LUT_3D_SIZE 9\n" + "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in rows)).encode()


def _3dl() -> bytes:
    """Green for red, and red for green."""
    steps = [round(step * 1023) for step in np.linspace(0, 1, 17)]
    rows = (f"{g} {r} {b}" for r in steps for g in steps for b in steps)
    return ("\n".join([" ".join(map(str, steps)), *rows])).encode()


def picture(name: str) -> Image.Image:
    """Another size is brought to ours; what is transparent shows grey."""
    found = seen(source(), f"{FEATURES[name]}/f_png", "png", layers()).convert("RGBA")
    opaque = Image.alpha_composite(Image.new("RGBA", found.size, (128, 128, 128, 255)), found).convert("RGB")
    return opaque if opaque.size == (SIDE, SIDE) else opaque.resize((SIDE, SIDE), Image.Resampling.BOX)


def grid(name: str) -> list[list[list[int]]]:
    """The mean colour of each of 8 by 8 cells."""
    pixels = np.asarray(picture(name), dtype=float)
    cell = SIDE // CELLS
    means = pixels.reshape(CELLS, cell, CELLS, cell, 3).mean(axis=(1, 3))
    return np.rint(means).astype(int).tolist()


def main(arguments: list[str]) -> None:
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name in FEATURES:
        rows = ",\n".join(f"  {json.dumps(row)}" for row in grid(name))
        (FOLDER / f"{name}.json").write_text(f"[\n{rows}\n]\n")
        for folder in arguments:
            out = io.BytesIO()
            picture(name).save(out, "PNG")
            (Path(folder) / f"{name}.png").write_bytes(out.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
