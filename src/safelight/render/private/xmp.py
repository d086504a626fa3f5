"""XMP: the properties of a packet that tell of a person or a place. They are found in its text, and blanked there."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from safelight.render.private.model import Flag, Trace, Window

PACKET_BYTES_MAX = 4 * 1024 * 1024

_NAMES: tuple[tuple[Flag, str], ...] = (
    (Flag.GPS, r"GPS\w+"),
    (
        Flag.PLACE,
        r"City|State|Country|CountryCode|CountryName|Location|Sublocation|ProvinceState|WorldRegion|"
        r"LocationCreated|LocationShown",
    ),
    (Flag.SERIAL, r"\w*SerialNumber|ImageUniqueID"),
    (
        Flag.OWNER,
        r"\w*OwnerName|creator|Artist|Author|AuthorsPosition|CaptionWriter|CreatorContactInfo|Ci[A-Z]\w+|"
        r"PersonInImage|PersonDisplayName",
    ),
    (Flag.SMALL, r"Thumbnails"),
)
_ATTRIBUTE = rb"""[\s]\w+:(?:%b)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
_OPENING = rb"<(\w+:(?:%b))(?=[\s/>])[^<>]*(?<!/)>"
_CLOSING = rb"</(\w+:(?:%b))\s*>"
_PATTERNS = tuple(
    (flag, *(re.compile(pattern % names.encode()) for pattern in (_ATTRIBUTE, _OPENING, _CLOSING)))
    for flag, names in _NAMES
)
# Values stand between tags, or as attributes of tags inside.
_BETWEEN = re.compile(
    rb"""(?<=>)[^<]+|^[^<]+|\s(?!xmlns)[\w-]+:(?!about)[\w-]+\s*=\s*"([^"]+)"|\s(?!xmlns)[\w-]+:(?!about)[\w-]+\s*=\s*'([^']+)'"""
)


def traces(window: Window) -> Iterator[Trace]:
    packet = window.read(0, PACKET_BYTES_MAX)
    if b"\0" in packet.rstrip(b"\0"):
        # Two bytes a letter: what is found has no place of its own, so all of it goes.
        plain = packet.replace(b"\0", b"")
        yield from (window.trace(flag, 0, window.size, b" ") for flag in _flags(plain))
        return
    for flag, start, end in _values(packet):
        yield window.trace(flag, start, end - start, b" ")


def _flags(packet: bytes) -> list[Flag]:
    return sorted({flag for flag, _, _ in _values(packet)})


def _values(packet: bytes) -> Iterator[tuple[Flag, int, int]]:
    """Each value that says something, and where it stands."""
    for flag, attribute, opening, closing in _PATTERNS:
        for found in attribute.finditer(packet):
            start, end = found.span(1) if found[1] is not None else found.span(2)
            if packet[start:end].strip():
                yield flag, start, end
        for inside in _elements(packet, opening, closing):
            yield from ((flag, start, end) for start, end in _inner(packet, *inside))


def _elements(packet: bytes, opening: re.Pattern[bytes], closing: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """What stands between an opening tag and the next one that closes it.

    The closing tags are looked up in a list: to search for one from each opening tag on takes, where somebody wrote
    many that nothing closes, the square of their number.
    """
    closed: dict[bytes, list[tuple[int, int]]] = {}
    for found in closing.finditer(packet):
        closed.setdefault(found[1], []).append(found.span())
    after = 0
    for found in opening.finditer(packet):
        ends = closed.get(found[1], [])
        place = bisect_left(ends, (found.end(), 0))
        if found.start() >= after and place < len(ends):
            end, after = ends[place]
            yield found.end(), end


def _inner(packet: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _BETWEEN.finditer(packet[start:end]):
        group = next((index for index in (1, 2) if found[index] is not None), 0)
        low, high = found.span(group)
        if packet[start + low : start + high].strip() and packet[start + low : start + high].strip() not in _EMPTY:
            yield start + low, start + high


_EMPTY = frozenset({b"Resource", b"Bag", b"Seq", b"Alt"})
"""`rdf:parseType="Resource"` says how, and not what."""
