"""Displacing, and marks that are hard to take away."""

import numpy as np
import pytest
from PIL import Image

from safelight.render import displace
from tests.pictures import encoded, scene
from tests.render.lab import seen

WIDTH, HEIGHT = 90, 60


def ramp() -> np.ndarray:
    """Red says the column, green the row."""
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    picture[..., 0] = 2 * np.arange(WIDTH)[None, :]
    picture[..., 1] = 2 * np.arange(HEIGHT)[:, None]
    return picture


def moved(color: tuple[int, ...], words: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    mode = "RGBA" if len(color) == 4 else "RGB"
    layers = {"m": encoded(Image.new(mode, size, color), "PNG")}
    picture = seen(encoded(Image.fromarray(ramp()), "PNG"), f"l_m,e_displace,{words}/f_png", "png", layers)
    assert picture.size == (WIDTH, HEIGHT)
    return np.asarray(picture).astype(int)


@pytest.mark.parametrize(
    ("color", "words", "right", "down"),
    [
        ((127, 127, 0), "x_20,y_20", 0, 0),
        ((0, 0, 0), "x_20,y_10", 20, 10),
        ((0, 0, 0), "x_-20,y_-10", -20, -10),
        ((254, 254, 0), "x_20,y_10", -20, -10),
        ((0, 127, 0), "x_20,y_10", 20, 0),
        ((127, 0, 0), "x_20,y_10", 0, 10),
        ((0, 0, 0), "x_20", 20, 0),
        ((0, 0, 0), "y_10", 0, 10),
        ((0, 0, 0, 0), "x_20,y_10", 0, 0),
        ((63, 127, 0), "x_127,y_10", 64, 0),
    ],
)
def test_dark_moves_right_and_down_and_bright_the_other_way(color, words, right, down):
    found, before = moved(color, words), ramp().astype(int)
    columns = np.clip(np.arange(WIDTH) - right, 0, WIDTH - 1)
    rows = np.clip(np.arange(HEIGHT) - down, 0, HEIGHT - 1)
    assert np.abs(found - before[rows][:, columns]).max() <= 1


def test_the_map_is_stretched_over_the_picture_and_no_pixel_moves_too_far():
    assert (moved((0, 0, 0), "x_20,y_10", (3, 7)) == moved((0, 0, 0), "x_20,y_10")).all()
    assert (moved((0, 0, 0), "x_99999") == moved((0, 0, 0), f"x_{displace.SHIFT_PX_MAX}")).all()


def test_a_mark_that_is_hard_to_remove_is_the_same_each_time_and_nowhere_far_off():
    base = encoded(scene(200, 120), "PNG")
    mark = Image.new("RGBA", (120, 60), (0, 0, 0, 0))
    mark.paste((250, 250, 250, 200), (20, 10, 100, 50))
    layers = {"m": encoded(mark, "PNG")}
    plain, one, two, strong = (
        np.asarray(seen(base, f"l_m{words}/f_png", "png", layers)).astype(int)
        for words in ("", ",e_anti_removal", ",e_anti_removal", ",e_anti_removal:100")
    )
    assert (one == two).all()
    inside = (slice(44, 76), slice(64, 136))
    change, stronger = (np.abs(plain - found)[inside] for found in (one, strong))
    assert 1 < change.mean() < stronger.mean() < 30
    outside = np.ones(plain.shape[:2], dtype=bool)
    outside[30:90, 40:160] = False
    assert (plain[outside] == strong[outside]).all()
