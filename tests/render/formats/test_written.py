"""What is written in each format is what other libraries read."""

import io

import imagecodecs
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, refusal, sniff
from safelight.render.formats import FAMILIES, family
from safelight.transform.plan import Encode, Plan
from tests.pictures import encoded, scene
from tests.render.formats.samples import CAMERAS, READABLE, sample
from tests.render.lab import developed, facts, seen

SCENE = scene(240, 160)
PILLOW = {"bmp": "BMP", "tga": "TGA", "ico": "ICO", "jp2": "JPEG2000", "j2k": "JPEG2000", "psd": "PSD", "bw": "SGI"}


def made(format: str, quality: int | None = 90, picture: Image.Image = SCENE) -> bytes:
    return developed(encoded(picture, "PNG"), Plan(encode=Encode(format, quality)), "png").data


def read_by_others(format: str, data: bytes) -> Image.Image:
    match format:
        case "jxl":
            return Image.fromarray(imagecodecs.jpegxl_decode(data))
        case "wdp":
            return Image.fromarray(imagecodecs.jpegxr_decode(data))
        case "pdf" | "ai":
            with pypdfium2.PdfDocument(data) as document:
                return document[0].render(scale=1).to_pil()
        case _:
            return Image.open(io.BytesIO(data), formats=[PILLOW[format]])


@pytest.mark.parametrize("format", ["jxl", "wdp", "pdf", "ai", "bmp", "tga", "ico", "jp2", "j2k", "psd"])
def test_others_see_the_same_picture(format):
    picture = read_by_others(format, made(format)).convert("RGB")
    assert picture.size == (240, 160)
    difference = np.abs(np.asarray(picture, dtype=int) - np.asarray(SCENE, dtype=int))
    assert difference.mean() < 6


def test_the_oldest_of_them_holds_grey():
    picture = read_by_others("bw", made("bw"))
    assert picture.mode == "L"
    assert np.abs(np.asarray(picture, dtype=int) - np.asarray(SCENE.convert("L"), dtype=int)).mean() < 2


def test_postscript_begins_as_it_should():
    data = made("eps")
    assert data.startswith(b"%!PS-Adobe-3.0 EPSF-3.0")
    assert b"%%BoundingBox: 0 0 240 160" in data


@pytest.mark.parametrize("format", ["jxl", "tga", "ico", "jp2", "j2k", "wdp", "psd", "svg"])
def test_alpha_is_written_where_the_format_can(format):
    half = Image.new("RGBA", (40, 40), (200, 40, 40, 255))
    half.paste((0, 0, 0, 0), (0, 0, 20, 40))
    again = seen(made(format, None, half), "f_png", format).convert("RGBA")
    assert again.getpixel((4, 20))[3] < 8
    assert again.getpixel((35, 20))[3] > 247
    assert facts(made(format, None, half), format).has_alpha


@pytest.mark.parametrize("format", ["jxl", "jp2", "j2k", "wdp"])
def test_quality_costs_bytes(format):
    sizes = [len(made(format, quality)) for quality in (20, 60, 95)]
    assert sizes == sorted(sizes)
    assert sizes[0] * 2 < sizes[2]


@pytest.mark.parametrize("format", ["jxl", "jp2", "j2k", "wdp", "tga", "bmp", "psd", "svg"])
@pytest.mark.parametrize("quality", [None, 100])
def test_no_loss_where_none_is_allowed(format, quality):
    assert np.array_equal(np.asarray(seen(made(format, quality), "f_png", format).convert("RGB")), np.asarray(SCENE))


@pytest.mark.parametrize("format", sorted(name for name in READABLE if name not in {"heic", "dng", "pdf", "svg"}))
def test_what_is_written_is_read_again(format):
    data = made(format)
    found = facts(data, format)
    assert (found.width, found.height) == (240, 160)
    assert seen(data, "c_scale,w_60/f_png", format).size == (60, 40)


@pytest.mark.parametrize("format", READABLE)
def test_content_tells_the_format(format):
    found = sniff(sample(format)[:4096])
    assert found is not None
    assert found.name == format


def test_the_room_knows_every_format_that_is_read_or_written():
    known = {name for name, format in FORMATS.items() if format.readable or format.writable}
    assert known == set(FAMILIES)
    for name in known:
        assert (family(name).write is not None) >= FORMATS[name].writable
    assert known >= CAMERAS


@pytest.mark.parametrize("name", ["heic", "flif", "indd", "djvu", "dng", "cr3", "bpg"])
def test_what_cannot_be_written_says_why(name):
    with pytest.raises(Invalid, match=f"Unsupported format {name}: ") as caught:
        developed(encoded(SCENE, "PNG"), Plan(encode=Encode(name)), "png")
    assert caught.value.message == refusal(name)


@pytest.mark.parametrize("name", ["eps", "indd", "flif", "djvu"])
def test_what_cannot_be_read_says_why(name):
    with pytest.raises(Invalid, match=f"Unsupported source format {name}: "):
        developed(b"anything", "f_png", name)
