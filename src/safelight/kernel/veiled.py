"""Veiled: a copy of a file in which others cannot be seen, and what was covered in it (PP-49)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from safelight.kernel.holdings import Item

WHOLE = "file"
"""What is said to be taken out where nothing of a file is handed out."""


@dataclass(frozen=True)
class Covered:
    """A part of a picture, in px of the original, and what it was covered for: `region` or `face`."""

    kind: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Veiled:
    """The copy, in a `format` that may be another than the original's; no data where it is not handed out at all."""

    original_sha256: str
    covered: tuple[Covered, ...] = ()
    format: str = ""
    data: bytes = b""
    why_not: str = ""
    """Why nothing of it is handed out; empty where it is."""


Veil = Callable[[Item], Awaitable[Veiled | None]]
"""What is handed out in place of the file of a record; None: the file as it is."""
