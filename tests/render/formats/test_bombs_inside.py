"""Headers that are honest, and bodies that are not: each has its answer, from a real child, which then goes on."""

import base64
import gzip
import struct
import time
import zlib

import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, SafelightError, TooMuch
from safelight.render.darkroom import Darkroom
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Plan
from tests.pictures import encoded, photo, scene

MIB = 1024 * 1024
SETTINGS = RenderSettings(children=1, seconds_max=4, memory_bytes_max=1024 * MIB)
SECONDS_SPARE = 20
PICTURE = "picture"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*between: bytes, side: int = 8, after: bytes = b"") -> bytes:
    """A PNG with more chunks than it needs, or more bytes than its pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(side * (3 * side + 1)) + after, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(between) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def packed_noughts(mebibytes: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.flush()


def jpeg_of_scans(count: int) -> bytes:
    """Its last scan, again and again."""
    data = encoded(scene(1600, 1200), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    return data[:-2] + data[at:-2] * count + b"\xff\xd9"


def gif_of_frames(count: int) -> bytes:
    """Each is one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    frame = (
        b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    )
    return head + frame * count + b"\x3b"


def tiff_of_a_packed_strip(mebibytes: int) -> bytes:
    """64 by 64 px, of which the one strip unpacks to very much more."""
    strip = packed_noughts(mebibytes)
    tags = [(256, 4, 64), (257, 4, 64), (258, 3, 8), (259, 3, 8), (262, 3, 1), (273, 4, 0), (277, 3, 1), (278, 4, 64)]
    tags.append((279, 4, len(strip)))
    start = 8 + 2 + 12 * len(tags) + 4
    tags[5] = (273, 4, start)
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + bytes(4) + strip


def webp_of_frames(count: int) -> bytes:
    frames = [Image.new("RGB", (1, 1), (number % 256, number // 256, 0)) for number in range(count)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=1, lossless=True)


def svg(inside: str, size: int = 100) -> bytes:
    words = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {words} width="{size}" height="{size}">{inside}</svg>'.encode()


def uses() -> bytes:
    levels = "".join(f'<g id="g{n}">{f"""<use xlink:href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 12))
    return svg(f'<defs><rect id="g0" width="1" height="1"/>{levels}</defs><use xlink:href="#g11"/>')


def patterns() -> bytes:
    size = 'width="1" height="1" patternUnits="userSpaceOnUse"'
    levels = "".join(
        f'<pattern id="p{n}" {size}><rect width="1" height="1" fill="url(#p{n - 1})"/></pattern>' for n in range(1, 400)
    )
    return svg(f'{levels}<rect width="100" height="100" fill="url(#p399)"/>')


def blurs() -> bytes:
    steps = '<feGaussianBlur stdDeviation="5000"/>' * 200
    area = 'x="-1000%" y="-1000%" width="9000%" height="9000%"'
    return svg(f'<filter id="f" {area}>{steps}</filter><rect width="900" height="900" filter="url(#f)"/>', 1000)


def picture_in_drawing() -> bytes:
    inner = base64.b64encode(png(side=20_000)[:-12]).decode()
    return svg(f'<image width="9" height="9" xlink:href="data:image/png;base64,{inner}"/>')


def pdf_of(content: bytes, more: bytes = b"") -> bytes:
    """One page, which draws this; pdfium finds objects without a table of them."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>endobj\n4 0 obj"
        + content
        + b"endobj\n"
        + more
        + b"trailer<</Root 1 0 R>>\n"
    )


def stream(body: bytes, words: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n" % (len(body), words) + body + b"\nendstream\n"


def forms_in_forms() -> bytes:
    words = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>"
    return pdf_of(stream(b"/F Do"), b"5 0 obj" + stream(b"/F Do /F Do /F Do", words) + b"endobj\n")


STOPPED = (Invalid, TooMuch)
"""By its time or by its memory: whichever comes first on this machine."""
SLOW = (PICTURE, *STOPPED)
"""On a busy machine the time ends it, on another it becomes a picture; in both it ends."""

BOMBS = [
    ("a packed comment of 150 MiB", "png", png(chunk(b"zTXt", b"a\0\0" + packed_noughts(150))), SLOW),
    ("a packed profile of 150 MiB", "png", png(chunk(b"iCCP", b"a\0\0" + packed_noughts(150))), SLOW),
    ("pixels that unpack to 150 MiB more", "png", png(after=bytes(150 * MIB)), SLOW),
    ("a hundred thousand comments", "png", png(*[chunk(b"tEXt", b"a\0b")] * 100_000), SLOW),
    ("a strip that unpacks to 150 MiB", "tif", tiff_of_a_packed_strip(150), SLOW),
    ("a thousand scans", "jpg", jpeg_of_scans(1000), STOPPED),
    (
        "a comment of 60 MiB in pieces",
        "jpg",
        photo(64, 48)[:2] + (b"\xff\xfe\xff\xff" + bytes(65533)) * 960,
        (Invalid,),
    ),
    ("200,000 frames", "gif", gif_of_frames(200_000), (TooMuch,)),
    ("3,000 frames", "webp", webp_of_frames(3000), (TooMuch,)),
    ("shapes that use each other", "svg", uses(), STOPPED),
    ("patterns of patterns", "svg", patterns(), STOPPED),
    ("blur upon blur", "svg", blurs(), STOPPED),
    ("a very deep drawing", "svg", svg("<g>" * 200_000), (Invalid,)),
    ("a very large picture in a drawing", "svg", picture_in_drawing(), SLOW),
    ("a packed drawing", "svg", gzip.compress(svg("<g/>" * 2_000_000)), (Invalid, TooMuch)),
    ("a page of 150 MiB", "pdf", pdf_of(stream(packed_noughts(150), b"/Filter/FlateDecode")), SLOW),
    ("a page packed ten times", "pdf", pdf_of(stream(b"x", b"/Filter[" + b"/FlateDecode" * 5000 + b"]")), SLOW),
    ("forms in forms", "pdf", forms_in_forms(), STOPPED),
]


@pytest.fixture(scope="module")
async def darkroom():
    async with Darkroom(SETTINGS) as one:
        yield one


@pytest.mark.parametrize(("what", "format", "data", "answers"), BOMBS, ids=[one[0] for one in BOMBS])
async def test_a_bomb_has_its_answer_and_the_child_goes_on(darkroom, tmp_path, what, format, data, answers):
    bomb, good = tmp_path / "bomb", tmp_path / "good"
    bomb.write_bytes(data)
    good.write_bytes(photo(64, 48))
    started = time.monotonic()
    try:
        made = await darkroom.render(Plan(encode=Encode("png")), bomb, source_format=format)
        answer = PICTURE if len(made.data) < SETTINGS.output_bytes_max else "too much"
    except SafelightError as error:
        answer = type(error)
    assert time.monotonic() - started < SETTINGS.seconds_max + SECONDS_SPARE
    assert answer in answers
    assert (await darkroom.probe(good, format="jpg")).width == 64
