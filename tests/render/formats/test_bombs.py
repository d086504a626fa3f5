"""A header that promises too much is refused before a pixel is made, and one that lies costs an error at most."""

import contextlib
import struct
import zlib

import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, SafelightError, TooMuch
from safelight.settings import RenderSettings
from tests.pictures import encoded, scene
from tests.render.formats.samples import READABLE, dng, pdf, psd, sample
from tests.render.lab import corners, developed, facts

HUGE = 60_000


def jxl(width: int, height: int) -> bytes:
    """A codestream that begins with this size and goes on with noughts."""
    bits = "0" + "11" + format(height - 1, "030b")[::-1] + "000" + "11" + format(width - 1, "030b")[::-1] + "1" * 8
    return b"\xff\x0a" + int(bits[::-1], 2).to_bytes(-(-len(bits) // 8), "little") + bytes(200)


def jp2(width: int, height: int) -> bytes:
    """A JPEG 2000 whose size is another than that of its pixels."""
    data = bytearray(encoded(corners(), "JPEG2000", no_jp2=True))
    struct.pack_into(">II", data, 8, width, height)
    return bytes(data)


def patched_psd(width: int, height: int) -> bytes:
    data = bytearray(psd(corners()))
    struct.pack_into(">II", data, 14, height, width)
    return bytes(data)


def png(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def ico(inner: bytes) -> bytes:
    return b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(inner), 22) + inner


def tga(width: int, height: int) -> bytes:
    return struct.pack("<BBBHHBHHHHBB", 0, 0, 10, 0, 0, 0, 0, 0, width, height, 24, 0) + bytes(100)


def wdp(width: int, height: int) -> bytes:
    data = bytearray(sample("wdp"))
    at = int.from_bytes(data[4:8], "little")
    for index in range(int.from_bytes(data[at : at + 2], "little")):
        line = at + 2 + 12 * index
        tag = int.from_bytes(data[line : line + 2], "little")
        if tag in {0xBC80, 0xBC81}:
            struct.pack_into("<HII", data, line + 2, 4, 1, width if tag == 0xBC80 else height)
    return bytes(data)


def patched_dng() -> bytes:
    """The sizes of the directory, and nothing of the cells."""
    data = dng(corners())
    for index, value in ((1, HUGE), (2, HUGE)):
        at = 10 + 12 * index + 8
        data = data[:at] + struct.pack("<I", value) + data[at + 4 :]
    return data


BOMBS: list[tuple[str, bytes]] = [
    ("jxl", jxl(HUGE, HUGE)),
    ("jxl", jxl(1 << 30, 1 << 30)),
    ("j2k", jp2(HUGE, HUGE)),
    ("j2k", jp2(0x7FFFFFFF, 0x7FFFFFFF)),
    ("psd", patched_psd(HUGE, HUGE)),
    ("psd", patched_psd(0xFFFFFFFF, 0xFFFFFFFF)),
    ("png", png(HUGE)),
    ("ico", ico(png(HUGE))),
    ("ico", ico(b"\x28\0\0\0" + struct.pack("<ii", 1 << 30, 1 << 30) + bytes(100))),
    ("tga", tga(HUGE, HUGE)),
    ("wdp", wdp(HUGE, HUGE)),
    ("wdp", wdp(0xFFFFFFFF, 0xFFFFFFFF)),
    ("pdf", pdf((1_000_000, 1_000_000))),
    ("pdf", pdf((14_400, 14_400))),
    ("dng", patched_dng()),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1000000"/>'),
]


@pytest.mark.parametrize(("format", "data"), BOMBS, ids=[f"{format}{index}" for index, (format, _) in enumerate(BOMBS)])
def test_a_size_beyond_the_limits_is_refused(format, data):
    with pytest.raises((TooMuch, Invalid)):
        facts(data, format)
    with pytest.raises((TooMuch, Invalid)):
        developed(data, "w_10/f_png", format)


SMALL = RenderSettings(source_pixels_max=5000)


@pytest.mark.parametrize("format", READABLE)
def test_the_limit_of_pixels_holds_for_every_format(format):
    assert facts(sample(format), format).width == 120
    with pytest.raises(TooMuch, match="exceeds"):
        facts(sample(format), format, SMALL)


def test_an_icon_in_an_icon_is_none():
    with pytest.raises(Invalid):
        facts(ico(sample("ico")), "ico")


def test_more_icons_than_a_file_may_hold():
    data = b"\0\0\1\0\xff\xff" + bytes(16 * 0xFFFF)
    with pytest.raises(Invalid):
        facts(data, "ico")


def test_a_tiff_of_very_many_directories_ends():
    # Each directory of one entry points to the next; the last one to the first.
    count = 20_000
    body = bytearray(b"II*\0\x08\0\0\0")
    for index in range(count):
        following = 8 + 18 * (index + 1) if index + 1 < count else 8
        body += struct.pack("<HHHII", 1, 256, 3, 1, 1) + struct.pack("<I", following)
    with pytest.raises(SafelightError):
        facts(bytes(body), "tif")


def test_frames_that_an_animation_only_promises():
    first, second = (Image.new("RGBA", (8, 8), color) for color in ("red", "blue"))
    data = bytearray(encoded(first, "PNG", save_all=True, append_images=[second], duration=50))
    at = data.index(b"acTL")
    struct.pack_into(">I", data, at + 4, 900)
    struct.pack_into(">I", data, at + 12, zlib.crc32(data[at : at + 12]))
    with pytest.raises(SafelightError):
        facts(bytes(data), "png")


@pytest.mark.parametrize("format", sorted(set(READABLE) - {"svg"}))
def test_noise_in_a_file_never_ends_in_anything_but_an_answer(format):
    """Every seventh byte of the second half, then of the whole, is another; the result is a picture or a refusal."""
    data = sample(format, scene(64, 48))
    for start in (len(data) // 2, 0):
        spoilt = bytearray(data)
        for at in range(start, len(data), 7):
            spoilt[at] ^= 0x5A
        with contextlib.suppress(SafelightError):
            facts(bytes(spoilt), format)
        with contextlib.suppress(SafelightError):
            developed(bytes(spoilt), "w_20/f_png", format)


@pytest.mark.parametrize("format", ["dng", "jp2", "heic", "wdp", "jxl", "pdf"])
def test_a_spoilt_file_writes_nothing_into_our_log(format, capfd):
    data = sample(format)
    for spoilt in (data[: len(data) // 2], data[:-20], data[:40] + bytes(100)):
        with contextlib.suppress(SafelightError):
            facts(spoilt, format)
    assert capfd.readouterr().err == ""


def test_a_document_behind_a_password_says_so():
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>/ID[<00><00>]" % (b"5a" * 32, b"a5" * 32)
    with pytest.raises(Invalid, match="protected by a password"):
        facts(pdf((100, 100)).replace(b"trailer<<", b"trailer<<" + lock), "pdf")
