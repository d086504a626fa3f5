"""IPTC: the records that newsrooms fill in, and the resources of Photoshop in which they lie."""

from collections.abc import Iterator

from safelight.render.private import xmp
from safelight.render.private.model import Flag, Trace, Window

RESOURCES_MAX = 1000
RECORDS_MAX = 1000
_RECORDS, _XMP = 0x0404, 0x0424
_SMALL = frozenset({0x0409, 0x040C})

# Of IPTC-IIM record 2: by-line, its title, contact, writer; city, sublocation, province, code and name of a country.
_FLAGS = {
    **dict.fromkeys((80, 85, 118, 122), Flag.OWNER),
    **dict.fromkeys((90, 92, 95, 100, 101), Flag.PLACE),
}


def resources(window: Window) -> Iterator[Trace]:
    """Image resource blocks: `8BIM`, id, a name, the size, and as many bytes, filled up to an even number."""
    at = 0
    for _ in range(RESOURCES_MAX):
        head = window.read(at, 7)
        if len(head) < 7 or head[:4] != b"8BIM":
            return
        id, name_bytes = int.from_bytes(head[4:6], "big"), head[6] + 1
        at += 6 + name_bytes + name_bytes % 2
        size = int.from_bytes(window.read(at, 4), "big")
        inside = window.inside(at + 4, size)
        if id == _RECORDS:
            yield from records(inside)
        elif id == _XMP:
            yield from xmp.traces(inside)
        elif id in _SMALL and not inside.is_blank(0, inside.size):
            yield inside.trace(Flag.SMALL, 0, inside.size)
        at += 4 + size + size % 2


def records(window: Window) -> Iterator[Trace]:
    """Records of IPTC-IIM 4.2: 0x1c, record, dataset, two bytes of length, value."""
    at = 0
    for _ in range(RECORDS_MAX):
        head = window.read(at, 5)
        if len(head) < 5 or head[0] != 0x1C:
            return
        size = int.from_bytes(head[3:5], "big")
        if size & 0x8000:
            return  # an extended length: nothing that people write is so long
        flag = _FLAGS.get(head[2]) if head[1] == 2 else None
        if flag and not window.is_blank(at + 5, size):
            yield window.trace(flag, at + 5, size, b" ")
        at += 5 + size
