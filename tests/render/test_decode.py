"""Every format that is read comes out upright, in sRGB, and of the right size."""

import io
import struct
import zlib

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms

from safelight.kernel.errors import Invalid, TooMuch
from safelight.settings import RenderSettings
from tests.pictures import encoded, photo, scene
from tests.render.formats.samples import READABLE, sample
from tests.render.lab import BLUE, GREEN, RED, WHITE, are_near, corners, developed, facts, is_near, seen, spots

UPRIGHT = [RED, GREEN, BLUE, WHITE]

# How a camera stores an upright picture for each EXIF orientation: the inverse of what a viewer must do.
STORED = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}


def svg(inside: str, size: str = 'width="120" height="80"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'.encode()


CORNERS_SVG = svg(
    '<rect width="60" height="40" fill="rgb(220,20,20)"/><rect x="60" width="60" height="40" fill="rgb(20,200,20)"/>'
    '<rect y="40" width="60" height="40" fill="rgb(20,20,220)"/>'
    '<rect x="60" y="40" width="60" height="40" fill="#fff"/>'
)


@pytest.mark.parametrize("format", READABLE)
def test_each_format_is_read(format):
    picture = seen(sample(format), "f_png", format)
    assert picture.size == (120, 80)
    assert are_near(spots(picture), UPRIGHT, 20)


@pytest.mark.parametrize("format", READABLE)
def test_each_format_is_read_and_made_smaller(format):
    picture = seen(sample(format), "c_scale,w_30/f_png", format)
    assert picture.size == (30, 20)
    assert are_near(spots(picture), UPRIGHT, 25)


@pytest.mark.parametrize("chain", ["f_png", "c_scale,w_24/f_png", "c_fill,w_24,h_16/f_png", "e_negate/e_negate/f_png"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_stands_upright(orientation, chain):
    stored = corners(240, 160)
    for turn in STORED[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(stored, "JPEG", quality=95, exif=exif)
    picture = seen(data, chain, "jpg")
    assert picture.size in {(240, 160), (24, 16)}
    assert are_near(spots(picture), UPRIGHT, 20)
    assert facts(data, "jpg").width == 240


def test_orientation_is_ignored_when_asked():
    data = photo(80, 40, orientation=6)
    assert seen(data, "f_png", "jpg").size == (40, 80)
    assert seen(data, "a_ignore/f_png", "jpg").size == (80, 40)


@pytest.mark.parametrize("width", [1, 7, 63, 125, 126, 250, 499, 500, 501, 999, 1000, 1500])
def test_shrink_on_load_does_not_show_in_the_size(width):
    picture = seen(photo(1000, 750), f"c_scale,w_{width}/f_png", "jpg")
    assert picture.size == (width, max(1, int(width * 0.75 + 0.5)))


def test_shrink_on_load_shows_the_same_picture():
    whole = encoded(scene(1600, 1200), "PNG")
    small = encoded(scene(1600, 1200), "JPEG", quality=97)
    chain = "c_scale,w_180/f_png"
    difference = np.abs(
        np.asarray(seen(whole, chain, "png"), dtype=int) - np.asarray(seen(small, chain, "jpg"), dtype=int)
    )
    assert difference.mean() < 2


def test_cmyk_is_not_inverted():
    ink = Image.new("CMYK", (60, 40), (0, 255, 255, 0))
    ink.paste((255, 0, 255, 0), (30, 0, 60, 40))
    picture = seen(encoded(ink, "JPEG", quality=95), "f_png", "jpg")
    assert picture.mode == "RGB"
    red, green = picture.getpixel((10, 20)), picture.getpixel((50, 20))
    assert is_near(red, (220, 40, 40), 50)
    assert is_near(green, (30, 150, 60), 60)


def test_an_embedded_profile_is_honoured_and_left_out():
    # A profile that says what is stored as red is green to the eye.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = lab.replace(b"rXYZ", b"tmp_").replace(b"gXYZ", b"rXYZ").replace(b"tmp_", b"gXYZ")
    swapped = swapped.replace(b"rTRC", b"tmp_").replace(b"gTRC", b"rTRC").replace(b"tmp_", b"gTRC")
    data = encoded(Image.new("RGB", (40, 30), (250, 10, 10)), "PNG", icc_profile=swapped)
    for chain in ("f_png", "c_scale,w_20/f_png"):
        picture = seen(data, chain, "png")
        assert is_near(picture.getpixel((10, 10)), (10, 250, 10), 40)
        assert "icc_profile" not in picture.info


@pytest.mark.parametrize("chain", ["f_png", "c_scale,w_20/f_png"])
def test_sixteen_bits_and_grey_become_eight_bits_of_three(chain):
    deep = pyvips.Image.black(40, 30, bands=3).linear([1], [65535, 32768, 0]).cast("ushort")
    deep = deep.copy(interpretation="rgb16").pngsave_buffer()
    assert is_near(seen(deep, chain, "png").getpixel((5, 5)), (255, 128, 0), 2)
    grey = encoded(Image.new("L", (40, 30), 100), "PNG")
    assert is_near(seen(grey, chain + "/e_negate", "png").convert("RGB").getpixel((5, 5)), (155, 155, 155), 2)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_alpha_is_kept(mode):
    picture = Image.new("RGBA", (40, 40), (200, 40, 40, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 20, 40))
    data = encoded(picture.convert(mode), "PNG")
    assert facts(data, "png").has_alpha
    result = seen(data, "c_scale,w_20/f_png", "png").convert("RGBA")
    assert result.getpixel((3, 10))[3] == 0
    assert result.getpixel((16, 10))[3] == 255


def test_transparent_pixels_lend_no_colour_to_their_neighbours():
    pixels = np.zeros((64, 64, 4), dtype=np.uint8)
    pixels[:, :, 1] = 255
    pixels[::2, :, :] = (255, 0, 0, 255)
    result = seen(encoded(Image.fromarray(pixels), "PNG"), "c_scale,w_16/f_png", "png")
    red, green, _, alpha = result.getpixel((8, 8))
    assert is_near((red, green, alpha), (255, 0, 127), 20)


@pytest.mark.parametrize("format", [name for name in READABLE if name not in {"svg"}])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_file_that_is_cut_off_is_refused(format, share):
    data = sample(format, scene(240, 160))
    with pytest.raises(Invalid, match="Invalid image file"):
        facts(data[: int(len(data) * share)], format)
    assert facts(data, format).width in {240, 120}


@pytest.mark.parametrize("format", READABLE)
def test_what_is_no_picture_is_refused(format):
    for data in (b"", b"PK\x03\x04" + bytes(5000), b"not a picture" * 1000, sample("jpg")[:20] + bytes(4000)):
        with pytest.raises(Invalid):
            facts(data, format)
        with pytest.raises(Invalid):
            developed(data, "f_png", format)


def test_a_progressive_jpeg_that_is_cut_off_is_refused():
    data = encoded(scene(400, 300), "JPEG", progressive=True)
    with pytest.raises(Invalid):
        facts(data[: len(data) // 2], "jpg")


def huge_png(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "format", "limits"),
    [
        (huge_png(60_000), "png", RenderSettings()),
        (huge_png(70_000), "png", RenderSettings()),
        (svg("", 'width="1000000" height="1000000"'), "svg", RenderSettings()),
        (svg("", 'width="30000" height="30000"'), "svg", RenderSettings()),
        (photo(200, 100), "jpg", RenderSettings(source_pixels_max=19_999)),
        (photo(200, 100), "jpg", RenderSettings(side_max=199)),
    ],
)
def test_a_source_past_the_limits_is_refused_by_its_header(data, format, limits):
    with pytest.raises(TooMuch):
        facts(data, format, limits)
    with pytest.raises(TooMuch):
        developed(data, "c_scale,w_10/f_png", format, limits)


def test_an_svg_reaches_nothing_outside_itself(tmp_path):
    (tmp_path / "secret.png").write_bytes(encoded(Image.new("RGB", (20, 20), (255, 0, 0)), "PNG"))
    inside = (
        '<rect width="120" height="80" fill="#00ff00"/><script>document.documentElement.remove()</script>'
        f'<image href="file://{tmp_path}/secret.png" width="120" height="80"/>'
        f'<image href="{tmp_path}/secret.png" width="120" height="80"/>'
        '<image href="http://127.0.0.1:1/x.png" width="120" height="80"/>'
        f'<style>@import url("file://{tmp_path}/secret.css");</style>'
    )
    picture = seen(svg(inside), "f_png", "svg")
    assert is_near(picture.convert("RGB").getpixel((60, 40)), (0, 255, 0), 3)


def test_an_svg_that_multiplies_itself_is_refused():
    levels = "".join(f'<!ENTITY e{i} "&e{i - 1};&e{i - 1};&e{i - 1};&e{i - 1};">' for i in range(1, 20))
    doctype = f"<!DOCTYPE svg [<!ENTITY e0 \"<rect width='9' height='9'/>\">{levels}]>"
    with pytest.raises(Invalid):
        developed(doctype.encode() + svg("&e19;"), "f_png", "svg")


def test_an_svg_is_drawn_at_the_size_asked_for():
    circle = svg('<circle cx="60" cy="40" r="30" fill="black"/>')
    picture = seen(circle, "c_scale,w_1200/f_png", "svg")
    assert picture.size == (1200, 800)
    edge = np.asarray(picture)[400, :, 3].astype(int)
    # Drawn and not enlarged: the edge is one pixel wide, not ten.
    assert ((edge > 10) & (edge < 245)).sum() <= 4


def test_pages_are_chosen_and_checked():
    pages = [Image.new("RGB", (30, 20), color) for color in (RED, GREEN, BLUE)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert facts(data, "tif").pages == 3
    assert is_near(seen(data, "f_png", "tif").getpixel((5, 5)), RED)
    assert is_near(seen(data, "pg_3/f_png", "tif").getpixel((5, 5)), BLUE)
    with pytest.raises(Invalid, match="page 4"):
        developed(data, "pg_4/f_png", "tif")


def test_only_loaders_of_the_list_open_anything():
    for loader in ("csvload_source", "matrixload_source", "vipsload_source"):
        with pytest.raises(pyvips.Error, match="blocked"):
            pyvips.Operation.call(loader, pyvips.Source.new_from_memory(b"2 2\n1 2\n3 4\n"))


def test_a_moving_picture_that_is_too_long_is_refused():
    frames = [Image.new("RGB", (10, 10), (i * 9, 0, 0)) for i in range(20)]
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(TooMuch, match="frames"):
        facts(data.getvalue(), "gif", RenderSettings(frames_max=19))
    with pytest.raises(TooMuch, match="megapixels"):
        facts(data.getvalue(), "gif", RenderSettings(source_pixels_max=1999))
