"""Font: the bytes of an uploaded font -> a family that Pango knows, under a name that nobody else can say.

A child may write no file and fontconfig reads nothing but files. So every child keeps a few files that exist in
memory only, made before it was confined and of a fixed size: they are written through a mapping, for the sandbox
forbids to open or enlarge any. That is less than to allow `memfd_create` inside: an intruder finds room for
SLOTS * FONT_BYTES_MAX bytes, and can run nothing of it, for there is no exec.

fontconfig never forgets a font. The letters of one cloud must not fill gaps in the texts of another: a child that
has opened one is worn, and ends with its answer.
"""

import hashlib
import importlib
import io
import mmap
import os
import sys
import tempfile
from dataclasses import dataclass, field
from typing import Any

from safelight.kernel.errors import Invalid, TooMuch

FONT_BYTES_MAX = 32 * 1024 * 1024
"""Largest uploaded font, also after a WOFF was unpacked."""
SLOTS = 8
"""Uploaded fonts that one transformation may use."""

_MAGICS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
BROKEN = "Invalid font file: a TrueType, OpenType, WOFF or WOFF2 font is needed."
# What makes a font of its name: family, style, full and PostScript name, and the families of later times.
_NAME_IDS = (1, 2, 3, 4, 6, 16, 17, 21, 22, 25)


@dataclass(frozen=True)
class Opened:
    """A font that can be drawn with."""

    family: str
    path: str


@dataclass
class _Memory:
    """The files in memory of this process, and what lies in them."""

    files: list[int] = field(default_factory=list[int])
    opened: dict[bytes, Opened] = field(default_factory=dict[bytes, Opened])


_memory = _Memory()


def reserve() -> None:
    """Make the files; before the sandbox, for later it cannot be done."""
    while len(_memory.files) < SLOTS:
        if sys.platform == "linux":
            file = os.memfd_create("font", os.MFD_CLOEXEC)
        else:
            with tempfile.TemporaryFile() as nameless:
                file = os.dup(nameless.fileno())
        # No byte of it takes room before it is written.
        os.ftruncate(file, FONT_BYTES_MAX)
        _memory.files.append(file)


def is_worn() -> bool:
    """Whether this process has opened a font that others must not see."""
    return bool(_memory.opened)


def opened(font: bytes) -> Opened:
    """A font that is ready to draw with. Raises Invalid for a broken one, TooMuch past a limit."""
    key = hashlib.sha256(font).digest()
    known = _memory.opened.get(key)
    if known is not None:
        return known
    reserve()
    number = len(_memory.opened)
    if number >= SLOTS:
        raise TooMuch(f"One transformation may use {SLOTS} uploaded fonts.")
    family = f"Uploaded {key.hex()[:32]}"
    data = renamed(font, family)
    with mmap.mmap(_memory.files[number], FONT_BYTES_MAX) as room:
        room[: len(data)] = data
    found = Opened(
        family,
        f"/proc/self/fd/{_memory.files[number]}" if sys.platform == "linux" else f"/dev/fd/{_memory.files[number]}",
    )
    _memory.opened[key] = found
    return found


def renamed(font: bytes, family: str) -> bytes:
    """The font as plain TrueType or OpenType, with another name. Raises Invalid for a broken one."""
    if not font.startswith(_MAGICS):
        raise Invalid(BROKEN)
    if len(font) > FONT_BYTES_MAX:
        raise _too_large()
    # Late, and without types: most children never see an uploaded font.
    library: Any = importlib.import_module("fontTools.ttLib")
    out = io.BytesIO()
    try:
        # Tables that nobody looks into are copied as they are; what is drawn reads them with its own care.
        loaded = library.TTFont(io.BytesIO(font), lazy=True, fontNumber=0, recalcBBoxes=False, recalcTimestamp=False)
        loaded.flavor = None
        names = loaded["name"]
        for number in _NAME_IDS:
            names.removeNames(nameID=number)
        for number, words in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))):
            names.setName(words, number, 3, 1, 0x409)
        for needed in ("cmap", "head", "hhea", "hmtx", "maxp"):
            if needed not in loaded:
                raise Invalid(BROKEN)
        loaded.save(out, reorderTables=None)
    except (MemoryError, RecursionError):
        raise
    except Invalid:
        raise
    except Exception as error:
        # fontTools raises what it likes on broken input.
        raise Invalid(BROKEN) from error
    if out.tell() > FONT_BYTES_MAX:
        raise _too_large()
    return out.getvalue()


def _too_large() -> TooMuch:
    return TooMuch(f"A font may have {FONT_BYTES_MAX // 1024 // 1024} MB.")
