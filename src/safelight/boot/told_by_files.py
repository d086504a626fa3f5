"""Told by files: a photo that was made up, with a position and names in it: whether that is found, and taken out."""

import tempfile
from collections.abc import Sequence

from safelight.render.private import telling

EXPECTED = ("device_serial", "gps", "maker_notes", "owner")

_ASCII, _RATIONAL, _LONG, _UNDEFINED = 2, 5, 4, 7
_EXIF, _GPS = 0x8769, 0x8825
_Entry = tuple[int, int, int, bytes]
"""Tag, type, how many, and the value."""


def photo() -> bytes:
    """A JPEG file as far as its first segments: what lies behind them tells nothing."""
    exif = b"Exif\0\0" + _tiff()
    return b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + b"\xff\xda\0\2\xff\xd9"


def faults() -> list[str]:
    """What goes wrong with it."""
    with tempfile.TemporaryFile() as file:
        file.write(photo())
        file.flush()
        told = telling.found(file.fileno(), "jpg")
        missing = sorted({*EXPECTED} - {*told["flags"]})
        wrong = [f"a photo tells its {each}, and nobody is told so" for each in missing]
        for start, end, fill in told["strips"]:
            file.seek(start)
            file.write((bytes.fromhex(fill) * (end - start))[: end - start])
        file.flush()
        left = telling.found(file.fileno(), "jpg")["flags"]
    return [*wrong, *(f"the {each} of a photo is not taken out" for each in left)]


def _tiff() -> bytes:
    """Directories one behind the other, each with its values after it."""
    data = b"II*\0\x08\0\0\0"
    exif: Sequence[_Entry] = (
        (0x927C, _UNDEFINED, 12, b"maker's note"),
        (0xA430, _ASCII, 13, b"Canary Owner\0"),
        (0xA431, _ASCII, 11, b"0123456789\0"),
    )
    north, east = [(at).to_bytes(4, "little") + b"\1\0\0\0" for at in (52, 13)]
    zero = b"\0\0\0\0\1\0\0\0"
    gps: Sequence[_Entry] = (
        (1, _ASCII, 2, b"N\0"),
        (2, _RATIONAL, 3, north + zero * 2),
        (3, _ASCII, 2, b"E\0"),
        (4, _RATIONAL, 3, east + zero * 2),
    )
    first = 8 + 2 + 12 * 2 + 4
    exif_bytes = _directory(exif, first)
    gps_bytes = _directory(gps, first + len(exif_bytes))
    main = ((_EXIF, _LONG, 1, first.to_bytes(4, "little")),
            (_GPS, _LONG, 1, (first + len(exif_bytes)).to_bytes(4, "little")))  # fmt: skip
    return data + _directory(main, 8) + exif_bytes + gps_bytes


def _directory(entries: Sequence[_Entry], at: int) -> bytes:
    values_at = at + 2 + 12 * len(entries) + 4
    head, values = len(entries).to_bytes(2, "little"), b""
    for tag, kind, count, value in entries:
        place = value.ljust(4, b"\0") if len(value) <= 4 else (values_at + len(values)).to_bytes(4, "little")
        head += tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + count.to_bytes(4, "little") + place
        values += value if len(value) > 4 else b""
    return head + b"\0\0\0\0" + values
