"""The bytes of a result: format, quality, and nothing about the photographer or the place."""

import io

import numpy as np
import pytest
import pyvips
from PIL import Image

from safelight.render.effect import vocabulary
from safelight.transform.parse import parse
from safelight.transform.plan import ColorSpace, Encode, Plan, Progressive, Source
from tests.pictures import encoded, photo, scene
from tests.render.lab import developed, seen

SCENE = encoded(scene(240, 160), "PNG")
NAMES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF", "tif": "TIFF", "bmp": "BMP"}


def written(how: Encode, source: bytes = SCENE) -> bytes:
    return developed(source, Plan(encode=how), "png").data


@pytest.mark.parametrize("format", NAMES)
def test_each_format_is_written(format):
    result = developed(SCENE, Plan(encode=Encode(format, 90)), "png")
    picture = Image.open(io.BytesIO(result.data))
    assert (result.format, picture.format, picture.size) == (format, NAMES[format], (240, 160))
    difference = np.asarray(picture.convert("RGB"), dtype=int) - np.asarray(scene(240, 160), dtype=int)
    assert np.abs(difference).mean() < 8


@pytest.mark.parametrize("format", ["png", "webp", "avif", "gif", "tif"])
def test_alpha_is_written_where_the_format_can(format):
    clear = encoded(Image.new("RGBA", (32, 32), (10, 200, 10, 0)), "PNG")
    picture = Image.open(io.BytesIO(developed(clear, Plan(encode=Encode(format, 80)), "png").data)).convert("RGBA")
    assert picture.getpixel((16, 16))[3] == 0


@pytest.mark.parametrize("format", ["jpg", "webp", "avif"])
def test_quality_costs_bytes(format):
    sizes = [len(written(Encode(format, quality))) for quality in (20, 60, 95)]
    assert sizes == sorted(sizes)
    assert sizes[0] * 2 < sizes[2]


@pytest.mark.parametrize("format", ["webp", "avif", "png", "tif"])
@pytest.mark.parametrize("quality", [None, 100])
def test_no_loss_where_none_is_allowed(format, quality):
    result = Image.open(io.BytesIO(written(Encode(format, quality)))).convert("RGB")
    assert np.array_equal(np.asarray(result), np.asarray(scene(240, 160)))


@pytest.mark.parametrize(("asked", "expected"), [(None, False), (Progressive.YES, True), (Progressive.NONE, False)])
def test_progressive_when_asked(asked, expected):
    picture = Image.open(io.BytesIO(written(Encode("jpg", 80, progressive=asked))))
    assert bool(picture.info.get("progressive")) is expected


@pytest.mark.parametrize(
    ("chain", "mode"), [("fl_png8", "P"), ("fl_png24", "RGB"), ("fl_png32", "RGBA"), ("q_60,fl_any_format", "P")]
)
def test_the_depth_of_a_png(chain, mode):
    assert seen(SCENE, f"{chain}/f_png", "png").mode == mode


def test_cmyk_when_asked():
    picture = Image.open(io.BytesIO(written(Encode("jpg", 90, color_space=ColorSpace.CMYK))))
    assert picture.mode == "CMYK"
    assert picture.info.get("icc_profile")


def carries(data: bytes, word: str) -> bool:
    """Whether the file holds a word: in its fields as libvips reads them, or as plain bytes."""
    image = pyvips.Image.new_from_buffer(data, "")
    fields = [f"{name}={image.get(name)}" for name in image.get_fields() if name.startswith("exif")]
    xmp = bytes(image.get("xmp-data")) if image.get_typeof("xmp-data") else b""
    return word.encode() in data + xmp or any(word in field for field in fields)


XMP_PLACE = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,12.5N"/></rdf:RDF></x:xmpmeta>'
)
XMP_TITLE = XMP_PLACE.replace(b'exif:GPSLatitude="48,12.5N"', b'exif:UserComment="A fine day"')


def phone(xmp: bytes = b"") -> bytes:
    """A photo that tells its place, its camera and its author."""
    with Image.open(io.BytesIO(photo(80, 60, orientation=6, serial="SN-4711", position=(48.2, 16.4)))) as picture:
        exif = picture.getexif()
        exif[0x013B] = "Ada Example"
        return encoded(picture, "JPEG", exif=exif, **({"xmp": xmp} if xmp else {}))


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "tif", "gif"])
@pytest.mark.parametrize("chain", ["c_scale,w_40", "q_80"])
def test_nothing_travels_along(format, chain):
    result = developed(phone(XMP_PLACE), f"{chain}/f_{format}", "jpg").data
    for word in ("GPS", "SN-4711", "Ada Example", "http://ns.adobe.com"):
        assert not carries(result, word)


@pytest.mark.parametrize("xmp", [b"", XMP_PLACE, XMP_TITLE])
@pytest.mark.parametrize("format", ["jpg", "webp", "png"])
def test_metadata_that_is_kept_tells_neither_place_nor_device(format, xmp):
    source = phone(xmp)
    assert carries(source, "GPS")
    assert carries(source, "SN-4711")
    result = developed(source, f"fl_keep_iptc/f_{format}", "jpg").data
    assert carries(result, "Ada Example")
    assert carries(result, "A fine day") is (xmp is XMP_TITLE)
    assert not carries(result, "GPS")
    assert not carries(result, "SN-4711")
    kept = Image.open(io.BytesIO(result))
    assert kept.size == (60, 80)
    assert kept.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("format", ["jpg", "webp", "png"])
def test_of_the_metadata_only_who_made_it_is_kept(format):
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x010F], exif[0x0132] = (
        "Ada Example",
        "(c) Ada",
        "Camera Maker",
        "2026:01:01 10:00:00",
    )
    source = encoded(scene(80, 60), "JPEG", exif=exif, xmp=XMP_TITLE)
    result = developed(source, Plan(encode=Encode(format, 80, keeps_attribution=True)), "jpg").data
    assert carries(result, "Ada Example")
    assert carries(result, "(c) Ada")
    for word in ("Camera Maker", "2026:01:01", "A fine day"):
        assert not carries(result, word)


def test_channels_that_mask_are_not_looked_at():
    clear = encoded(Image.new("RGBA", (20, 20), (200, 40, 40, 0)), "TIFF")
    plan = Plan(source=Source(ignores_mask_channels=True), encode=Encode("png"))
    picture = Image.open(io.BytesIO(developed(clear, plan, "tif").data))
    assert picture.mode == "RGB"
    assert picture.getpixel((5, 5)) == (200, 40, 40)


def test_the_same_plan_gives_the_same_bytes():
    plan = parse("c_fill,w_100,h_100,g_auto/r_20/e_sepia/f_webp,q_80", vocabulary())
    assert developed(SCENE, plan, "png").data == developed(SCENE, plan, "png").data
