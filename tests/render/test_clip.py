"""A clipping path takes away what lies outside of it."""

import io
import struct

import pytest
from PIL import Image

from safelight.transform.plan import Encode, Plan, Resize, Source
from tests.pictures import encoded
from tests.render.formats.samples import psd
from tests.render.lab import corners, developed

LEFT = [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)]
TOP = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5)]


def resource(number: int, name: str, data: bytes) -> bytes:
    letters = bytes([len(name)]) + name.encode()
    letters += bytes(len(letters) % 2)
    return b"8BIM" + struct.pack(">H", number) + letters + struct.pack(">I", len(data)) + data + bytes(len(data) % 2)


def path(number: int, name: str, *curves: list[tuple[float, float]]) -> bytes:
    data = struct.pack(">H24x", 6)
    for curve in curves:
        data += struct.pack(">HH22x", 0, len(curve))
        for x, y in curve:
            one = struct.pack(">ii", round(y * 2**24), round(x * 2**24))
            data += struct.pack(">H", 2) + one * 3
    return resource(number, name, data)


def clipping(name: str) -> bytes:
    return resource(2999, "", bytes([len(name)]) + name.encode())


BOTH = path(2000, "left", LEFT) + path(2001, "top", TOP)


def jpeg(resources: bytes, **options: object) -> bytes:
    data = encoded(corners(), "JPEG", quality=95, **options)
    body = b"Photoshop 3.0\0" + resources
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + data[2:]


def tiff(resources: bytes) -> bytes:
    return encoded(corners(), "TIFF", tiffinfo={34377: resources})


def with_psd(resources: bytes) -> bytes:
    data = psd(corners())
    return data[:30] + struct.pack(">I", len(resources)) + resources + data[34 + int.from_bytes(data[30:34], "big") :]


def solid(data: bytes, format: str, source: Source, *steps: Resize) -> list[bool]:
    """Whether anything is seen in each corner."""
    made = developed(data, Plan(steps, source, Encode("png")), format).data
    picture = Image.open(io.BytesIO(made)).convert("RGBA")
    right, low = picture.width - 4, picture.height - 4
    return [picture.getpixel(at)[3] > 128 for at in ((3, 3), (right, 3), (3, low), (right, low))]


@pytest.mark.parametrize(("make", "format"), [(jpeg, "jpg"), (tiff, "tif"), (with_psd, "psd")])
@pytest.mark.parametrize(
    ("resources", "name", "seen"),
    [
        (BOTH, None, [True, False, True, False]),
        (BOTH, "top", [True, True, False, False]),
        (BOTH + clipping("top"), None, [True, True, False, False]),
        (BOTH, "nope", [True] * 4),
        (b"", None, [True] * 4),
    ],
)
def test_what_lies_outside_is_taken_away(make, format, resources, name, seen):
    source = Source(clip="nonzero", layers=(name,) if name else ())
    assert solid(make(resources), format, source) == seen


def test_a_path_is_made_smaller_with_its_picture():
    assert solid(jpeg(BOTH), "jpg", Source(clip="nonzero"), Resize(30)) == [True, False, True, False]


def test_a_path_turns_with_its_picture():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert solid(jpeg(BOTH, exif=exif), "jpg", Source(clip="nonzero")) == [True, True, False, False]


@pytest.mark.parametrize(("rule", "middle"), [("nonzero", True), ("evenodd", False)])
def test_what_is_surrounded_twice(rule, middle):
    inner = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    whole = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    data = developed(jpeg(path(2000, "ring", whole, inner)), Plan((), Source(clip=rule), Encode("png")), "jpg").data
    assert (Image.open(io.BytesIO(data)).convert("RGBA").getpixel((60, 40))[3] > 128) is middle


@pytest.mark.parametrize("resources", [BOTH[:40], b"8BIM", b"8BIM" + bytes(200), path(2000, "none"), BOTH[:-30]])
def test_a_path_that_is_damaged_never_ends_in_anything_but_a_picture(resources):
    assert solid(jpeg(resources), "jpg", Source(clip="nonzero"))[0]
