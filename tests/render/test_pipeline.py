"""What comes out has the size, the place and the colours that the plan asks for."""

import io

import numpy as np
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.effect import vocabulary
from safelight.settings import RenderSettings
from safelight.transform import limits
from safelight.transform.auto import SourceFacts
from safelight.transform.geometry import Size
from safelight.transform.parse import parse
from tests.pictures import encoded, photo, scene
from tests.render.lab import BLACK, BLUE, GREEN, RED, WHITE, are_near, corners, developed, is_near, seen, spots

UPRIGHT = [RED, GREEN, BLUE, WHITE]
CORNERS = encoded(corners(240, 160), "PNG")


@pytest.mark.parametrize(
    ("chain", "size"),
    [
        ("w_200", (200, 133)),
        ("h_200", (300, 200)),
        ("c_fit,w_200,h_200", (200, 133)),
        ("c_limit,w_2000", (864, 576)),
        ("c_mfit,w_1000,h_1000", (1000, 667)),
        ("c_mfit,w_100", (864, 576)),
        ("c_fill,w_300,h_300", (300, 300)),
        ("c_lfill,w_1000,h_300", (864, 300)),
        ("c_pad,w_400,h_400", (400, 400)),
        ("c_lpad,w_1000,h_1000", (1000, 1000)),
        ("c_mpad,w_500,h_500", (864, 576)),
        ("c_crop,w_0.5,h_0.5", (432, 288)),
        ("c_crop,w_200,h_100,x_10,y_20", (200, 100)),
        ("ar_16:9,c_fill,w_400", (400, 225)),
        ("c_scale,w_200,h_200", (200, 200)),
        ("c_scale,w_200,fl_ignore_aspect_ratio", (200, 576)),
        ("c_scale,w_1.5", (1296, 864)),
        ("c_scale,w_1", (1, 1)),
        ("c_fill,w_300,h_300,g_auto", (300, 300)),
        ("c_thumb,w_100,h_150,g_auto", (100, 150)),
        ("c_pad,w_100,h_300,b_blurred", (100, 300)),
        ("a_90", (576, 864)),
        ("a_hflip.vflip", (864, 576)),
        ("a_15/c_scale,w_100", (100, 79)),
        ("c_fill,w_100,h_50/bo_5px_solid_red", (110, 60)),
        ("c_fill,w_200,h_100/a_90/c_fill,w_50,h_100", (50, 100)),
        ("a_auto_right,c_fill,w_100,h_300", (100, 300)),
        ("c_crop,w_300,h_300/c_scale,w_150/r_max", (150, 150)),
    ],
)
def test_sizes_are_those_of_the_layout(chain, size):
    plan = parse(f"{chain}/f_png", vocabulary())
    result = developed(photo(864, 576), plan, "jpg")
    assert (result.width, result.height) == size == Image.open(io.BytesIO(result.data)).size
    assert limits.output_size(plan, Size(864, 576)) == Size(*size)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ("c_scale,w_60", UPRIGHT),
        ("a_90", [BLUE, RED, WHITE, GREEN]),
        ("a_180", [WHITE, BLUE, GREEN, RED]),
        ("a_-90", [GREEN, WHITE, RED, BLUE]),
        ("a_hflip", [GREEN, RED, WHITE, BLUE]),
        ("a_vflip", [BLUE, WHITE, RED, GREEN]),
        ("a_vflip.90", [RED, BLUE, GREEN, WHITE]),
        ("c_crop,w_100,h_60,g_north_west", [RED] * 4),
        ("c_crop,w_100,h_60,g_north_east", [GREEN] * 4),
        ("c_crop,w_100,h_60,g_south_west", [BLUE] * 4),
        ("c_fill,w_80,h_160,g_west", [RED, RED, BLUE, BLUE]),
        ("c_fill,w_80,h_160,g_east", [GREEN, GREEN, WHITE, WHITE]),
        ("c_pad,w_240,h_480,b_black", [BLACK] * 4),
        ("c_pad,w_240,h_480,b_black,g_north", [RED, GREEN, BLACK, BLACK]),
        ("c_pad,w_480,h_160,b_rgb:123456,g_east", [(0x12, 0x34, 0x56), GREEN, (0x12, 0x34, 0x56), WHITE]),
        ("a_auto_right,c_scale,w_80,h_120", [BLUE, RED, WHITE, GREEN]),
        ("bo_60px_solid_black", [BLACK] * 4),
    ],
)
def test_everything_is_in_its_place(chain, expected):
    assert are_near(spots(seen(CORNERS, f"{chain}/f_png", "png")), expected, 3)


def test_padding_is_transparent_where_the_format_can_and_white_where_it_cannot():
    assert seen(CORNERS, "c_pad,w_240,h_480/f_png", "png").getpixel((0, 0)) == (0, 0, 0, 0)
    assert is_near(seen(CORNERS, "c_pad,w_240,h_480/f_jpg", "png").getpixel((0, 0)), WHITE, 2)


@pytest.mark.parametrize("radius", ["r_40", "r_max", "r_40:0:0:0", "r_10:20:40:30"])
def test_corners_are_cut_softly(radius):
    picture = seen(CORNERS, f"{radius}/f_png", "png")
    alpha = np.asarray(picture)[..., 3]
    assert alpha[0, 0] == 0
    assert alpha[80, 120] == 255
    assert len(np.unique(alpha)) > 5


@pytest.mark.parametrize(("radii", "cut"), [("r_40:0:0:0", 0), ("r_0:40:0:0", 1), ("r_0:0:40:0", 2), ("r_0:0:0:40", 3)])
def test_radii_go_clockwise_from_the_top_left(radii, cut):
    alpha = np.asarray(seen(CORNERS, f"{radii}/f_png", "png"))[..., 3]
    assert [alpha[0, 0] == 0, alpha[0, -1] == 0, alpha[-1, -1] == 0, alpha[-1, 0] == 0] == [i == cut for i in range(4)]


def test_a_circle_is_round():
    alpha = np.asarray(seen(encoded(corners(100, 100), "PNG"), "r_max/f_png", "png"))[..., 3].astype(float) / 255
    assert abs(alpha.sum() - np.pi * 50 * 50) < 20


def test_a_border_follows_the_corners():
    picture = seen(CORNERS, "bo_10px_solid_black,r_40/f_png", "png").convert("RGBA")
    assert picture.size == (260, 180)
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((130, 5)) == (0, 0, 0, 255)
    assert picture.getpixel((5, 90)) == (0, 0, 0, 255)
    assert is_near(picture.getpixel((60, 60))[:3], RED)
    # The seam between ring and picture has no hole.
    alpha = np.asarray(picture)[..., 3]
    assert alpha[20:160, 50:210].min() == 255


def test_opacity_multiplies_alpha():
    assert seen(CORNERS, "o_40/f_png", "png").getpixel((5, 5))[3] == 102
    assert is_near(seen(CORNERS, "o_0/f_jpg", "png").getpixel((5, 5)), WHITE, 2)


def test_a_background_colour_fills_what_is_transparent():
    clear = encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert seen(clear, "b_rgb:102030/f_png", "png").convert("RGB").getpixel((5, 5)) == (0x10, 0x20, 0x30)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("auto:border", GREEN), ("auto", GREEN), ("auto:predominant", RED), ("auto:border_contrast", BLACK)],
)
def test_the_background_takes_its_colour_from_the_picture(mode, expected):
    picture = Image.new("RGB", (100, 100), (60, 250, 60) if mode == "auto:border_contrast" else GREEN)
    picture.paste(RED, (10, 10, 90, 90))
    result = seen(encoded(picture, "PNG"), f"b_{mode},c_pad,w_300,h_100/f_png", "png")
    assert is_near(result.convert("RGB").getpixel((2, 50)), expected, 20)


def test_a_blurred_background_covers_the_canvas():
    result = seen(encoded(scene(200, 300), "PNG"), "b_blurred:400:-100,c_pad,w_300,h_300/f_png", "png").convert("RGB")
    pixels = np.asarray(result).astype(int)
    assert pixels[:, :40].mean() < pixels[:, 120:180].mean() - 40
    assert np.abs(np.diff(pixels[:, 5], axis=0)).max() < 12


@pytest.mark.parametrize(
    ("ground", "dot"),
    [((255, 255, 255, 255), (0, 0, 0, 255)), ((0, 0, 0, 0), (0, 0, 0, 255)), ((9, 9, 9, 0), (9, 9, 9, 255))],
)
def test_trim_finds_the_content(ground, dot):
    picture = Image.new("RGBA", (100, 80), ground)
    picture.paste(dot, (30, 20, 60, 50))
    assert seen(encoded(picture, "PNG"), "e_trim/f_png", "png").size == (30, 30)


def test_trim_leaves_a_plain_picture_alone():
    assert seen(encoded(Image.new("RGB", (50, 40), RED), "PNG"), "e_trim/f_png", "png").size == (50, 40)


def test_automatic_gravity_finds_what_draws_the_eye_and_finds_it_again():
    picture = Image.new("RGB", (900, 300), (90, 120, 140))
    picture.paste((230, 20, 30), (760, 120, 820, 180))
    data = encoded(picture, "PNG")
    first = developed(data, "c_fill,w_300,h_300,g_auto/f_png", "png")
    assert first.data == developed(data, "c_fill,w_300,h_300,g_auto/f_png", "png").data
    pixels = np.asarray(Image.open(io.BytesIO(first.data)).convert("RGB")).astype(int)
    assert ((pixels[..., 0] > 200) & (pixels[..., 1] < 60)).sum() > 3000


def test_steps_are_done_in_their_order():
    first_grey = seen(CORNERS, "e_grayscale/co_red,e_colorize:100/f_png", "png").convert("RGB").getpixel((5, 5))
    first_red = seen(CORNERS, "co_red,e_colorize:100/e_grayscale/f_png", "png").convert("RGB").getpixel((5, 5))
    assert is_near(first_grey, (255, 0, 0), 2)
    assert len(set(first_red)) == 1


@pytest.mark.parametrize(
    ("chain", "settings"),
    [
        ("c_scale,w_101,h_100", RenderSettings(output_pixels_max=10_000)),
        ("c_pad,w_101,h_100", RenderSettings(output_pixels_max=10_000)),
        ("c_fit,w_60/bo_400px_solid_red", RenderSettings(output_pixels_max=10_000)),
        ("c_scale,w_60/a_90/c_scale,w_5000", RenderSettings(output_pixels_max=10_000)),
        ("c_scale,w_1000,h_1", RenderSettings(side_max=999)),
        ("f_png", RenderSettings(output_pixels_max=10_000)),
        ("f_png", RenderSettings(output_bytes_max=100)),
    ],
)
def test_a_result_past_the_limits_is_refused(chain, settings):
    with pytest.raises(TooMuch):
        developed(CORNERS, f"{chain}/f_png" if chain != "f_png" else chain, "png", settings)


def animation(format: str, count: int = 4) -> bytes:
    frames = [corners(60, 40).point(lambda level, i=i: min(255, level + 25 * i)) for i in range(count)]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=[50, 70, 90, 110][:count], loop=3)
    return out.getvalue()


@pytest.mark.parametrize(
    ("source", "chain", "frames"),
    [
        ("gif", "c_fill,w_20,h_20/f_gif", 4),
        ("gif", "c_scale,w_30/e_sepia/f_gif", 4),
        ("gif", "c_pad,w_80,h_80,b_black/r_10/f_webp,fl_awebp", 4),
        ("gif", "c_fill,w_20,h_20,g_auto/f_webp,fl_animated", 4),
        ("gif", "c_scale,w_30/f_png", 1),
        ("gif", "c_scale,w_30/f_jpg", 1),
        ("gif", "pg_2/f_gif", 1),
        ("webp", "c_scale,w_30/f_webp", 4),
        ("webp", "e_trim/a_90/f_gif", 4),
    ],
)
def test_animations_keep_their_frames(source, chain, frames):
    result = developed(animation(source.upper()), chain, source)
    picture = Image.open(io.BytesIO(result.data))
    assert result.frames == frames == getattr(picture, "n_frames", 1)
    assert picture.size == (result.width, result.height)
    if frames > 1:
        delays = []
        for index in range(frames):
            picture.seek(index)
            picture.load()
            delays.append(picture.info["duration"])
        assert delays == [50, 70, 90, 110]
        assert picture.info["loop"] in {2, 3, 4}  # GIF counts repeats, WebP counts runs


def test_a_delay_asked_for_replaces_that_of_the_source():
    picture = seen(animation("GIF"), "dl_200/f_gif", "gif")
    picture.seek(2)
    assert picture.info["duration"] == 200


def test_a_format_that_cannot_be_written_is_refused():
    with pytest.raises(Invalid, match="Unsupported format heic: no free library writes it"):
        developed(encoded(scene(40, 30), "PNG"), "w_5/f_heic", "png")


def test_the_numbers_agree_with_the_limits_that_were_checked_before():
    facts = SourceFacts("jpg", 864, 576, has_alpha=False)
    plan = parse("c_fill,w_400,h_300,g_auto/r_max/f_png", vocabulary())
    limits.check(plan, facts, limits.Limits(150_000_000, 50_000_000, 65_500, 1000))
    assert developed(photo(864, 576), plan, "jpg").width == 400
