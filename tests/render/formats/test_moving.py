"""Animations keep their frames, their delays and the count of their shows, whatever is done to the pixels."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.formats import jxl_bits
from safelight.settings import RenderSettings
from tests.pictures import encoded
from tests.render.formats.samples import animated, moving
from tests.render.lab import developed, facts

DELAYS = (40, 80, 120, 200)
SOURCES = {"gif": "GIF", "webp": "WEBP", "png": "PNG", "avif": "AVIF"}


def told(data: bytes) -> tuple[int, tuple[int, ...], int | None]:
    """Frames, delays and loops, as another library than ours reads them."""
    if data[:2] == b"\xff\x0a":
        head = jxl_bits.head_of(data)
        frames = jxl_bits.frames_of(data, head)
        pixels = imagecodecs.jpegxl_decode(data)
        assert len(pixels) == len(frames)
        return len(frames), tuple(frame.ticks for frame in frames), head.animation.loops
    picture = Image.open(io.BytesIO(data))
    delays = []
    for index in range(picture.n_frames):
        picture.seek(index)
        picture.load()
        delays.append(round(picture.info["duration"]))
    loop = picture.info.get("loop")
    # GIF counts how often it is shown again.
    return picture.n_frames, tuple(delays), loop + 1 if loop and picture.format == "GIF" else loop


def places(data: bytes) -> list[float]:
    """Where the white bar stands in each frame, as a share of the width."""
    if data[:2] == b"\xff\x0a":
        frames = list(imagecodecs.jpegxl_decode(data))
    else:
        picture = Image.open(io.BytesIO(data))
        frames = []
        for index in range(picture.n_frames):
            picture.seek(index)
            frames.append(np.asarray(picture.convert("RGB")))
    return [float((frame[..., 0] > 150).any(axis=0).nonzero()[0].min()) / frame.shape[1] for frame in frames]


@pytest.mark.parametrize("chain", ["", "c_scale,w_24/", "c_fill,w_20,h_20,g_north_west/", "e_negate/e_negate/", "r_8/"])
@pytest.mark.parametrize("target", ["gif", "webp", "png", "avif", "jxl"])
def test_frames_delays_and_loops_are_kept(target, chain):
    data = developed(animated("WEBP"), f"{chain}f_{target}/fl_animated", "webp").data
    frames, delays, loop = told(data)
    assert (frames, delays) == (4, DELAYS)
    # The container of AVIF that is written here always repeats.
    assert loop == 3 or target == "avif"
    if "c_fill" not in chain and "r_8" not in chain:
        assert places(data) == pytest.approx([0, 0.25, 0.5, 0.75], abs=0.05)


@pytest.mark.parametrize("source", SOURCES)
def test_every_animation_is_read(source):
    data = animated(SOURCES[source])
    found = facts(data, source)
    assert (found.width, found.height, found.pages) == (48, 32, 4)
    frames, delays, _ = told(developed(data, "w_24/f_webp/fl_animated", source).data)
    assert (frames, delays) == (4, DELAYS)


def test_jpeg_xl_goes_in_and_out():
    data = developed(animated("PNG"), "f_jxl/fl_animated", "png").data
    assert facts(data, "jxl").pages == 4
    again = developed(data, "w_24/f_jxl", "jxl").data
    assert told(again) == (4, DELAYS, 3)
    assert told(developed(data, "w_24/f_gif", "jxl").data)[:2] == (4, DELAYS)


@pytest.mark.parametrize("target", ["gif", "webp", "png", "jxl", "avif"])
def test_a_delay_that_is_asked_for_replaces_all(target):
    data = developed(animated("GIF"), f"dl_250/f_{target}/fl_animated", "gif").data
    assert told(data)[1] == (250,) * 4


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", ["jpg", "png", "webp"])
def test_a_still_shows_the_first_frame(source, target):
    data = developed(animated(SOURCES[source]), f"pg_1/f_{target}", source).data
    picture = Image.open(io.BytesIO(data))
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((2, 16))[0] > 200


@pytest.mark.parametrize("source", SOURCES)
def test_one_frame_by_its_number(source):
    picture = Image.open(io.BytesIO(developed(animated(SOURCES[source]), "pg_3/f_png", source).data)).convert("RGB")
    assert picture.getpixel((30, 16))[0] > 200
    assert picture.getpixel((2, 16))[0] < 100


def test_some_frames_by_their_numbers():
    data = developed(animated("GIF"), "pg_2;4/f_gif", "gif").data
    assert told(data)[:2] == (2, (80, 200))
    assert places(data) == pytest.approx([0.25, 0.75], abs=0.05)


@pytest.mark.parametrize("source", SOURCES)
def test_too_many_frames_are_refused_before_they_are_decoded(source):
    few = RenderSettings(frames_max=3)
    with pytest.raises(TooMuch, match="Maximum number of frames is 3"):
        facts(animated(SOURCES[source]), source, few)


@pytest.mark.parametrize("source", ["gif", "png", "avif"])
@pytest.mark.parametrize("share", [0.4, 0.9])
def test_an_animation_that_is_cut_off_is_refused(source, share):
    data = animated(SOURCES[source])
    with pytest.raises(Invalid):
        facts(data[: int(len(data) * share)], source)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_jpeg_xl_that_is_cut_off_is_refused(share):
    data = developed(animated("PNG"), "f_jxl/fl_animated", "png").data
    with pytest.raises(Invalid):
        facts(data[: int(len(data) * share)], "jxl")


def test_a_still_png_stays_one():
    still = encoded(moving()[0], "PNG")
    assert facts(still, "png").pages == 1
    assert b"acTL" not in developed(still, "w_20/f_png", "png").data


@pytest.mark.parametrize("bands", [1, 3, 4])
@pytest.mark.parametrize("size", [(8, 9), (40, 60), (300, 700)])
@pytest.mark.parametrize("options", [{"lossless": True}, {"level": 60}])
def test_the_headers_of_jpeg_xl_are_followed_to_the_last_byte(bands, size, options):
    pixels = np.random.default_rng(1).integers(0, 255, (3, *size, bands), dtype=np.uint8)
    pixels = pixels[..., 0] if bands == 1 else pixels
    data = imagecodecs.jpegxl_encode(pixels, effort=3, numthreads=1, **options)
    head = jxl_bits.head_of(data)
    frames = jxl_bits.frames_of(data, head)
    assert (head.height, head.width, len(frames), frames[-1].end) == (*size, 3, 8 * len(data))
    timed = jxl_bits.retimed(data, (1, 70_000, 33), 65_535)
    assert [frame.ticks for frame in jxl_bits.frames_of(timed, jxl_bits.head_of(timed))] == [1, 70_000, 33]
    assert np.array_equal(imagecodecs.jpegxl_decode(timed), imagecodecs.jpegxl_decode(data))


@pytest.mark.parametrize(("number", "primaries"), [("10", 1), ("01" + "1001", 11), ("01" + "1110", 9)])
def test_the_colours_that_a_jpeg_xl_names(number, primaries):
    size = "1" + "10000" + "000" + "01000"
    depth = "0" + "0" + "0" + "00" + "1" + "00" + "0"
    # RGB, the white of D65, the primaries, the curve of sRGB, relative.
    color = "0" + "0" + "00" + "10" + number + "0" + "01" + "1101" + "10"
    text = size + depth + color + "00" + "1"
    packed = int(text[::-1], 2).to_bytes(-(-len(text) // 8), "little")
    head = jxl_bits.head_of(b"\xff\x0a" + packed + bytes(8))
    assert (head.width, head.height, head.primaries, head.end) == (24, 16, primaries, 16 + len(text))
