"""Ico: the pictures of an icon as pages, the largest first; and one picture as an icon."""

import io
import struct
from dataclasses import dataclass

from PIL import IcoImagePlugin

from safelight.render.formats import bridge
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source

SIDE_PX_MAX = 256
"""What the format can hold; a larger picture is made smaller."""
ENTRIES_MAX = 100
# A PNG inside says its own size, and may be a little larger than the icon's directory can tell.
INNER_SIDE_PX_MAX = 4096

_PNG = b"\x89PNG\r\n\x1a\n"
_LINE = struct.Struct("<BBBBHHII")


@dataclass(frozen=True)
class _Entry:
    """One picture: `index` is its place in the file."""

    index: int
    size: Size
    bits: int
    is_png: bool


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    entries = _entries(bridge.whole(file))
    return Header(format, entries[0].size, 1, len(entries), has_alpha=True)


def _entries(data: bytes) -> list[_Entry]:
    """The pictures, the largest and most colourful first, with the sizes that they themselves tell."""
    count = int.from_bytes(data[4:6], "little")
    if data[:4] != b"\0\0\1\0" or not 0 < count <= ENTRIES_MAX or len(data) < 6 + 16 * count:
        raise broken("ico")
    found: list[_Entry] = []
    for index in range(count):
        *_, bits, _length, offset = _LINE.unpack_from(data, 6 + 16 * index)
        inner = data[offset : offset + 26]
        is_png = inner[:8] == _PNG
        if len(inner) < 26 or (not is_png and inner[:4] != b"\x28\0\0\0"):
            raise broken("ico")
        if is_png:
            size = Size(int.from_bytes(inner[16:20], "big"), int.from_bytes(inner[20:24], "big"))
        else:
            # The height counts the picture and its mask.
            width, height = struct.unpack_from("<ii", inner, 4)
            size = Size(width, abs(height) // 2)
        if not (0 < size.width <= INNER_SIDE_PX_MAX and 0 < size.height <= INNER_SIDE_PX_MAX):
            raise broken("ico")
        found.append(_Entry(index, size, bits, is_png))
    return sorted(found, key=lambda entry: (-entry.size.width * entry.size.height, -entry.bits, entry.index))


def read(file: int, header: Header, asked: Asked) -> Picture:
    """One picture: those of an icon are all of different sizes, so several are never asked for at once."""
    data = bridge.whole(file)
    entry = _entries(data)[(asked.pages or (1,))[0] - 1]
    try:
        # A file with this one alone: the library sorts by sizes of its own.
        line = data[6 + 16 * entry.index :][:16]
        offset = int.from_bytes(line[12:16], "little")
        alone = data[:4] + b"\1\0" + line[:12] + (22).to_bytes(4, "little") + data[offset:]
        picture = IcoImagePlugin.IcoFile(io.BytesIO(alone)).frame(0)
        picture.load()
    except (OSError, ValueError, SyntaxError, IndexError, struct.error) as error:
        raise broken(header.format, error) from error
    return Picture((bridge.from_pillow(picture.convert("RGBA")),))


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    for page in range(1, header.pages + 1):
        read(file, header, Asked(pages=(page,)))


def write(picture: Picture, _how: Encode, _format: str) -> bytes:
    image = picture.frames[0]
    if max(image.width, image.height) > SIDE_PX_MAX:
        image = image.thumbnail_image(SIDE_PX_MAX, height=SIDE_PX_MAX)
    icon = bridge.to_pillow(image).convert("RGBA")
    written = io.BytesIO()
    icon.save(written, "ICO", sizes=[icon.size])
    return written.getvalue()


FAMILY = Family(header, read, check, write)
