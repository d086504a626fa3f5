"""Layers lie where they are put, as large as asked for, and change the picture below as their blend says."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.transform.plan import (
    Encode,
    ImageLayer,
    Layer,
    OfRegion,
    Plan,
    Ratio,
    Region,
    Resize,
    SightGravity,
)
from safelight.transform.reference import Reference
from tests.golden import layers as golden
from tests.pictures import encoded
from tests.render.lab import LIMITS, developed, is_near, seen

GROUND, INK = (100, 150, 200), (220, 20, 20)
BASE = encoded(Image.new("RGB", (100, 60), GROUND), "PNG")
CLEAR = encoded(Image.new("RGBA", (100, 60), (0, 0, 0, 0)), "PNG")
PLAIN = encoded(Image.new("RGB", (20, 10), INK), "PNG")
HALF = encoded(Image.new("RGBA", (20, 10), (*INK, 128)), "PNG")


def quartered() -> bytes:
    """Red, green, blue and white in the corners, as in `corners`, 20 by 10."""
    picture = np.zeros((10, 20, 3), dtype=np.uint8)
    picture[:5, :10], picture[:5, 10:] = (220, 20, 20), (20, 200, 20)
    picture[5:, :10], picture[5:, 10:] = (20, 20, 220), (255, 255, 255)
    return encoded(Image.fromarray(picture), "PNG")


def laid(chain: str, base: bytes = BASE, **layers: bytes) -> Image.Image:
    return seen(base, f"{chain}/f_png", "png", {"a": PLAIN, "half": HALF, "four": quartered(), **layers})


def box_of(picture: Image.Image, color: tuple[int, ...] = INK) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what has this colour."""
    pixels = np.asarray(picture.convert("RGBA")).astype(int)
    rows, columns = np.nonzero((abs(pixels[..., :3] - color) <= 3).all(axis=2) & (pixels[..., 3] > 250))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize(
    ("placement", "left", "top"),
    [
        ("", 40, 25),
        ("g_center,x_5,y_3", 45, 28),
        ("g_north_west,x_5,y_3", 5, 3),
        ("g_north,x_5,y_3", 45, 3),
        ("g_north_east,x_5,y_3", 75, 3),
        ("g_west,x_5,y_3", 5, 28),
        ("g_east,x_5,y_3", 75, 28),
        ("g_south_west,x_5,y_3", 5, 47),
        ("g_south,x_5,y_3", 45, 47),
        ("g_south_east,x_5,y_3", 75, 47),
        ("g_center,x_-5,y_-3", 35, 22),
        ("g_north_west,x_0.5,y_0.5", 50, 30),
        ("g_south_east,x_0.1,y_0.1", 70, 44),
        ("g_xy_center,x_30,y_20", 20, 15),
    ],
)
def test_a_layer_lies_where_its_gravity_and_offsets_say(placement, left, top):
    for chain in (f"l_a,{placement}".rstrip(","), f"l_a/fl_layer_apply,{placement}".rstrip(",")):
        picture = laid(chain)
        assert picture.size == (100, 60)
        assert box_of(picture) == (left, top, left + 20, top + 10)
        assert picture.getpixel((1, 58)) == GROUND


@pytest.mark.parametrize(
    ("chain", "size"),
    [
        ("l_a,w_40", (40, 20)),
        ("l_a,w_0.5", (10, 5)),
        ("l_a,w_0.5,fl_relative", (50, 25)),
        ("l_a,h_0.5,fl_relative", (60, 30)),
        ("l_a,w_0.5,h_0.5,fl_relative", (50, 30)),
        ("l_a,w_1.0,h_1.0,c_fit,fl_relative", (100, 50)),
        ("l_a/c_scale,w_30,h_30/fl_layer_apply", (30, 30)),
        ("l_a/c_crop,w_6,h_4/fl_layer_apply", (6, 4)),
        ("l_a/a_90/fl_layer_apply", (10, 20)),
        ("l_a/bo_2px_solid_rgb:dc1414/fl_layer_apply", (24, 14)),
        ("c_scale,w_50/l_a,w_0.5,fl_relative", (25, 13)),
    ],
)
def test_a_layer_is_as_large_as_its_steps_say(chain, size):
    left, top, right, bottom = box_of(laid(chain))
    assert (right - left, bottom - top) == size


@pytest.mark.parametrize(
    ("chain", "size", "box"),
    [
        ("l_a,g_north_west,x_-5,y_-4", (105, 64), (0, 0, 20, 10)),
        ("l_a,g_south_east,x_-5,y_-4", (105, 64), (85, 54, 105, 64)),
        ("l_a,g_north_west,x_90", (110, 60), (90, 0, 110, 10)),
        ("l_a,w_120", (120, 60), (0, 0, 120, 60)),
        ("l_a,w_120,fl_no_overflow", (100, 60), (0, 0, 100, 60)),
        ("l_a,g_north_west,x_90,fl_no_overflow", (100, 60), (90, 0, 100, 10)),
        ("l_a/fl_layer_apply,fl_no_overflow,g_north_west,x_-5,y_-4", (100, 60), (0, 0, 15, 6)),
        ("l_a,g_north_west,x_500,fl_no_overflow/l_a,w_2,h_2,g_north_west", (100, 60), (0, 0, 2, 2)),
        ("u_a,w_120", (120, 60), (0, 0, 120, 60)),
    ],
)
def test_the_canvas_grows_where_a_layer_reaches_over_the_edge(chain, size, box):
    picture = laid(chain)
    assert picture.size == size
    assert box_of(picture) == box


def test_what_the_canvas_grew_by_is_transparent_and_white_in_a_jpeg():
    assert laid("l_a,g_north_west,x_90").getpixel((105, 50)) == (0, 0, 0, 0)
    jpeg = seen(BASE, "l_a,g_north_west,x_90/f_jpg,q_95", "png", {"a": PLAIN})
    assert is_near(jpeg.getpixel((105, 50)), (255, 255, 255), 3)
    assert is_near(jpeg.getpixel((50, 50)), GROUND, 6)


@pytest.mark.parametrize(
    ("blend", "inside", "outside"),
    [
        ("", INK, GROUND),
        (",e_multiply", (86, 12, 16), GROUND),
        (",e_screen", (234, 158, 204), GROUND),
        (",e_overlay", (173, 61, 154), GROUND),
        (",e_cut_out", (*GROUND, 0), (*GROUND, 255)),
        (",fl_cutter", (*GROUND, 255), (*GROUND, 0)),
        (",e_mask", (*GROUND, 63), (*GROUND, 0)),
        (",e_anti_removal:1", INK, GROUND),
    ],
)
def test_a_blend_gives_the_colours_that_its_formula_says(blend, inside, outside):
    picture = laid(f"l_a{blend}")
    assert picture.size == (100, 60)
    assert is_near(picture.getpixel((50, 30)), inside, 2)
    assert picture.getpixel((2, 2)) == outside


def test_a_layer_that_lies_beside_the_base_changes_nothing_of_it_and_masks_all():
    beside = "g_north_west,x_200"
    for blend in ("e_multiply", "e_cut_out", "e_screen"):
        assert laid(f"l_a,{blend},{beside}").convert("RGB").getcolors() == [(6000, GROUND)]
    for blend in ("e_mask", "fl_cutter"):
        assert laid(f"l_a,{blend},{beside}").getchannel("A").getextrema() == (0, 0)


def test_half_of_a_layer_is_half_of_its_colour():
    assert is_near(laid("l_half").getpixel((50, 30)), (160, 85, 110), 1)
    assert is_near(laid("l_half,o_50").getpixel((50, 30)), (130, 117, 155), 1)
    assert laid("l_half", CLEAR).getpixel((50, 30)) == (*INK, 128)
    assert is_near(laid("l_half,e_multiply").getpixel((50, 30)), (93, 81, 108), 1)
    assert is_near(laid("l_half,e_cut_out").getpixel((50, 30)), (*GROUND, 127), 1)


def test_the_alpha_of_the_picture_below_stays_under_a_blend():
    glass = encoded(Image.new("RGBA", (100, 60), (*GROUND, 90)), "PNG")
    assert is_near(laid("l_a,e_multiply", glass).getpixel((50, 30)), (86, 12, 16, 90), 1)
    assert laid("l_a,e_screen", CLEAR).getpixel((50, 30))[3] == 0


def test_an_underlay_is_seen_where_the_picture_is_not():
    hole = Image.new("RGBA", (100, 60), (*GROUND, 255))
    hole.paste((0, 0, 0, 0), (45, 25, 55, 35))
    picture = laid("u_a", encoded(hole, "PNG"))
    assert box_of(picture) == (45, 25, 55, 35)
    assert picture.getpixel((41, 30)) == (*GROUND, 255)


@pytest.mark.parametrize(
    ("placement", "corner"),
    [("g_north_west", (0, 0)), ("g_north_west,x_3,y_4", (3, 4)), ("g_north_west,x_-3", (17, 0)), ("", (0, 5))],
)
def test_a_tiled_layer_repeats_from_where_it_lies_and_never_beyond_the_base(placement, corner):
    picture = laid(f"l_four,fl_tiled,{placement}".rstrip(","))
    assert picture.size == (100, 60)
    pixels = np.asarray(picture)
    left, top = corner
    assert tuple(pixels[top, left]) == (220, 20, 20)
    assert (pixels[top:50, left:80] == pixels[top + 10 : 60, left + 20 : 100]).all()
    assert tuple(pixels[(top + 9) % 60, left + 19]) == (255, 255, 255)


def test_layers_of_layers_are_laid_on_them():
    dot = encoded(Image.new("RGB", (4, 2), (1, 2, 3)), "PNG")
    picture = laid("l_a/l_dot,g_south_east/fl_layer_apply/fl_layer_apply,g_north_west", dot=dot)
    assert box_of(picture, (1, 2, 3)) == (16, 8, 20, 10)
    relative = laid("l_a/l_dot/c_scale,fl_relative,w_0.5/fl_layer_apply/fl_layer_apply,g_north_west", dot=dot)
    left, _, right, _ = box_of(relative, (1, 2, 3))
    assert right - left == 10


def test_layers_come_in_the_order_of_the_chain():
    assert box_of(laid("l_four,w_60,h_40/l_a"), INK) == (20, 10, 60, 35)
    assert laid("l_a/l_four,w_60,h_40").getpixel((52, 32)) == (255, 255, 255)


def test_a_layer_goes_through_the_same_door_as_a_source():
    upright = Image.new("RGB", (40, 20), (9, 99, 199))
    upright.paste(INK, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = laid("l_turned,g_north_west", turned=encoded(upright, "JPEG", exif=exif, quality=95))
    assert is_near(picture.getpixel((10, 5)), INK, 12)
    assert is_near(picture.getpixel((10, 35)), (9, 99, 199), 12)
    cmyk = encoded(Image.new("CMYK", (30, 30), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = laid("l_cmyk", cmyk=cmyk).getpixel((50, 30))
    assert red > 180
    assert max(green, blue) < 80
    grey = encoded(Image.new("L", (30, 30), 77), "PNG")
    assert laid("l_grey", grey=grey).getpixel((50, 30)) == (77, 77, 77)


def test_no_dark_fringe_where_a_layer_fades():
    ring = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ring.paste((255, 255, 255, 255), (50, 50, 150, 150))
    white = encoded(Image.new("RGB", (100, 60), (255, 255, 255)), "PNG")
    chain = "l_ring/c_scale,w_33/a_10/fl_layer_apply,fl_no_overflow"
    assert np.asarray(laid(chain, white, ring=encoded(ring, "PNG"))).min() >= 254


def test_an_animation_keeps_a_layer_on_every_frame_and_gives_its_first_one_as_a_layer():
    frames = [Image.new("RGB", (100, 60), color) for color in ((0, 0, 255), (0, 255, 0), (255, 0, 0))]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[50, 60, 70], loop=0)
    made = developed(moving, "l_a,g_north_west/f_gif", "gif", layers={"a": encoded(Image.new("RGB", (20, 10)), "PNG")})
    assert made.frames == 3
    shown = Image.open(io.BytesIO(made.data))
    for index in range(3):
        shown.seek(index)
        assert is_near(shown.convert("RGB").getpixel((5, 5)), (0, 0, 0), 8)
        assert is_near(shown.convert("RGB").getpixel((60, 40)), frames[index].getpixel((0, 0)), 8)
    still = laid("l_m,g_north_west,w_20", m=moving)
    assert is_near(still.getpixel((5, 5)), (0, 0, 255), 4)


# --- what a picture shows ---------------------------------------------------------------------------------------

FACES = (Region("face", 0.1, 0.5, 0.2, 0.25), Region("face", 0.6, 0.0, 0.1, 0.2))


def on_faces(gravity: SightGravity, seen_: tuple[Region, ...], *before: Resize, each: bool = True) -> Image.Image:
    layer = Layer(
        ImageLayer(Reference("a")),
        (Resize(width=OfRegion(1.0), height=OfRegion(1.0)),) if each else (),
        gravity=gravity,
        is_for_each_region=each,
    )
    plan = Plan((*before, layer), encode=Encode(format="png"), seen=seen_)
    return seen(BASE, plan, "png", {"a": PLAIN})


def test_a_layer_is_laid_on_every_region_that_its_gravity_finds():
    picture = on_faces(SightGravity(("faces",)), FACES)
    pixels = np.asarray(picture).astype(int)
    rows, columns = np.nonzero((abs(pixels - INK) <= 3).all(axis=2))
    assert set(zip(columns.tolist(), rows.tolist(), strict=True)) == {
        *((x, y) for x in range(10, 30) for y in range(30, 45)),
        *((x, y) for x in range(60, 70) for y in range(12)),
    }
    assert box_of(on_faces(SightGravity(("face",)), FACES)) == (10, 30, 30, 45)
    assert box_of(on_faces(SightGravity(("face",)), FACES, each=False)) == (10, 33, 30, 43)


def test_glasses_lie_on_both_eyes_of_each_face():
    eyes = tuple(Region("eyes", x, y, 0.1, 0.1) for x, y in ((0.1, 0.5), (0.3, 0.55), (0.6, 0.1), (0.8, 0.1)))
    one, two = ((10, 30, 40, 39), (60, 6, 90, 12))
    picture = on_faces(SightGravity(("adv_eyes",)), eyes)
    assert box_of(picture.crop((0, 20, 100, 60))) == (one[0], one[1] - 20, one[2], one[3] - 20)
    assert box_of(picture.crop((0, 0, 100, 20))) == two


def test_regions_follow_the_picture_through_sizes_and_cuts():
    half = Resize(width=Ratio(0.5))
    assert box_of(on_faces(SightGravity(("face",)), FACES, half)) == (5, 15, 15, 23)


def test_a_layer_without_its_region_is_left_out():
    nothing = (Region("face", 0, 0, 0, 0, 0),)
    assert on_faces(SightGravity(("faces",)), nothing).getcolors() == [(6000, GROUND)]
    centred = on_faces(SightGravity(("custom",)), (), each=False)
    assert box_of(centred) == (40, 25, 60, 35)


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chain", "layers", "words"),
    [
        ("l_gone", {}, "Unknown or invalid referenced image gone"),
        ("l_b", {"b": b"\x89PNG\r\n\x1a\nbroken"}, "Invalid image file: b"),
        ("l_b", {"b": PLAIN[:60]}, "Invalid image file: b"),
        ("l_b", {"b": b"plain words"}, "Unsupported"),
        ("l_lut:t.cube", {"t.cube": b"no table"}, "Invalid table t.cube"),
        ("l_a,e_transition", {}, "video"),
    ],
)
def test_a_layer_that_cannot_be_used_is_named(chain, layers, words):
    with pytest.raises(Invalid, match=words):
        laid(chain, **layers)


def test_layers_have_limits():
    few = replace(LIMITS, source_pixels_max=7000)
    big = encoded(Image.new("RGB", (60, 60)), "PNG")
    assert developed(BASE, "l_b,w_5", "png", few, {"b": big}).width == 100
    with pytest.raises(TooMuch, match=r"layers of an image may have 0\.007 megapixels"):
        developed(BASE, "l_b,w_5/l_b,w_6", "png", few, {"b": big})
    with pytest.raises(TooMuch, match="Maximum image width"):
        laid("l_a,g_west,x_70000")
    with pytest.raises(TooMuch):
        laid("l_a,x_30000/l_a,y_30000")


@pytest.mark.parametrize("name", golden.FEATURES)
def test_a_feature_of_layers_looks_as_it_did(name):
    """A change that is meant is made with `python -m tests.golden.layers`, and looked at."""
    wanted = np.array(json.loads((golden.FOLDER / f"{name}.json").read_text()))
    assert np.abs(np.array(golden.grid(name)) - wanted).max() <= 3


def test_every_golden_picture_belongs_to_a_feature():
    assert {path.stem for path in golden.FOLDER.glob("*.json")} == {*golden.FEATURES}
