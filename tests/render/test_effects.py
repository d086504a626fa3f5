"""Every effect: one file, one name, one example that parses, renders, keeps alpha and looks as it did."""

import io
import json
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from safelight.render import effects
from safelight.render.effect import carry_out, effect, vocabulary
from safelight.render.image import Image as Vips
from safelight.transform.canon import canon
from safelight.transform.parse import parse
from safelight.transform.plan import Effect
from tests.golden.make import GOLDEN, grid, source
from tests.pictures import encoded
from tests.render.lab import is_near, seen

NAMES = sorted(vocabulary())
FILES = sorted(module.name for module in pkgutil.iter_modules(effects.__path__))


def test_a_file_bears_the_name_of_its_one_effect():
    assert NAMES == FILES
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_an_effect_is_documented_and_bounded(name):
    spec = vocabulary()[name]
    assert spec.summary.endswith(".")
    assert f"e_{name}" in spec.example
    for param in spec.params:
        assert param.default is not None
        assert param.kind != "number" or param.range.low <= param.default <= param.range.high
        assert len(spec.params) == 1 or param.name in spec.description or param.kind == "word"


@pytest.mark.parametrize("name", NAMES)
def test_the_example_parses_and_its_canonical_form_too(name):
    plan = parse(vocabulary()[name].example, vocabulary())
    assert any(isinstance(step, Effect) and step.name == name for step in plan.steps)
    assert parse(canon(plan), vocabulary()) == plan


@pytest.mark.parametrize("name", NAMES)
def test_an_effect_looks_as_it_did(name):
    """A coarse grid and not a hash: another build of libvips may round another way."""
    golden = np.array(json.loads((GOLDEN / f"{name}.json").read_text()))
    assert np.abs(np.array(grid(name)) - golden).max() <= 3


def test_every_golden_picture_belongs_to_an_effect():
    assert sorted(path.stem for path in Path(GOLDEN).glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_alpha_is_kept(name):
    picture = Image.open(io.BytesIO(source())).convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 40, picture.height))
    result = seen(encoded(picture, "PNG"), f"{vocabulary()[name].example}/f_png", "png")
    assert result.mode == "RGBA"
    assert result.getpixel((2, 40))[3] == 0
    assert result.getpixel((150, 40))[3] == 255


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (3, 700)])
@pytest.mark.parametrize("name", NAMES)
def test_a_tiny_picture_survives(name, size):
    picture = encoded(Image.new("RGB", size, (90, 120, 30)), "PNG")
    assert seen(picture, f"{vocabulary()[name].example}/f_png", "png").size == size


@pytest.mark.parametrize("name", NAMES)
def test_the_bounds_of_every_number_can_be_carried_out(name):
    spec = vocabulary()[name]
    plain = Vips.black(40, 30, bands=3).linear([1], [90, 120, 30]).cast("uchar").copy(interpretation="srgb")
    for pick in ("low", "high"):
        args = tuple(getattr(p.range, pick) if p.kind == "number" else p.default for p in spec.params)
        result = carry_out(plain, Effect(name, args))
        assert (result.width, result.height, result.bands, result.format) == (40, 30, 3, "uchar")
        assert result.avg() >= 0


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("e_negate", (10, 20, 30), (245, 235, 225)),
        ("e_grayscale", (255, 255, 255), (255, 255, 255)),
        ("e_brightness:100", (10, 20, 30), (138, 148, 158)),
        ("e_brightness:-50", (100, 100, 100), (36, 36, 36)),
        ("e_red:50", (100, 100, 100), (150, 100, 100)),
        ("e_green:-50", (100, 100, 100), (100, 50, 100)),
        ("e_blue:100", (100, 100, 100), (100, 100, 200)),
        ("e_sepia:100", (100, 100, 100), (135, 120, 94)),
        ("co_rgb:ff0000,e_colorize:50", (100, 100, 100), (178, 50, 50)),
        ("e_blackwhite:50", (200, 200, 200), (255, 255, 255)),
        ("e_blackwhite:50", (50, 50, 50), (0, 0, 0)),
        ("e_saturation:-100", (200, 50, 50), (103, 103, 103)),
        ("e_hue:0", (200, 50, 50), (200, 50, 50)),
        ("e_gamma:0", (200, 50, 50), (200, 50, 50)),
        ("e_gamma:100", (64, 64, 64), (128, 128, 128)),
        ("e_contrast:0", (200, 50, 50), (200, 50, 50)),
        ("e_contrast:level_200:type_linear", (160, 128, 96), (192, 128, 64)),
        ("e_brightness_hsb:100", (100, 50, 25), (200, 100, 50)),
        ("e_auto_contrast", (70, 70, 70), (70, 70, 70)),
        ("e_vignette:0", (70, 80, 90), (70, 80, 90)),
    ],
)
def test_what_an_effect_does_to_a_colour(asked, before, after):
    picture = encoded(Image.new("RGB", (64, 64), before), "PNG")
    assert is_near(seen(picture, f"{asked}/f_png", "png").convert("RGB").getpixel((32, 32)), after, 4)


def test_contrast_down_undoes_contrast_up():
    picture = seen(source(), "e_contrast:40/e_contrast:-40/f_png", "png").convert("RGB")
    difference = np.asarray(picture, dtype=int) - np.asarray(Image.open(io.BytesIO(source())), dtype=int)
    assert np.abs(difference).mean() < 2


def test_an_effect_that_cannot_be_described_is_a_mistake_of_its_author():
    def unbounded(image: Vips, level: float = 0) -> Vips:
        """Nothing."""
        return image

    with pytest.raises(TypeError, match="need a Range"):
        effect(example="e_unbounded")(unbounded)

    def blur(image: Vips) -> Vips:
        """A second one of that name."""
        return image

    with pytest.raises(ValueError, match="Two effects"):
        effect(example="e_blur")(blur)
