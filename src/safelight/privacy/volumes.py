"""Volumes: files that come one after the other, laid into as many archives as a largest size asks for."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

from safelight.privacy.archive import Part, Tally

VOLUMES_MAX = 10_000
FILES_MAX = 50_000
"""In one volume: its list of files is in memory until it is written at the end, about half a kilobyte of each."""


class Volumes:
    """A file that alone is larger than `bytes_max` has a volume of its own: no file is cut. Sizes are of the files."""

    def __init__(self, parts: AsyncGenerator[Part], bytes_max: int, tally: Tally) -> None:
        self._parts, self._bytes_max, self._tally = parts, bytes_max, tally
        self._next: Part | None = None
        self._filled = 0

    async def each(self) -> AsyncGenerator[AsyncGenerator[Part]]:
        """One is read to its end before the next is asked for."""
        self._next = await anext(self._parts, None)
        while self._next is not None:
            self._tally.volume += 1
            yield self._one()

    async def _one(self) -> AsyncGenerator[Part]:
        self._filled, files = 0, 0
        while (part := self._next) is not None:
            is_full = self._filled + part.size_bytes > self._bytes_max or files >= FILES_MAX
            if files and is_full and not part.is_joined:
                return
            files += 1
            yield replace(part, chunks=self._counted(part.chunks))
            self._next = await anext(self._parts, None)

    async def _counted(self, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        async for chunk in chunks:
            self._filled += len(chunk)
            yield chunk


def volume_path(first: Path, number: int) -> Path:
    """`ann.zip`, then `ann.2.zip`."""
    return first if number == 1 else first.with_name(f"{first.stem}.{number}{first.suffix}")


def volumes_beside(first: Path) -> list[Path]:
    """The first and those that follow it, as far as they are there."""
    found = [first]
    while len(found) < VOLUMES_MAX and (path := volume_path(first, len(found) + 1)).is_file():
        found.append(path)
    return found
