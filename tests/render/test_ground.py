"""What is painted behind a picture: its own colours, their opposites, gradients of them, those of a palette."""

import numpy as np
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid
from tests.pictures import encoded
from tests.render.lab import is_near, seen

RED, BLUE, GREEN, GOLD = (200, 30, 30), (30, 40, 200), (30, 160, 40), (230, 190, 40)


def quarters(colors=(RED, BLUE, GREEN, GOLD), side: int = 80) -> bytes:
    """Four even fields, from top left, row by row."""
    pixels = np.zeros((side, side, 3), dtype=np.uint8)
    half = side // 2
    for index, color in enumerate(colors):
        row, column = index // 2 * half, index % 2 * half
        pixels[row : row + half, column : column + half] = color
    return encoded(Image.fromarray(pixels), "PNG")


def halves(left=RED, right=BLUE) -> bytes:
    return quarters((left, right, left, right))


def padded(background: str, data: bytes, *, width: int = 240, height: int = 80) -> Image.Image:
    return seen(data, f"b_{background},c_pad,h_{height},w_{width}/f_png", "png").convert("RGB")


@pytest.mark.parametrize(
    ("background", "left", "right"),
    [
        ("auto:predominant_gradient:2", RED, BLUE),
        ("auto:border_gradient:2", RED, BLUE),
        ("auto:predominant_gradient:2:palette_maroon_navy_white", (128, 0, 0), (0, 0, 128)),
        ("auto:predominant_gradient_contrast:2", (55, 225, 225), (225, 215, 55)),
    ],
)
def test_a_gradient_goes_from_where_a_colour_is_to_where_the_other_is(background, left, right):
    picture = padded(background, halves())
    assert is_near(picture.getpixel((0, 40)), left)
    assert is_near(picture.getpixel((239, 40)), right)


@pytest.mark.parametrize(
    ("direction", "data", "at", "color"),
    [
        ("vertical", quarters((RED, RED, BLUE, BLUE)), (0, 0), RED),
        ("vertical", quarters((RED, RED, BLUE, BLUE)), (0, 79), BLUE),
        ("diagonal_desc", halves(), (0, 0), RED),
        ("diagonal_desc", halves(), (239, 79), BLUE),
        ("diagonal_asc", halves(), (0, 79), RED),
        ("diagonal_asc", halves(), (239, 0), BLUE),
    ],
)
def test_a_gradient_has_a_direction(direction, data, at, color):
    assert is_near(padded(f"auto:predominant_gradient:2:{direction}", data).getpixel(at), color)


def test_four_colours_stand_in_the_four_corners():
    picture = padded("auto:predominant_gradient:4", quarters())
    found = [picture.getpixel(at) for at in ((0, 0), (239, 0), (0, 79), (239, 79))]
    assert all(is_near(one, other) for one, other in zip(found, (RED, BLUE, GREEN, GOLD), strict=True))


def test_a_palette_gives_its_nearest_colour():
    plain = encoded(Image.new("RGB", (60, 60), (190, 40, 50)), "PNG")
    assert is_near(padded("auto:predominant:palette_green_red_blue", plain).getpixel((0, 40)), (255, 0, 0))


def test_one_colour_alone_is_no_gradient():
    plain = encoded(Image.new("RGB", (60, 60), GOLD), "PNG")
    picture = padded("auto:predominant_gradient:4", plain)
    assert picture.getextrema() == tuple((part, part) for part in GOLD)


def test_a_gradient_shows_through_what_is_transparent():
    picture = Image.new("RGBA", (60, 60), (*RED, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 30, 60))
    found = seen(encoded(picture, "PNG"), "b_auto:predominant_gradient:2,c_pad,h_60,w_60/f_png", "png")
    assert found.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_the_same_picture_has_the_same_ground():
    first, second = (padded("auto:border_gradient:4", quarters()) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_a_generated_ground_names_what_is_missing():
    with pytest.raises(Invalid, match=r"b_gen_fill.*not available.*render\.generator"):
        padded("gen_fill:prompt_sea", quarters())
