"""Shelf: copies of files on local disk, not more than fit; what was not read for longest goes first.

Several processes may share one: what was read when stands in the times of the files, and a copy that is being read
is held by a second name, so that nobody can take it away.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from safelight.adapters.blobs.folders import entries, prune
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.blobs.threads import in_thread
from safelight.kernel.ids import new_id

HELD = ".held"
# A larger file would push out too many others.
SHARE_MAX = 8
# How much may be added before the files are counted again: other processes add as well.
SHARE_UNCOUNTED = 16


class Shelf:
    """A bounded folder of copies. A process counts after it has added a sixteenth and then keeps three quarters, so
    four processes stay below `size_bytes_max` together, and more of them go little above."""

    def __init__(self, folder: Path, size_bytes_max: int) -> None:
        self._files = LocalBlobs(folder)
        self._folder = folder.absolute()
        self._size_bytes_max = size_bytes_max
        self._uncounted_bytes = size_bytes_max
        self._counting = asyncio.Lock()

    def fits(self, size_bytes: int) -> bool:
        return size_bytes <= self._size_bytes_max // SHARE_MAX

    async def has(self, key: str) -> bool:
        """Whether there is a copy; it counts as read."""
        return await in_thread(_touch, self._files.path(key))

    def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        return self._files.open(key, start, end)

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        """Make a copy from a download; its size."""
        stored = await self._files.put(key, chunks)
        await self._count(stored.size_bytes)
        return stored.size_bytes

    async def adopt(self, key: str, path: Path) -> None:
        stored = await self._files.adopt(key, path)
        await in_thread(_touch, self._files.path(key))
        await self._count(stored.size_bytes)

    async def drop(self, key: str) -> None:
        await self._files.delete(key)

    async def drop_prefix(self, prefix: str) -> None:
        await self._files.delete_prefix(prefix)

    def spare(self) -> Path:
        """The name of a file that is nobody's yet. Who uses it deletes it."""
        return self._folder / HELD / new_id()

    async def hold(self, key: str) -> Path | None:
        """A second name for the copy, good until it is deleted; None if there is no copy."""
        held = self.spare()
        return held if await in_thread(_second_name, self._files.path(key), held) else None

    async def link(self, path: Path) -> Path | None:
        """A second name for any file of the same disk; None if that cannot be."""
        spare = self.spare()
        return spare if await in_thread(_second_name, path, spare) else None

    async def sweep(self, older_than: datetime) -> int:
        """Delete copies that were not read since then, and what crashed processes left behind. How many."""
        before = older_than.timestamp()
        left = await self._files.sweep(older_than)
        return left + await in_thread(self._drop_oldest, before, None) + await in_thread(self._drop_held, before)

    async def _count(self, added_bytes: int) -> None:
        self._uncounted_bytes += added_bytes
        if self._uncounted_bytes < self._size_bytes_max // SHARE_UNCOUNTED or self._counting.locked():
            return
        async with self._counting:
            self._uncounted_bytes = 0
            await in_thread(self._drop_oldest, None, self._size_bytes_max * 3 // 4)

    def _drop_oldest(self, before: float | None, size_bytes_kept: int | None) -> int:
        """Drop what was last read before a moment, or what is beyond the newest that fit into a size."""
        count = 0
        kept_bytes = 0
        for read_at, size_bytes, path in sorted(_files_below(self._folder), reverse=True):
            kept_bytes += size_bytes
            is_old = before is not None and read_at < before
            if is_old or (size_bytes_kept is not None and kept_bytes > size_bytes_kept):
                path.unlink(missing_ok=True)
                prune(path.parent, self._folder)
                count += 1
        return count

    def _drop_held(self, before: float) -> int:
        count = 0
        for name, _ in list(entries(self._folder / HELD)):
            held = self._folder / HELD / name
            with suppress(FileNotFoundError):
                if held.stat().st_mtime < before:
                    held.unlink()
                    count += 1
        return count


def _files_below(folder: Path) -> list[tuple[float, int, Path]]:
    """When each was read last, its size, and where it is; not what has a leading dot."""
    found: list[tuple[float, int, Path]] = []
    for current, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(current, name)
            with suppress(FileNotFoundError):
                facts = path.stat()
                found.append((facts.st_mtime, facts.st_size, path))
    return found


def _touch(path: Path) -> bool:
    try:
        os.utime(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _second_name(path: Path, name: Path) -> bool:
    name.parent.mkdir(parents=True, exist_ok=True)
    try:
        name.hardlink_to(path)
    except OSError:  # it is gone, or lies on another disk
        return False
    return True
