"""Boxes: films, sound and pictures in ISO base media files: what their user data, keys and items tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from safelight.render.private import tiff, xmp
from safelight.render.private.model import Flag, Trace, Window

BOXES_MAX = 10_000
ITEMS_MAX = 1000
DEPTH_MAX = 8
TEXT_BYTES_MAX = 64 * 1024

_XMP_BOX = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
_C2PA_BOX = UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
_HOLDS_BOXES = frozenset({b"moov", b"trak", b"udta", b"mdia", b"minf", b"stbl", b"ilst", b"moof", b"traf"})
# What user data and lists of items are called (QuickTime, 3GPP 26.244, iTunes).
_FLAGS: Mapping[bytes, Flag] = {
    b"\xa9xyz": Flag.GPS,
    b"loci": Flag.GPS,
    b"\xa9aut": Flag.OWNER,
    b"auth": Flag.OWNER,
    b"\xa9own": Flag.OWNER,
    b"CAME": Flag.SERIAL,
    b"MUID": Flag.SERIAL,
    b"thmb": Flag.SMALL,
    b"GPMF": Flag.MAKER_NOTES,
    b"MMA5": Flag.MAKER_NOTES,
}
_KEYS: tuple[tuple[bytes, Flag], ...] = (
    (b"location", Flag.GPS),
    (b"serial", Flag.SERIAL),
    (b"author", Flag.OWNER),
    (b"artist", Flag.OWNER),
    (b"owner", Flag.OWNER),
)
# Tracks of measurements, sample by sample: a position for each second of a film.
_POSITIONS = frozenset({b"gpmd", b"camm", b"rtmd"})


@dataclass(frozen=True)
class _Box:
    kind: bytes
    head: int
    """Where its head begins in the window, and how long that is with the size and the kind."""
    head_bytes: int
    inside: Window


def traces(window: Window) -> Iterator[Trace]:
    yield from _walk(window, 0)


def _walk(window: Window, depth: int) -> Iterator[Trace]:
    if depth > DEPTH_MAX:
        return
    for box in boxes(window):
        yield from _box(window, box, depth)


def _box(window: Window, box: _Box, depth: int) -> Iterator[Trace]:
    match box.kind:
        case kind if kind in _FLAGS:
            yield from _silenced(window, box, _FLAGS[kind])
        case b"uuid":
            yield from _foreign(box)
        case b"meta":
            yield from _meta(window, box, depth)
        case b"stsd":
            sample = box.inside.read(12, 4)
            if sample in _POSITIONS:
                # Told, and left: its samples lie between those of the picture.
                yield box.inside.trace(Flag.GPS, 0, 0)
        case kind if kind in _HOLDS_BOXES:
            yield from _walk(box.inside, depth + 1)
        case _:
            pass


def boxes(window: Window) -> Iterator[_Box]:
    """Those that lie beside each other in a window."""
    at = 0
    for _ in range(BOXES_MAX):
        head = window.read(at, 16)
        if len(head) < 8:
            return
        size, head_bytes = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, head_bytes = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = window.size - at
        if size < head_bytes or at + size > window.size:
            return
        yield _Box(head[4:8], at, head_bytes, window.inside(at + head_bytes, size - head_bytes))
        at += size


def _silenced(window: Window, box: _Box, flag: Flag) -> Iterator[Trace]:
    """The box becomes free space of the same size."""
    if not box.inside.is_blank(0, min(box.inside.size, TEXT_BYTES_MAX)):
        yield window.trace(flag, box.head + 4, 4, b"free")
        yield box.inside.trace(flag, 0, box.inside.size)


def _foreign(box: _Box) -> Iterator[Trace]:
    name = box.inside.read(0, 16)
    if name == _XMP_BOX:
        yield from xmp.traces(box.inside.inside(16, box.inside.size))
    elif name == _C2PA_BOX and not box.inside.is_blank(16, box.inside.size):
        yield box.inside.trace(Flag.C2PA, 16, box.inside.size)


def _meta(window: Window, box: _Box, depth: int) -> Iterator[Trace]:
    """QuickTime's begins with its boxes, that of the standard with four bytes of version and flags."""
    starts_at_once = box.inside.read(4, 4) in {b"hdlr", b"keys", b"ilst"}
    inside = box.inside if starts_at_once else box.inside.inside(4, box.inside.size)
    found = {each.kind: each for each in boxes(inside)}
    keys = _keys(found[b"keys"].inside) if b"keys" in found else []
    if b"ilst" in found:
        yield from _listed(found[b"ilst"].inside, keys)
    if b"iinf" in found and b"iloc" in found:
        # A picture: where its items lie is told from the beginning of the file.
        whole = Window(window.source, 0, max(window.end, box.inside.end)) if depth else window
        yield from _items(whole, found[b"iinf"].inside, found[b"iloc"].inside)
    for each in found.values():
        if each.kind == b"uuid":
            yield from _foreign(each)


def _keys(window: Window) -> list[bytes]:
    count = int.from_bytes(window.read(4, 4), "big")
    names: list[bytes] = []
    at = 8
    for _ in range(min(count, ITEMS_MAX)):
        size = int.from_bytes(window.read(at, 4), "big")
        names.append(window.read(at + 8, max(0, min(size, 1000) - 8)))
        at += max(8, size)
    return names


def _listed(window: Window, keys: list[bytes]) -> Iterator[Trace]:
    """Items by the number of their key, or by a name of their own."""
    for box in boxes(window):
        number = int.from_bytes(box.kind, "big")
        name = keys[number - 1] if 1 <= number <= len(keys) else b""
        flag = next((flag for word, flag in _KEYS if word in name.lower()), _FLAGS.get(box.kind))
        if flag is None:
            continue
        for data in boxes(box.inside):
            # Behind its kind and its locale.
            if data.kind == b"data" and not data.inside.is_blank(8, data.inside.size):
                yield data.inside.trace(flag, 8, data.inside.size, b" ")


def _items(whole: Window, names: Window, places: Window) -> Iterator[Trace]:
    kinds = _kinds(names)
    for id, at, size in _extents(places):
        kind, item = kinds.get(id, b""), whole.inside(at, size)
        if kind == b"Exif":
            # Four bytes tell how far the TIFF header is behind them.
            start = 4 + int.from_bytes(item.read(0, 4), "big")
            yield from tiff.traces(item.inside(start, item.size))
        elif kind == b"mime":
            yield from xmp.traces(item)


def _kinds(window: Window) -> dict[int, bytes]:
    version = window.read(0, 1)
    start = 6 if version == b"\0" else 8
    found: dict[int, bytes] = {}
    for box in boxes(window.inside(start, window.size)):
        if box.kind == b"infe" and len(found) < ITEMS_MAX:
            wide = box.inside.read(0, 1) >= b"\3"
            id_bytes = 4 if wide else 2
            id = int.from_bytes(box.inside.read(4, id_bytes), "big")
            found[id] = box.inside.read(4 + id_bytes + 2, 4)
    return found


def _extents(window: Window) -> Iterator[tuple[int, int, int]]:
    """ISO/IEC 14496-12, 8.11.3: the id of an item, where it lies in the file, and its size; of one extent each."""
    version = int.from_bytes(window.read(0, 1), "big")
    sizes = window.read(4, 2)
    if len(sizes) < 2 or version > 2:
        return
    offset_bytes, length_bytes = sizes[0] >> 4, sizes[0] & 15
    base_bytes, index_bytes = sizes[1] >> 4, sizes[1] & 15 if version else 0
    id_bytes = 4 if version == 2 else 2
    count = int.from_bytes(window.read(6, id_bytes), "big")
    at = 6 + id_bytes
    for _ in range(min(count, ITEMS_MAX)):
        id = int.from_bytes(window.read(at, id_bytes), "big")
        at += id_bytes
        method = int.from_bytes(window.read(at, 2), "big") & 15 if version else 0
        at += (2 if version else 0) + 2
        base = int.from_bytes(window.read(at, base_bytes), "big")
        at += base_bytes
        extents = int.from_bytes(window.read(at, 2), "big")
        at += 2
        for _ in range(min(extents, ITEMS_MAX)):
            at += index_bytes
            offset = int.from_bytes(window.read(at, offset_bytes), "big")
            length = int.from_bytes(window.read(at + offset_bytes, length_bytes), "big")
            at += offset_bytes + length_bytes
            if method == 0:
                yield id, base + offset, length
