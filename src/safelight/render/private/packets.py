"""Packets: what is found in files of other formats, PDF among them, by looking through all of their bytes."""

import re
from collections.abc import Iterator

from safelight.render.private import iptc, tiff, xmp
from safelight.render.private.model import Flag, Trace, Window

STEP_BYTES = 4 * 1024 * 1024
OVERLAP_BYTES = 256 * 1024
"""A packet that begins in one step ends in this part of the next."""

_OPENING = re.compile(rb"<(?:\w+:)?xmpmeta[\s>]")
_CLOSING = re.compile(rb"</(?:\w+:)?xmpmeta\s*>")
_EXIF = re.compile(rb"\xff\xe1..Exif\x00\x00(?=II\*\x00|MM\x00\*)", re.DOTALL)
# The properties of a document, as PDF writes a text: in brackets, or as hexadecimal digits.
_AUTHOR = re.compile(rb"/Author\s*(?:\(((?:[^()\\]|\\.){0,1000})\)|<([0-9A-Fa-f\s]{0,4000})>)", re.DOTALL)
_POINTS = re.compile(rb"/GPTS\s*\[([-0-9.\s]{1,2000})\]")
"""Where a map lies on the earth."""
_PSD_RESOURCES_AT = 26


def traces(window: Window) -> Iterator[Trace]:
    """XMP as it stands in most formats, and the EXIF of JPEG files that lie in others as they are."""
    for start, data in _steps(window):
        for low, high in _packets(data):
            yield from xmp.traces(window.inside(start + low, high - low))
        for found in _EXIF.finditer(data):
            size = int.from_bytes(data[found.start() + 2 : found.start() + 4], "big") - 8
            yield from tiff.traces(window.inside(start + found.end(), size))


def _packets(data: bytes) -> Iterator[tuple[int, int]]:
    """From an opening tag to the next closing one; where none follows, none follows a later one either."""
    after = 0
    for found in _OPENING.finditer(data):
        if found.start() < after:
            continue
        closing = _CLOSING.search(data, found.end())
        if closing is None:
            return
        after = closing.end()
        yield found.start(), after


def pdf(window: Window) -> Iterator[Trace]:
    yield from traces(window)
    for start, data in _steps(window):
        for pattern, flag, fill in ((_AUTHOR, Flag.OWNER, b" "), (_POINTS, Flag.GPS, b"0")):
            for found in pattern.finditer(data):
                group = 2 if pattern is _AUTHOR and found[1] is None else 1
                low, high = found.span(group)
                if _says(found[group]):
                    yield window.trace(flag, start + low, high - low, b"20" if group == 2 else fill)


def psd(window: Window) -> Iterator[Trace]:
    """Behind the header and the colours, the resources."""
    colors = int.from_bytes(window.read(_PSD_RESOURCES_AT, 4), "big")
    at = _PSD_RESOURCES_AT + 4 + colors
    size = int.from_bytes(window.read(at, 4), "big")
    resources = window.inside(at + 4, size)
    yield from iptc.resources(resources)


def _says(text: bytes) -> bool:
    """Whether it is more than the blanks that are written over it."""
    return bool(text.strip(b"\0 0")) and bool(text.replace(b"20", b"").strip())


def _steps(window: Window) -> Iterator[tuple[int, bytes]]:
    """What lies in two steps may be found twice; that does no harm."""
    for start in range(0, window.size, STEP_BYTES):
        yield max(0, start - OVERLAP_BYTES), window.read(max(0, start - OVERLAP_BYTES), STEP_BYTES + OVERLAP_BYTES)
