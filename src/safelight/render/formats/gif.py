"""Gif: libvips reads and writes it; here is only whether a file is all there, for the library shows what it finds."""

from safelight.render.formats import bridge, vips
from safelight.render.formats.model import Family, Header, Picture, broken
from safelight.settings import RenderSettings

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    if not _is_whole(bridge.whole(file)):
        raise broken(header.format)
    vips.read_through(Picture((vips.opened(file, header.format, n=-1),)), header.format)


def _is_whole(data: bytes) -> bool:
    """Whether the blocks (GIF89a, Appendix A) end where one ends; the last mark may be missing, as it often is."""
    at = 13 + _table_bytes(data[10:11])
    while at < len(data):
        kind = data[at]
        if kind == _END:
            return True
        if kind == _EXTENSION:
            at += 2
        elif kind == _IMAGE:
            at += 10 + _table_bytes(data[at + 9 : at + 10]) + 1
        else:
            # What follows the last picture is no picture.
            return True
        while True:
            if at >= len(data):
                return False
            size = data[at]
            at += 1 + size
            if size == 0:
                break
    return at == len(data)


def _table_bytes(flags: bytes) -> int:
    """The length of the colour table that a byte of flags announces."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


FAMILY = Family(vips.header, vips.read, check, vips.write)
