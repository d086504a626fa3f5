"""Trace: a part of a file that tells of a person or a place, and what is written over it to make it silent.

What is written over is as long as what was there: nothing else in the file moves, and no pixel changes.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

TRACES_MAX = 2000
"""Of one file; one with more is no work of a camera or of a program for pictures."""


class Flag(StrEnum):
    """What a file tells beside what it shows."""

    GPS = "gps"
    """A position."""
    PLACE = "place"
    """The name of a place."""
    SERIAL = "device_serial"
    """The number of a camera or a lens."""
    OWNER = "owner"
    """The name of who made it, or who has the camera."""
    SMALL = "thumbnail"
    """A small picture of it, which may show what was cut off or painted over since."""
    MAKER_NOTES = "maker_notes"
    """What only the maker of the camera can read."""
    C2PA = "c2pa"
    """A signed account of where it comes from."""


@dataclass(frozen=True)
class Trace:
    """From where to where in the file, and the bytes that are repeated over it."""

    flag: Flag
    start: int
    end: int
    fill: bytes = b"\0"


Read = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Window:
    """A part of a file, or of what was packed in one. Nothing outside of it is read."""

    source: Read
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start

    def read(self, at: int, size: int) -> bytes:
        """Bytes at a place of the window; fewer, or none, where it ends."""
        if at < 0 or size <= 0 or at >= self.size:
            return b""
        return self.source(self.start + at, min(size, self.size - at))

    def inside(self, at: int, size: int) -> "Window":
        start = min(self.start + max(0, at), self.end)
        return Window(self.source, start, min(start + max(0, size), self.end))

    def trace(self, flag: Flag, at: int, size: int, fill: bytes = b"\0") -> Trace:
        part = self.inside(at, size)
        return Trace(flag, part.start, part.end, fill)

    def is_blank(self, at: int, size: int) -> bool:
        """Whether nothing is said there: it was written over, or never filled in."""
        return not self.read(at, size).strip(b"\0 ")


def window_of_file(file: int) -> Window:
    """All of an open file."""

    def read(at: int, size: int) -> bytes:
        return os.pread(file, size, at)

    return Window(read, 0, os.fstat(file).st_size)


def window_of_bytes(data: bytes) -> Window:
    """All of what was unpacked. Its traces have no place in the file."""

    def read(at: int, size: int) -> bytes:
        return data[at : at + size]

    return Window(read, 0, len(data))
