"""JPEG: the segments in which cameras and programs write of a picture, and the pictures that lie behind it."""

from collections.abc import Iterator

from safelight.render.private import iptc, tiff, xmp
from safelight.render.private.model import Flag, Trace, Window

SEGMENTS_MAX = 2000
PICTURES_MAX = 16
"""Behind the first one."""

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_XMP_MORE_HEAD = len(_XMP_MORE) + 40
_PHOTOSHOP = b"Photoshop 3.0\0"
_MULTIPLE = b"MPF\0"
_CONTENT = b"JP"
_ENTRIES_TAG = 0xB002
_START_OF_SCAN, _END = 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SMALL_TYPES = frozenset({0x010001, 0x010002})


def traces(window: Window, *, depth: int = 0) -> Iterator[Trace]:
    at = 2
    for _ in range(SEGMENTS_MAX):
        head = window.read(at, 4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (_START_OF_SCAN, _END):
            return
        if head[1] == 0xFF or head[1] in _ALONE:
            at += 1 if head[1] == 0xFF else 2
            continue
        size = int.from_bytes(head[2:4], "big")
        yield from _segment(window, head[1], window.inside(at + 4, size - 2), depth)
        at += 2 + max(2, size)


def _segment(window: Window, marker: int, inside: Window, depth: int) -> Iterator[Trace]:
    start = inside.read(0, len(_XMP_MORE))
    match marker:
        case 0xE1 if start.startswith(_EXIF):
            yield from tiff.traces(inside.inside(len(_EXIF), inside.size))
        case 0xE1 if start.startswith(_XMP):
            yield from xmp.traces(inside.inside(len(_XMP), inside.size))
        case 0xE1 if start == _XMP_MORE:
            yield from _more_xmp(inside)
        case 0xED if start.startswith(_PHOTOSHOP):
            yield from iptc.resources(inside.inside(len(_PHOTOSHOP), inside.size))
        case 0xEB if start.startswith(_CONTENT) and b"c2pa" in inside.read(0, inside.size):
            yield inside.trace(Flag.C2PA, len(_CONTENT), inside.size)
        case 0xEB if start.startswith(_CONTENT) and inside.read(12, 4) == b"jumb":
            # Its manifest goes on in segments that do not name it again.
            yield inside.trace(Flag.C2PA, len(_CONTENT), inside.size)
        case 0xE2 if start.startswith(_MULTIPLE) and depth == 0:
            yield from _behind(window, inside.inside(len(_MULTIPLE), inside.size))
        case _:
            pass


def _more_xmp(inside: Window) -> Iterator[Trace]:
    """A packet that is cut over several segments: where a part of it tells something, the part goes."""
    part = inside.inside(_XMP_MORE_HEAD, inside.size)
    for trace in xmp.traces(part):
        yield part.trace(trace.flag, 0, part.size, b" ")


def _behind(window: Window, index: Window) -> Iterator[Trace]:
    """Multi-picture format (CIPA DC-007): a list of pictures, each with its kind, its size and its place."""
    big = index.read(0, 2) == b"MM"
    order = "big" if big else "little"
    first = int.from_bytes(index.read(4, 4), order)
    count = int.from_bytes(index.read(first, 2), order)
    for number in range(min(count, 100)):
        entry = index.read(first + 2 + 12 * number, 12)
        if int.from_bytes(entry[:2], order) != _ENTRIES_TAG:
            continue
        size, at = int.from_bytes(entry[4:8], order), int.from_bytes(entry[8:12], order)
        for each in range(min(size // 16, PICTURES_MAX)):
            told = index.read(at + 16 * each, 16)
            kind, length = int.from_bytes(told[:4], order) & 0xFFFFFF, int.from_bytes(told[4:8], order)
            place = int.from_bytes(told[8:12], order)
            if not place:
                continue  # the first picture, in which this stands
            picture = window.inside(index.start - window.start + place, length)
            if kind in _SMALL_TYPES and not picture.is_blank(0, min(picture.size, 1024)):
                yield picture.trace(Flag.SMALL, 0, picture.size)
            elif picture.read(0, 2) == b"\xff\xd8":
                yield from traces(picture, depth=1)
