"""What files tell of people and places is found, and is no more in them when it was written over; no pixel changes."""

import io
import os
import random
import struct
import tempfile
import zlib
from uuid import UUID

import pytest
from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from safelight.kernel.errors import TooMuch
from safelight.render.private import packets, telling, xmp
from safelight.render.private.model import Flag, window_of_bytes
from tests.pictures import encoded, scene

POSITION = "+52.5200+013.4050/"
NAME = "Canary Person"
SERIAL = "CANARY-0042"
XMP = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 exif:GPSLatitude="52,31.2N" aux:SerialNumber="{SERIAL}" photoshop:City="Canary Town">
<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">All rights</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def exif() -> Image.Exif:
    found = Image.Exif()
    found[0x0112], found[0x013B], found[0x8298] = 6, NAME, "All rights"
    inside = found.get_ifd(0x8769)
    inside[0xA431], inside[0xA430], inside[0x927C] = SERIAL, NAME, b"maker's secret"
    place = found.get_ifd(0x8825)
    place[1], place[2] = "N", (IFDRational(52), IFDRational(31), IFDRational(12))
    place[3], place[4] = "E", (IFDRational(13), IFDRational(24), IFDRational(18))
    return found


def jpeg(**more: object) -> bytes:
    return encoded(scene(64, 48), "JPEG", exif=exif(), **more)


def png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", NAME)
    words.add_itxt("XML:com.adobe.xmp", XMP)
    words.add_text("Raw profile type exif", _profile(exif().tobytes()), zip=True)
    return encoded(scene(64, 48), "PNG", exif=exif(), pnginfo=words)


def _profile(data: bytes) -> str:
    return f"\nexif\n{len(data):8}\n{data.hex()}\n"


def webp() -> bytes:
    return encoded(scene(64, 48), "WEBP", exif=exif(), xmp=XMP.encode())


def tiff() -> bytes:
    """EXIF is a TIFF file in itself; this one has no pixels."""
    return exif().tobytes().removeprefix(b"Exif\0\0")


def avif() -> bytes:
    return encoded(scene(64, 48), "AVIF", exif=exif(), xmp=XMP.encode())


def box(kind: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return struct.pack(">I", len(inside) + 8) + kind + inside


def film() -> bytes:
    """As phones write it: user data with a position, a list of keys with another, and a packet of XMP."""
    spoken = struct.pack(">HH", len(POSITION), 0x15C7) + POSITION.encode()
    names = [b"com.apple.quicktime.location.ISO6709", b"com.apple.quicktime.make", b"com.apple.quicktime.author"]
    values = [POSITION.encode(), b"Maker", NAME.encode()]
    keys = box(b"keys", b"\0" * 4, struct.pack(">I", len(names)), *(box(b"mdta", name) for name in names))
    data = [box(b"data", struct.pack(">II", 1, 0), value) for value in values]
    items = box(b"ilst", *(box(struct.pack(">I", at), each) for at, each in enumerate(data, 1)))
    handler = box(b"hdlr", b"\0" * 8, b"mdta", b"\0" * 13)
    user = box(b"udta", box(b"\xa9xyz", spoken), box(b"thmb", b"small picture"))
    movie = box(b"moov", box(b"mvhd", b"\0" * 100), user, box(b"meta", handler, keys, items))
    packet = box(b"uuid", UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes, XMP.encode())
    return box(b"ftyp", b"isom\0\0\0\0isomiso2") + movie + packet + box(b"mdat", b"frames" * 100)


def kinds(data: bytes) -> list[bytes]:
    """The boxes that lie beside each other, each as long as it says."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 8])
        at += size
    assert at == len(data)
    return found


def document() -> bytes:
    inside = io.BytesIO()
    scene(64, 48).save(inside, "PDF", author=NAME, title="A title")
    return inside.getvalue() + XMP.encode() + jpeg()


def told(data: bytes, format: str) -> tuple[list[str], bytes]:
    """What it tells, and the file when that was written over."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        found = telling.found(file.fileno(), format)
    out = bytearray(data)
    for start, end, fill in found["strips"]:
        pattern = bytes.fromhex(fill)
        out[start:end] = (pattern * (end - start))[: end - start]
    return found["flags"], bytes(out)


CAMERA = ["device_serial", "gps", "maker_notes", "owner"]
CASES = {
    "jpg": (lambda: jpeg(), [*CAMERA]),
    "jpg with xmp": (lambda: jpeg(xmp=XMP.encode()), [*CAMERA, "place"]),
    "png": (lambda: png(), [*CAMERA, "place"]),
    "webp": (lambda: webp(), [*CAMERA, "place"]),
    "tif": (lambda: tiff(), [*CAMERA]),
    "avif": (lambda: avif(), [*CAMERA, "place"]),
    "mp4": (film, ["device_serial", "gps", "owner", "place", "thumbnail"]),
    "pdf": (lambda: document(), [*CAMERA, "place"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_tells_is_found_and_can_be_written_over(name):
    make, flags = CASES[name]
    data, format = make(), name.split()[0]
    found, silent = told(data, format)
    assert found == sorted(flags)
    assert len(silent) == len(data)
    assert told(silent, format)[0] == []
    for word in (NAME, SERIAL, POSITION, "Canary Town", "52,31.2N", "maker's secret"):
        assert word.encode() not in silent, word
    assert b"All rights" in silent or b"All rights" not in data


@pytest.mark.parametrize("name", ["jpg with xmp", "png", "webp", "avif"])
def test_no_pixel_changes_and_what_is_nobody_s_stays(name):
    data = CASES[name][0]()
    _, silent = told(data, name.split()[0])
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(silent))
    assert before.tobytes() == after.tobytes()
    assert after.getexif().get(0x8298) == "All rights"
    assert after.getexif().get_ifd(0x8825) == {}
    if name != "avif":
        assert after.getexif().get(0x0112) == 6


def test_a_film_keeps_all_of_its_boxes_and_every_frame():
    data = film()
    _, silent = told(data, "mp4")
    assert kinds(silent) == kinds(data) == [b"ftyp", b"moov", b"uuid", b"mdat"]
    assert silent[silent.index(b"mdat") :] == data[data.index(b"mdat") :]
    assert b"Maker" in silent
    assert b"\xa9xyz" not in silent


def test_a_track_of_positions_is_told_and_cannot_be_taken_out():
    sample = box(b"gpmd", b"\0" * 8)
    table = box(b"stsd", b"\0" * 4, struct.pack(">I", 1), sample)
    track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table))))
    flags, silent = told(box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", track), "mp4")
    assert flags == ["gps"]
    assert told(silent, "mp4")[0] == ["gps"]


def test_a_thumbnail_is_found_and_nobody_finds_it_afterwards():
    small = encoded(Image.new("RGB", (16, 12), "red"), "JPEG")
    # Directory 0 with one entry, directory 1 with the place and the size of the small picture.
    head = b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x0112, 3, 1, 6) + struct.pack("<I", 26)
    second = (
        struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, 56) + struct.pack("<HHII", 0x0202, 4, 1, len(small))
    )
    data = head + second + struct.pack("<I", 0) + small
    segment = b"Exif\0\0" + data
    picture = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg()[2:]
    flags, silent = told(picture, "jpg")
    assert "thumbnail" in flags
    assert small not in silent
    assert told(silent, "jpg")[0] == []


def test_content_credentials_are_told_of_and_go_when_the_rest_goes():
    box = b"JP\0\1\0\0\0\1" + b"\0\0\0\x20jumb" + b"c2pa manifest....."
    segment = b"\xff\xeb" + struct.pack(">H", len(box) + 2) + box
    data = jpeg()
    flags, silent = told(data[:2] + segment + data[2:], "jpg")
    assert "c2pa" in flags
    assert b"c2pa manifest" not in silent
    assert told(silent, "jpg")[0] == []


def test_what_lies_behind_a_picture_is_looked_into():
    """A phone writes a larger preview, or a second picture, behind the first: with a position of its own."""
    second = jpeg()
    entries = struct.pack("<IIIHH", 0x030000, 0, 0, 0, 0)
    index = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0xB002, 7, 32, 26) + struct.pack("<I", 0)
    plain = encoded(scene(64, 48), "JPEG")
    size = 4 + 2 + len(index) + 32
    at = len(plain) + 2 + size - (2 + 4 + 4)
    mpf = b"MPF\0" + index + entries + struct.pack("<IIIHH", 0, len(second), at, 0, 0)
    first = plain[:2] + b"\xff\xe2" + struct.pack(">H", len(mpf) + 2) + mpf + plain[2:]
    offset = first.index(b"MPF\0") + 4
    first = first.replace(struct.pack("<II", len(second), at), struct.pack("<II", len(second), len(first) - offset))
    flags, silent = told(first + second, "jpg")
    assert "gps" in flags
    assert told(silent, "jpg")[0] == []


@pytest.mark.parametrize("format", sorted(telling.READ))
@pytest.mark.parametrize("seed", range(4))
def test_no_bytes_make_it_fail(format, seed):
    """Cut, swapped and doubled bytes of real files: some answer, in some time."""
    chance = random.Random(seed)
    base = bytearray({"png": png, "webp": webp, "tif": tiff, "avif": avif, "heic": avif}.get(format, jpeg)())
    for _ in range(60):
        data = bytearray(base)
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = data[: chance.randrange(1, len(data))] if chance.random() < 0.3 else data
        try:
            flags, silent = told(bytes(data), format)
        except TooMuch:
            continue
        assert len(silent) == len(data)
        assert set(flags) <= {"gps", "place", "device_serial", "owner", "thumbnail", "maker_notes", "c2pa"}


def test_a_file_that_tells_in_too_many_places_is_refused():
    item = b"\x1c\x02\x50\0\x01A"
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(item) * 1000) + item * 1000
    segment = b"Photoshop 3.0\0" + resource
    one = b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment
    with pytest.raises(TooMuch):
        told(b"\xff\xd8" + one * 3 + jpeg()[2:], "jpg")


@pytest.mark.parametrize(
    "text",
    [b"<a:City >", b"<a:City ", b"<x:xmpmeta ", b"</a:City>", b" a:City='", b"/Author ("],
)
def test_many_tags_that_nothing_closes_take_no_longer_than_others(text: bytes):
    """By the square of their number these would take hours."""
    data = text * (1024 * 1024 // len(text))
    for each in (data, b"<x:xmpmeta>" + data + b"</x:xmpmeta>"):
        assert {trace.flag for trace in packets.pdf(window_of_bytes(each))} <= {Flag.PLACE}


@pytest.mark.parametrize(
    ("packet", "values"),
    [
        (b"<a:City>Rome</a:City>", [b"Rome"]),
        (b"<a:City>Rome</b:City> and</a:City >", [b"Rome", b" and"]),
        (b"<a:City/><a:City>Rome</a:City>", [b"Rome"]),
        (b"<a:City><b:x>Rome</b:x></a:City><a:State>Lazio</a:State>", [b"Rome", b"Lazio"]),
        (b"<a:City>Rome", []),
        (b"</a:City><a:City>Rome</a:City></a:City>", [b"Rome"]),
    ],
)
def test_a_value_stands_between_a_tag_and_the_next_that_closes_it(packet: bytes, values: list[bytes]):
    assert [packet[trace.start : trace.end] for trace in xmp.traces(window_of_bytes(packet))] == values


def test_sums_of_chunks_are_right_again():
    _, silent = told(png(), "png")
    at = 8
    while at < len(silent):
        size, kind = struct.unpack(">I4s", silent[at : at + 8])
        body = silent[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", silent[at + 8 + size : at + 12 + size])[0], kind
        at += 12 + size


def test_only_what_is_open_is_read(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg())
    file = os.open(path, os.O_RDONLY)
    try:
        assert telling.found(file, "webm") == {"flags": [], "strips": []}
        assert "gps" in telling.found(file, "jpg")["flags"]
    finally:
        os.close(file)
