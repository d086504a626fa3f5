"""Arrivals: letters that other machines bring, and what each is told about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Came:
    """A letter as its bearer handed it over. `sender` is empty for one that must not be answered (RFC 5321)."""

    sender: str
    raw: bytes


IsOurs = Callable[[str], bool]
"""Whether letters to an address are taken at all."""

Take = Callable[[Came], Awaitable[None]]
"""Awaited before a letter is said to be taken. It raises TooMany for a letter that may come later, and Invalid, TooMuch
or TooLarge for one that never may."""
