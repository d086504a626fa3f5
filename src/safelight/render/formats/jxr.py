"""Jxr: JPEG XR (`wdp`, `jxr`, `hdp`) by imagecodecs; what it holds is read from its own directory first."""

import os
from typing import Any

import imagecodecs

from safelight.render.formats import bridge, vips
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source

# Tags of ITU-T T.832, Annex A: a directory as TIFF has it.
_PIXEL_FORMAT, _WIDTH, _HEIGHT = 0xBC01, 0xBC80, 0xBC81
_OFFSET, _LENGTH, _ALPHA_OFFSET = 0xBCC0, 0xBCC1, 0xBCC2
_ENTRIES_MAX = 100
_SIZES = {1: 1, 3: 2, 4: 4}

# The last byte of the pixel format's GUID, where there is alpha in the picture itself.
_ALPHA_FORMATS = frozenset({0x0F, 0x10, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x3A, 0x3B, 0x3C})

_library: Any = imagecodecs


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    tags = _tags(file)
    size = Size(_value(tags.get(_WIDTH)), _value(tags.get(_HEIGHT)))
    if min(size.width, size.height) < 1:
        raise broken(format)
    where = tags.get(_PIXEL_FORMAT, bytes(10))[6:10]
    guid = os.pread(file, 16, int.from_bytes(where, "little"))
    return Header(format, size, 1, 1, _ALPHA_OFFSET in tags or guid[-1:] in {bytes([one]) for one in _ALPHA_FORMATS})


def _tags(file: int) -> dict[int, bytes]:
    """The first directory: tag -> its kind, count and value. Empty for what is none."""
    head = os.pread(file, 8, 0)
    if head[:4] != b"II\xbc\x01":
        return {}
    start = int.from_bytes(head[4:8], "little")
    count = int.from_bytes(os.pread(file, 2, start), "little")
    raw = os.pread(file, 12 * min(count, _ENTRIES_MAX), start + 2)
    lines = (raw[at : at + 12] for at in range(0, len(raw) - 11, 12))
    return {int.from_bytes(line[:2], "little"): line[2:] for line in lines}


def _value(entry: bytes | None) -> int:
    if entry is None:
        return 0
    kind = int.from_bytes(entry[:2], "little")
    return int.from_bytes(entry[6 : 6 + _SIZES.get(kind, 4)], "little")


def read(file: int, header: Header, _asked: Asked) -> Picture:
    data = bridge.whole(file)
    try:
        pixels = _library.jpegxr_decode(data)
    except (_library.JpegxrError, ValueError, RuntimeError) as error:
        raise broken(header.format, error) from error
    if pixels.shape[:2] != (header.stored.height, header.stored.width):
        raise broken(header.format)
    return Picture((bridge.from_array(pixels),))


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    tags, end = _tags(file), os.fstat(file).st_size
    # The length of the alpha is no help: the library that most use writes its end there.
    is_whole = _value(tags.get(_OFFSET)) + _value(tags.get(_LENGTH)) <= end and _value(tags.get(_ALPHA_OFFSET)) < end
    if not is_whole:
        raise broken(header.format)
    read(file, header, Asked())


def write(picture: Picture, how: Encode, _format: str) -> bytes:
    image = picture.frames[0]
    pixels = bridge.to_array(image.flatten(background=[255, 255, 255]) if image.bands == 2 else image)
    # Its scale goes from 0 to 1, and 1 is without loss.
    quality = vips.quality_of(how)
    level = 1.0 if vips.is_lossless(how) or quality is None else quality / 100
    return bytes(_library.jpegxr_encode(pixels, level=level))


FAMILY = Family(header, read, check, write)
