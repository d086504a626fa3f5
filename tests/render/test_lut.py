"""Colours go through a table as its file says, with straight lines between its entries; a broken table is told."""

from itertools import product

import numpy as np
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render import lut
from tests.pictures import encoded
from tests.render.lab import seen


def colors() -> Image.Image:
    """Every colour of a coarse cube, and all greys."""
    levels = (0, 1, 60, 127, 128, 200, 254, 255)
    pixels = [*product(levels, repeat=3), *((level,) * 3 for level in range(256))]
    return Image.fromarray(np.array(pixels, dtype=np.uint8).reshape(-1, 32, 3))


def graded(table: str, source: Image.Image | None = None, name: str = "t.cube") -> np.ndarray:
    picture = seen(encoded(source or colors(), "PNG"), f"l_lut:{name}/f_png", "png", {name: table.encode()})
    return np.asarray(picture).astype(int)


def cube(side: int, change=lambda r, g, b: (r, g, b), head: str = "") -> str:
    steps = [index / (side - 1) for index in range(side)]
    rows = (" ".join(f"{part:.6f}" for part in change(r, g, b)) for b in steps for g in steps for r in steps)
    return f'TITLE "x"\n# words\n{head}LUT_3D_SIZE {side}\n' + "\n".join(rows) + "\n"


def three_dl(side: int, bits: int, change=lambda r, g, b: (r, g, b)) -> str:
    steps = [index / (side - 1) for index in range(side)]
    levels = " ".join(str(round(step * 1023)) for step in steps)
    most = 2**bits - 1
    rows = (" ".join(str(round(part * most)) for part in change(r, g, b)) for r in steps for g in steps for b in steps)
    return f"3DMESH\nMesh 4 {bits}\n{levels}\n" + "\n".join(rows) + "\nLUT8\ngamma 1.0\n"


@pytest.mark.parametrize("side", [2, 3, 17, 33])
def test_a_table_that_changes_nothing_changes_nothing(side):
    before = np.asarray(colors()).astype(int)
    assert np.abs(graded(cube(side)) - before).max() <= 1
    assert np.abs(graded(three_dl(side, 12), name="t.3dl") - before).max() <= 1


def test_a_mark_of_byte_order_and_other_line_ends_are_nothing():
    text = "\ufeff" + cube(2).replace("\n", "\r\n")
    assert np.abs(graded(text) - np.asarray(colors()).astype(int)).max() <= 1


@pytest.mark.parametrize(
    "change",
    [
        lambda r, g, b: (g, b, r),
        lambda r, g, b: (1 - r, g / 2, b),
        lambda r, g, b: (r / 2 + b / 4, g, 0.25),
    ],
)
def test_each_colour_becomes_what_the_table_says(change):
    before = np.asarray(colors()) / 255
    wanted = np.stack(np.broadcast_arrays(*change(before[..., 0], before[..., 1], before[..., 2])), axis=-1) * 255
    assert np.abs(graded(cube(5, change)) - wanted).max() <= 1
    assert np.abs(graded(three_dl(5, 10, change), name="t.3dl") - wanted).max() <= 1


def test_between_the_entries_lie_straight_lines():
    """Trilinear: red, green and blue each by their share."""
    table = cube(2, lambda r, g, b: (r * g * b,) * 3)
    shares = np.asarray(colors()) / 255
    wanted = shares[..., 0] * shares[..., 1] * shares[..., 2] * 255
    assert np.abs(graded(table)[..., 0] - wanted).max() <= 1


def test_a_curve_of_one_side_and_one_before_a_cube():
    curve = "LUT_1D_SIZE 3\n0 0 0\n0.5 0.25 0.5\n1 1 1\n"
    before = np.asarray(colors()).astype(int)
    green = np.where(before[..., 1] <= 127.5, before[..., 1] / 2, 255 - (255 - before[..., 1]) * 1.5)
    found = graded(curve)
    assert np.abs(found[..., 1] - green).max() <= 1
    assert np.abs(found[..., 0] - before[..., 0]).max() <= 1
    both = "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n1 1 1\n0 0 0\n" + cube(2).partition("LUT_3D_SIZE 2\n")[2]
    assert np.abs(graded(both) - (255 - before)).max() <= 1


def test_a_domain_says_which_colours_the_ends_belong_to():
    before = np.asarray(colors()).astype(int)
    table = cube(2, head="DOMAIN_MIN 0 0 0\nDOMAIN_MAX 0.5 0.5 0.5\n")
    assert np.abs(graded(table) - np.clip(before * 2, 0, 255)).max() <= 1


def test_alpha_is_kept():
    picture = Image.new("RGBA", (8, 8), (10, 20, 30, 77))
    assert graded(cube(2, lambda r, g, b: (1 - r, g, b)), picture)[0, 0].tolist() == [245, 20, 30, 77]


ROWS = "0 0 0\n" * 8


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not say LUT_3D_SIZE"),
        ("words\n" * 3, "does not say"),
        ("LUT_3D_SIZE 2\n" + "0 0 0\n" * 7, "7 colours, and needs 8"),
        ("LUT_3D_SIZE 2\n" + ROWS + "0 0 0\n", "9 colours, and needs 8"),
        ("LUT_3D_SIZE 2\n" + "0 0\n" * 8, "three numbers"),
        ("LUT_3D_SIZE 2\n" + "0 0 x\n" * 8, "three numbers"),
        ("LUT_3D_SIZE 2\n0 0 nan\n" + "0 0 0\n" * 7, "finite"),
        ("LUT_3D_SIZE 2\n0 0 1e99\n" + "0 0 0\n" * 7, "finite"),
        ("LUT_3D_SIZE 999\n", "2 to 65"),
        ("LUT_3D_SIZE 1\n0 0 0\n", "2 to 65"),
        ("LUT_3D_SIZE two\n", "2 to 65"),
        ("LUT_1D_SIZE 99999999\n", "2 to 65536"),
        ("DOMAIN_MIN 1 1 1\nLUT_3D_SIZE 2\n" + ROWS, "domain is empty"),
        ("DOMAIN_MIN a b c\nLUT_3D_SIZE 2\n" + ROWS, "no numbers"),
    ],
)
def test_a_broken_table_says_what_is_wrong(text, words):
    with pytest.raises(Invalid, match=words):
        lut.parsed(text.encode(), "cube", "t.cube")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no numbers"),
        ("0 0 0\n" * 8, "levels of a side is missing"),
        ("0 1023\n" + "0 0 0\n" * 7, "7 colours, and needs 8"),
        ("0 1023\n" + "0 0 -1\n" * 8, "begin at 0"),
        ("0 1023\n" + "0 0 99999\n" * 8, "16 bits"),
        ("0 100 1023 2000\n" + "0 0 0\n" * 64, "evenly"),
        ("1023 0\n" + "0 0 0\n" * 8, "evenly"),
    ],
)
def test_a_broken_3dl_says_what_is_wrong(text, words):
    with pytest.raises(Invalid, match=words):
        lut.parsed(text.encode(), "3dl", "t.3dl")


def test_bytes_that_are_no_text_and_too_many_of_them_are_refused():
    with pytest.raises(Invalid, match="Invalid table"):
        lut.parsed(bytes(range(256)) * 10, "cube", "t.cube")
    with pytest.raises(Invalid, match=r"must be a \.cube or \.3dl"):
        lut.parsed(b"", "font", "t.ttf")
    with pytest.raises(TooMuch, match=r"t\.cube"):
        graded("#" * (lut.BYTES_MAX + 1))
