"""Liquid: dull ground goes first, what matters keeps its size."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from safelight.kernel.errors import TooMuch
from safelight.render import liquid
from safelight.render.effect import vocabulary
from safelight.render.image import Image as Vips
from safelight.transform.geometry import Size
from safelight.transform.parse import parse
from safelight.transform.plan import Liquid, Resize
from tests.pictures import encoded
from tests.render.lab import seen


def scene() -> bytes:
    """A checkered square on even ground."""
    image = Image.new("RGB", (300, 200), (90, 120, 160))
    draw = ImageDraw.Draw(image)
    for x in range(60, 140, 10):
        for y in range(60, 140, 10):
            draw.rectangle((x, y, x + 9, y + 9), fill=(240, 240, 240) if (x + y) // 10 % 2 else (20, 20, 20))
    return encoded(image, "PNG")


def square(image: Image.Image) -> tuple[int, int]:
    lively = np.abs(np.asarray(image.convert("RGB")).astype(int) - [90, 120, 160]).sum(2) > 60
    return int(lively.any(0).sum()), int(lively.any(1).sum())


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("c_scale,g_liquid,w_200,h_200", (200, 200), (80, 80)),
        ("c_scale,g_liquid,w_300,h_120", (300, 120), (80, 80)),
        ("c_scale,g_liquid,w_100,h_100", (100, 100), (40, 40)),
        ("c_scale,g_liquid,w_150,h_100", (150, 100), (40, 40)),
        ("c_scale,w_200,h_200", (200, 200), (53, 80)),
    ],
)
def test_what_matters_keeps_its_shape(text: str, size: tuple[int, int], expected: tuple[int, int]):
    image = seen(scene(), f"{text}/f_png", "png")
    assert image.size == size
    assert square(image) == pytest.approx(expected, abs=5)
    assert list(image.get_flattened_data()) == list(seen(scene(), f"{text}/f_png", "png").get_flattened_data())


def test_alpha_and_other_bands_survive():
    image = Image.open(io.BytesIO(scene())).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    found = seen(encoded(image, "PNG"), "c_scale,g_liquid,w_200,h_200/f_png", "png")
    assert found.mode == "RGBA"
    assert found.getextrema()[3][0] < 10


def test_it_is_a_word_of_scale():
    (step,) = parse("c_scale,g_liquid,w_200,h_200", vocabulary()).steps
    assert isinstance(step, Resize)
    assert replace(step).gravity == Liquid()


def test_it_has_a_limit():
    large = Vips.black(5000, 2500, bands=3).copy(interpretation="srgb")
    with pytest.raises(TooMuch, match="10 megapixels"):
        liquid.carved(large, Size(4000, 2500), ())
