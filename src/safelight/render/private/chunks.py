"""Chunks: PNG and WebP, files of named pieces with their sizes."""

import zlib
from binascii import Error as NotHex
from binascii import unhexlify
from collections.abc import Iterator

from safelight.render.private import iptc, tiff, xmp
from safelight.render.private.model import Flag, Trace, Window, window_of_bytes

CHUNKS_MAX = 10_000
CHUNK_BYTES_MAX = 16 * 1024 * 1024
"""Of a piece that is unpacked or summed up again."""
UNPACKED_BYTES_MAX = 16 * 1024 * 1024

_PROFILE = b"Raw profile type "
_OWNERS = frozenset({b"Author", b"Artist", b"Creator"})
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def png(window: Window) -> Iterator[Trace]:
    at = 8
    for _ in range(CHUNKS_MAX):
        head = window.read(at, 8)
        if len(head) < 8:
            return
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        inside = window.inside(at + 8, size)
        if size <= CHUNK_BYTES_MAX:
            found = list(_told(kind, inside))
            yield from found
            if found and at + 12 + size <= window.size:
                yield _summed(window.inside(at + 4, 4 + size), found)
        at += 12 + size


def _told(kind: bytes, inside: Window) -> Iterator[Trace]:
    if kind == b"eXIf":
        yield from tiff.traces(inside)
    elif kind == b"caBX" and not inside.is_blank(0, inside.size):
        yield inside.trace(Flag.C2PA, 0, inside.size)
    elif kind in _TEXTS:
        yield from _text(kind, inside)


def _text(kind: bytes, inside: Window) -> Iterator[Trace]:
    """A keyword, a zero, and the text; packed with a method before it, or in several languages."""
    data = inside.read(0, inside.size)
    keyword, _, rest = data.partition(b"\0")
    start = len(keyword) + 1
    is_packed = kind == b"zTXt"
    if kind == b"zTXt":
        rest, start = rest[1:], start + 1
    elif kind == b"iTXt":
        is_packed = rest[:1] == b"\1"
        language, _, after = rest[2:].partition(b"\0")
        translated, _, text = after.partition(b"\0")
        rest, start = text, start + 2 + len(language) + 1 + len(translated) + 1
    if keyword == b"XML:com.adobe.xmp" and not is_packed:
        yield from xmp.traces(inside.inside(start, len(rest)))
        return
    plain = _unpacked(rest) if is_packed else rest
    for flag in _flags(keyword, plain):
        # What was packed cannot be changed in its place: it goes as a whole.
        yield inside.trace(flag, start, len(rest), b"\0" if is_packed else b" ")


def _flags(keyword: bytes, text: bytes) -> set[Flag]:
    if keyword == b"XML:com.adobe.xmp":
        return {trace.flag for trace in xmp.traces(window_of_bytes(text))}
    if keyword in _OWNERS and text.strip(b"\0 "):
        return {Flag.OWNER}
    if keyword.startswith(_PROFILE):
        return {trace.flag for trace in _profile(keyword.removeprefix(_PROFILE), text)}
    return set()


def _profile(name: bytes, text: bytes) -> Iterator[Trace]:
    """As ImageMagick writes it: a name, a length, and hexadecimal digits."""
    try:
        data = unhexlify(b"".join(text.split()[2:]))
    except (NotHex, ValueError):
        return
    window = window_of_bytes(data)
    if name in (b"exif", b"APP1"):
        yield from tiff.traces(window.inside(6 if data.startswith(b"Exif\0\0") else 0, window.size))
    if name in (b"xmp", b"APP1"):
        yield from xmp.traces(window)
    if name in (b"iptc", b"8bim"):
        yield from iptc.resources(window)


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, UNPACKED_BYTES_MAX)
    except zlib.error:
        return b""


def _summed(chunk: Window, found: list[Trace]) -> Trace:
    """The sum behind a chunk, as it is when its traces are written over."""
    data = bytearray(chunk.read(0, chunk.size))
    for trace in found:
        low, high = trace.start - chunk.start, trace.end - chunk.start
        data[low:high] = (trace.fill * (high - low))[: high - low]
    return Trace(found[0].flag, chunk.end, chunk.end + 4, zlib.crc32(data).to_bytes(4, "big"))


def webp(window: Window) -> Iterator[Trace]:
    at = 12
    for _ in range(CHUNKS_MAX):
        head = window.read(at, 8)
        if len(head) < 8:
            return
        kind, size = head[:4], int.from_bytes(head[4:8], "little")
        inside = window.inside(at + 8, size)
        if kind == b"EXIF":
            # Some writers put the name of JPEG's segment before it.
            start = 6 if inside.read(0, 6) == b"Exif\0\0" else 0
            yield from tiff.traces(inside.inside(start, inside.size))
        elif kind == b"XMP ":
            yield from xmp.traces(inside)
        elif kind == b"C2PA" and not inside.is_blank(0, inside.size):
            yield inside.trace(Flag.C2PA, 0, inside.size)
        at += 8 + size + size % 2
