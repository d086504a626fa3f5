"""Every effect: one file, one name, one example that parses, renders, keeps alpha and looks as it did."""

import io
import json
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render import effects
from safelight.render.effect import carry_out, effect, vocabulary
from safelight.render.image import Image as Vips
from safelight.transform.canon import canon
from safelight.transform.parse import parse
from safelight.transform.plan import Effect
from tests.golden.make import GOLDEN, grid, source
from tests.pictures import encoded
from tests.render.lab import developed, is_near, seen

NAMES = sorted(vocabulary())
DONE = sorted(name for name, spec in vocabulary().items() if not spec.needs)
"""What every installation can do."""
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
        assert param.default is not None or param.kind in {"color", "numbers"}
        assert param.kind not in {"text", "texts", "areas"} or param.default in {"", ()}
        assert param.kind != "number" or param.range.low <= param.default <= param.range.high
        assert len(spec.params) == 1 or param.name in spec.description or param.kind == "word"


@pytest.mark.parametrize("name", NAMES)
def test_the_example_parses_and_its_canonical_form_too(name):
    plan = parse(vocabulary()[name].example, vocabulary())
    assert any(isinstance(step, Effect) and step.name == name for step in plan.steps)
    assert parse(canon(plan), vocabulary()) == plan


@pytest.mark.parametrize("name", DONE)
def test_an_effect_looks_as_it_did(name):
    """A coarse grid and not a hash: another build of libvips may round another way."""
    golden = np.array(json.loads((GOLDEN / f"{name}.json").read_text()))
    assert np.abs(np.array(grid(name)) - golden).max() <= 3


def test_every_golden_picture_belongs_to_an_effect():
    assert sorted(path.stem for path in Path(GOLDEN).glob("*.json")) == DONE


@pytest.mark.parametrize("name", DONE)
def test_alpha_is_kept(name):
    picture = Image.open(io.BytesIO(source())).convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 40, picture.height))
    result = seen(encoded(picture, "PNG"), f"{vocabulary()[name].example}/f_png", "png").convert("RGBA")
    if vocabulary()[name].changes_size:
        assert result.getchannel("A").getextrema() == (0, 255)
        return
    assert result.getpixel((2, 40))[3] == 0
    assert result.getpixel((150, 40))[3] == 255


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (3, 700)])
@pytest.mark.parametrize("name", DONE)
def test_a_tiny_picture_survives(name, size):
    picture = encoded(Image.new("RGB", size, (90, 120, 30)), "PNG")
    result = seen(picture, f"{vocabulary()[name].example}/f_png", "png")
    assert result.size == size or vocabulary()[name].changes_size


@pytest.mark.parametrize("name", DONE)
def test_the_bounds_of_every_number_can_be_carried_out(name):
    spec = vocabulary()[name]
    steps = parse(spec.example, vocabulary()).steps
    usual = next(step for step in steps if isinstance(step, Effect) and step.name == name).args
    plain = Vips.black(40, 30, bands=3).linear([1], [90, 120, 30]).cast("uchar").copy(interpretation="srgb")
    for pick in ("low", "high"):
        args = tuple(
            getattr(p.range, pick) if p.kind == "number" else arg for p, arg in zip(spec.params, usual, strict=True)
        )
        result = carry_out(plain, Effect(name, args))
        assert result.format == "uchar"
        assert (result.width, result.height) == (40, 30) or spec.changes_size
        assert result.bands == 3 or (result.bands == 4 and spec.opens)
        assert result.avg() >= 0


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("e_negate", (10, 20, 30), (245, 235, 225)),
        ("e_grayscale", (255, 255, 255), (255, 255, 255)),
        ("e_grayscale:tint:80", (255, 255, 255), (255, 255, 255)),
        ("e_grayscale:50", (200, 50, 50), (151, 76, 76)),
        ("e_replace_color", (200, 50, 50), (200, 50, 50)),
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
        ("e_tint:100:red", (128, 128, 128), (255, 0, 0)),
        ("e_tint:100:red:blue", (0, 0, 0), (255, 0, 0)),
        ("e_tint:100:red:blue", (255, 255, 255), (0, 0, 255)),
        ("e_tint:100:lime:20p:red:60p", (255, 255, 255), (255, 255, 255)),
        ("e_replace_color:blue:30:red", (255, 255, 255), (255, 255, 255)),
        ("e_recolor:0:1:0:0:0:1:1:0:0", (10, 20, 30), (20, 30, 10)),
        ("e_recolor:1:0:0:0:0:1:0:0:0:0:1:0:0:0:0:1", (10, 20, 30), (10, 20, 30)),
        ("e_noise", (10, 20, 30), (10, 20, 30)),
        ("e_morphology", (10, 20, 30), (10, 20, 30)),
        ("e_morphology:convolve:5:ring:3", (10, 20, 30), (10, 20, 30)),
        ("e_ordered_dither", (200, 100, 130), (255, 0, 255)),
        ("e_simulate_colorblind:rod_monochromacy", (90, 90, 90), (90, 90, 90)),
        ("e_assist_colorblind:100", (90, 90, 90), (90, 90, 90)),
        ("e_tilt_shift:100", (10, 20, 30), (10, 20, 30)),
        ("e_theme:color_black", (250, 250, 250), (0, 0, 0)),
        ("e_theme:color_fff", (20, 20, 20), (255, 255, 255)),
        ("e_theme:color_rgb:203040", (250, 250, 250), (32, 48, 64)),
        ("e_art:incognito", (0, 0, 0), (0, 0, 0)),
        ("e_blur_region:500,x_10,w_20", (10, 20, 30), (10, 20, 30)),
    ],
)
def test_what_an_effect_does_to_a_colour(asked, before, after):
    picture = encoded(Image.new("RGB", (64, 64), before), "PNG")
    assert is_near(seen(picture, f"{asked}/f_png", "png").convert("RGB").getpixel((32, 32)), after, 4)


@pytest.mark.parametrize(
    ("asked", "size", "transparent", "opaque"),
    [
        ("e_make_transparent:20", (120, 80), (5, 5), (30, 40)),
        ("co_rgb:dc1414,e_make_transparent", (120, 80), (30, 40), (5, 5)),
        ("e_bgremoval", (120, 80), (5, 5), (30, 40)),
        ("e_bgremoval", (120, 80), (100, 75), (90, 40)),
        ("e_bgremoval:screen:rgb:dc1414", (120, 80), (30, 40), (5, 5)),
        ("e_shadow,x_10,y_6", (132, 88), (131, 2), (60, 40)),
        ("e_shadow,x_-10,y_-6", (132, 88), (2, 86), (74, 50)),
        ("e_shear:45:0", (200, 80), (2, 75), (100, 40)),
        ("e_distort:0:0:60:0:60:40:0:40", (60, 40), None, (30, 20)),
        ("e_distort:20:0:60:0:60:40:0:40", (60, 40), (1, 1), (30, 20)),
        ("e_distort:arc:180", (160, 80), (2, 2), (80, 5)),
        ("e_distort:arc:-180", (160, 80), (2, 77), (80, 74)),
        ("e_gradient_fade:20,y_0.5", (120, 80), (60, 0), (60, 60)),
        ("e_gradient_fade:20,y_-0.5", (120, 80), (60, 79), (60, 20)),
        ("e_gradient_fade:symmetric,x_20", (120, 80), (119, 40), (60, 40)),
        ("e_gradient_fade:symmetric_pad,x_20", (160, 80), (0, 40), (30, 40)),
        ("e_upscale", (480, 320), None, (5, 5)),
        ("e_outline:fill:30", (180, 140), None, (35, 35)),
        ("e_dropshadow", (158, 105), (2, 102), (40, 40)),
    ],
)
def test_what_an_effect_does_to_the_shape(asked, size, transparent, opaque):
    """Blue all around, two red squares with a gap between them."""
    picture = Image.new("RGB", (120, 80), (20, 20, 220))
    picture.paste((220, 20, 20), (20, 20, 50, 60))
    picture.paste((220, 20, 20), (70, 20, 100, 60))
    result = seen(encoded(picture, "PNG"), f"{asked}/f_png", "png").convert("RGBA")
    assert result.size == size
    assert transparent is None or result.getpixel(transparent)[3] < 20
    assert result.getpixel(opaque)[3] > 235


@pytest.mark.parametrize("mode", ["outer", "inner", "inner_and_outer", "fill"])
def test_an_outline_lies_on_its_side_of_the_edge(mode):
    picture = Image.new("RGBA", (100, 80), (0, 0, 0, 0))
    picture.paste((20, 20, 220, 255), (30, 20, 70, 60))
    result = seen(encoded(picture, "PNG"), f"co_rgb:ff0000,e_outline:{mode}:10/f_png", "png")
    red, blue, nothing = (255, 0, 0, 255), (20, 20, 220, 255), 0
    outside, inside, middle = (result.getpixel((x, 40)) for x in (27, 32, 50))
    assert outside == red if mode != "inner" else outside[3] == nothing
    assert inside == (blue if mode == "outer" else red)
    assert middle == (red if mode == "fill" else blue)


@pytest.mark.parametrize(
    "asked",
    [
        "e_distort",
        "e_distort:arc:400",
        "e_distort:arc:0",
        "e_distort:arc:1:2:3:4:5:6:7:8",
        "e_distort:0:0:10:10:20:20:30:30",
        "e_distort:-20000:0:20000:0:20000:20000:-20000:20000",
        "e_shear:90:0",
        "e_shear:400:0",
        "e_tint:101",
        "e_shadow:-1",
        "e_outline:0",
        "e_recolor:1:2:3",
        "e_ordered_dither:19",
        "e_art:nobody",
        "e_pixelate_region:500",
        "e_morphology:radius_50",
    ],
)
def test_what_cannot_be_done_is_refused_in_words(asked):
    with pytest.raises((Invalid, TooMuch)) as caught:
        seen(source(), f"{asked}/f_png", "png")
    assert str(caught.value) != "Invalid image file"


REFUSED = sorted(name for name, spec in vocabulary().items() if spec.needs)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_missing_is_named(name):
    with pytest.raises(Invalid, match="his installation") as caught:
        seen(source(), vocabulary()[name].example, "png")
    assert str(caught.value).endswith(".")


def test_a_drawing_is_delivered_as_vectors_and_as_pixels():
    drawn = developed(source(), "e_vectorize:4/f_svg", "png").data
    assert drawn.count(b"<path") > 3
    assert b'width="160" height="160" viewBox="0 0 ' in drawn
    pixels = seen(source(), "e_vectorize:4/f_png", "png")
    assert pixels.size == (160, 160)
    assert seen(drawn, "f_png", "svg").size == (160, 160)
    assert developed(source(), "e_vectorize:4/f_svg", "png").data == drawn


def test_a_drawing_that_is_changed_afterwards_is_no_drawing_any_more():
    pixels = developed(source(), "e_vectorize:4/e_sepia/f_svg", "png").data
    assert b"<path" not in pixels
    assert b"<image" in pixels


@pytest.mark.parametrize(
    ("asked", "frames", "duration_ms"),
    [
        ("e_zoompan", 60, 67),
        ("e_zoompan:du_1;fps_5", 5, 200),
        ("e_zoompan:mode_ofc;maxzoom_3.2;du_5;fps_30", 60, 83),
        ("e_zoompan:from_(zoom_2;x_30;y_10);to_(zoom_4;x_90;y_40);du_2;fps_10", 20, 100),
        ("e_zoompan:to_(g_auto);du_1;fps_10", 10, 100),
    ],
)
def test_a_still_begins_to_move(asked, frames, duration_ms):
    moving = seen(source(), f"{asked}/f_webp", "png")
    assert (moving.n_frames, moving.size) == (frames, (160, 160))
    first = np.asarray(moving.convert("RGB"), dtype=int)
    moving.seek(frames - 1)
    moving.load()
    assert abs(moving.info["duration"] - duration_ms) <= 1
    assert np.abs(np.asarray(moving.convert("RGB"), dtype=int) - first).mean() > 3


def test_a_format_that_stands_still_gets_the_first_frame():
    assert seen(source(), "e_zoompan:du_1;fps_5/f_jpg", "png").size == (160, 160)


@pytest.mark.parametrize("asked", ["e_zoompan:from_(zoom_nan)", "e_zoompan:to_(q_1)", "e_zoompan:from_(x_)"])
def test_a_view_that_makes_no_sense_is_refused(asked):
    with pytest.raises(Invalid, match="Invalid zoompan"):
        seen(source(), f"{asked}/f_gif", "png")


def test_an_animation_is_played_as_often_as_asked():
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "lime", "blue")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)
    assert seen(moving, "e_loop:3", "gif").info["loop"] == 2  # twice more after the first
    assert seen(moving, "e_loop", "gif").info["loop"] == 0


def test_a_region_leaves_the_rest_as_it_is():
    before = np.asarray(Image.open(io.BytesIO(source())))
    for effect_name in ("blur_region:500", "pixelate_region:9"):
        after = np.asarray(seen(source(), f"e_{effect_name},h_30,w_40,x_20,y_50/f_png", "png").convert("RGB"))
        changed = np.argwhere((before != after).any(axis=2))
        assert changed.min(axis=0).tolist() >= [50, 20]
        assert changed.max(axis=0).tolist() <= [79, 59]
        assert (before[50:80, 20:60] != after[50:80, 20:60]).any()


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
