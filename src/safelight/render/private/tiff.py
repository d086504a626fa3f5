"""TIFF: the directories of EXIF, and of TIFF files themselves, and what in them tells of a person or a place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from safelight.render.private import iptc, xmp
from safelight.render.private.model import Flag, Trace, Window

ENTRIES_MAX = 1000
"""Of one directory."""
PACKET_BYTES_MAX = 4 * 1024 * 1024

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_EXIF, _GPS = 0x8769, 0x8825
_XMP, _IPTC, _PHOTOSHOP = 0x02BC, 0x83BB, 0x8649
_SMALL_AT, _SMALL_BYTES, _STRIP_AT, _STRIP_BYTES = 0x0201, 0x0202, 0x0111, 0x0117
_GPS_VERSION = 0
_FLAGS = {
    0x013B: Flag.OWNER,  # Artist
    0x9C9D: Flag.OWNER,  # XPAuthor
    0xA430: Flag.OWNER,  # CameraOwnerName
    0xA431: Flag.SERIAL,  # BodySerialNumber
    0xA435: Flag.SERIAL,  # LensSerialNumber
    0xA420: Flag.SERIAL,  # ImageUniqueID
    0xC62F: Flag.SERIAL,  # CameraSerialNumber
    0x927C: Flag.MAKER_NOTES,
    0xC634: Flag.MAKER_NOTES,  # DNGPrivateData
}


@dataclass(frozen=True)
class _Entry:
    """One line of a directory: where its value lies, and how long it is."""

    tag: int
    at: int
    size: int


@dataclass(frozen=True)
class _Directory:
    at: int
    count: int
    entries: dict[int, _Entry]
    next_at: int
    """Where the next directory is; 0: there is none."""

    @property
    def next_pointer(self) -> int:
        return self.at + 2 + 12 * self.count


def traces(window: Window, *, is_embedded: bool = True) -> Iterator[Trace]:
    """`is_embedded`: it is the EXIF of another file, whose second directory is a thumbnail and no page."""
    order = _order(window)
    if order is None:
        return
    main = _directory(window, _number(window, 4, 4, order), order)
    yield from _told(window, main)
    if _EXIF in main.entries:
        yield from _told(window, _pointed(window, main.entries[_EXIF], order))
    if _GPS in main.entries:
        yield from _position(window, _pointed(window, main.entries[_GPS], order))
    if is_embedded and main.next_at:
        yield from _small(window, main, _directory(window, main.next_at, order), order)


def _told(window: Window, directory: _Directory) -> Iterator[Trace]:
    for entry in directory.entries.values():
        inside = window.inside(entry.at, min(entry.size, PACKET_BYTES_MAX))
        match entry.tag:
            case tag if tag in _FLAGS:
                if not window.is_blank(entry.at, entry.size):
                    yield window.trace(_FLAGS[tag], entry.at, entry.size)
            case tag if tag == _XMP:
                yield from xmp.traces(inside)
            case tag if tag == _IPTC:
                yield from iptc.records(inside)
            case tag if tag == _PHOTOSHOP:
                yield from iptc.resources(inside)
            case _:
                pass


def _position(window: Window, directory: _Directory) -> Iterator[Trace]:
    """The whole directory goes: its values, its entries, and their number."""
    if not directory.entries.keys() - {_GPS_VERSION}:
        return
    for entry in directory.entries.values():
        yield window.trace(Flag.GPS, entry.at, entry.size)
    yield window.trace(Flag.GPS, directory.at, 2 + 12 * directory.count)


def _small(window: Window, main: _Directory, second: _Directory, order: Literal["little", "big"]) -> Iterator[Trace]:
    entries = second.entries
    for at, size in ((_SMALL_AT, _SMALL_BYTES), (_STRIP_AT, _STRIP_BYTES)):
        if at in entries and size in entries:
            place = _value(window, entries[at], order), _value(window, entries[size], order)
            yield window.trace(Flag.SMALL, *place)
    # The directory may have a position of its own; without its pointer nobody finds it.
    yield window.trace(Flag.SMALL, second.at, 2 + 12 * second.count)
    yield window.trace(Flag.SMALL, main.next_pointer, 4)


def _directory(window: Window, at: int, order: Literal["little", "big"]) -> _Directory:
    count = _number(window, at, 2, order) if at >= 8 else 0
    if count > ENTRIES_MAX:
        count = 0
    entries: dict[int, _Entry] = {}
    for index in range(count):
        place = at + 2 + 12 * index
        raw = window.read(place, 12)
        if len(raw) < 12:
            break
        tag, kind = int.from_bytes(raw[:2], order), int.from_bytes(raw[2:4], order)
        size = _SIZES.get(kind, 1) * int.from_bytes(raw[4:8], order)
        value_at = place + 8 if size <= 4 else int.from_bytes(raw[8:12], order)
        if value_at + size <= window.size:
            entries[tag] = _Entry(tag, value_at, size)
    return _Directory(at, count, entries, _number(window, at + 2 + 12 * count, 4, order) if count else 0)


def _pointed(window: Window, entry: _Entry, order: Literal["little", "big"]) -> _Directory:
    return _directory(window, _value(window, entry, order), order)


def _value(window: Window, entry: _Entry, order: Literal["little", "big"]) -> int:
    return _number(window, entry.at, min(entry.size, 4), order)


def _number(window: Window, at: int, size: int, order: Literal["little", "big"]) -> int:
    return int.from_bytes(window.read(at, size), order)


def _order(window: Window) -> Literal["little", "big"] | None:
    """BigTIFF has other directories; it is as if there were none."""
    head = window.read(0, 4)
    if head == b"II*\0":
        return "little"
    return "big" if head == b"MM\0*" else None
