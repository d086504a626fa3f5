"""TieredBlobs: a bounded cache of whole files on local disk before a slow store."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from safelight.adapters.blobs.faults import told
from safelight.adapters.blobs.shelf import Shelf
from safelight.adapters.blobs.threads import in_thread
from safelight.kernel.errors import NotAvailable, NotFound
from safelight.ports.blobs import BlobStore, Stat

CHUNK_BYTES = 512 * 1024
# How often a file is fetched again that others pushed off the shelf before it could be held.
HOLD_TRIES_MAX = 3


@dataclass
class _Fill:
    """A download on its way to the shelf. Spoiled: the file was deleted or replaced meanwhile."""

    task: "asyncio.Task[bool]"
    is_spoiled: bool = False


class TieredBlobs:
    """A BlobStore that keeps copies of what it reads and writes; also HasCopies.

    The store has the last word on what exists. What another machine deletes is gone from the store at once; the copy
    here goes with `forget`, or with the `sweep` of what nobody has read for a time.
    """

    def __init__(self, store: BlobStore, folder: Path, size_bytes_max: int) -> None:
        self._store = store
        self._shelf = Shelf(folder, size_bytes_max)
        self._fills: dict[str, _Fill] = {}

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        staged = self._shelf.spare()
        await _write(staged, chunks)
        try:
            return await self.adopt(key, staged)
        finally:
            await in_thread(staged.unlink, missing_ok=True)

    async def adopt(self, key: str, path: Path) -> Stat:
        copy = await self._shelf.link(path)
        try:
            stored = await self._store.adopt(key, path)
            self._spoil(key)
            if copy is not None and self._shelf.fits(stored.size_bytes):
                await self._shelf.adopt(key, copy)
            else:
                await self._shelf.drop(key)
            return stored
        finally:
            if copy is not None:
                await in_thread(copy.unlink, missing_ok=True)

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """A part of a file that is not on the shelf comes from the store; a whole file takes the way over the shelf."""
        source = self._store.open(key, start, end)
        if await self._shelf.has(key) or (start == 0 and end is None and await self._fill(key)):
            copied = self._shelf.open(key, start, end)
            try:
                first = await anext(copied, b"")
            except NotFound:
                first = None
            if first is not None:
                source = copied
                if first:
                    yield first
        async for chunk in source:
            yield chunk

    @asynccontextmanager
    async def local(self, key: str) -> AsyncGenerator[Path, None]:
        held = await self._held(key)
        try:
            yield held
        finally:
            await in_thread(held.unlink, missing_ok=True)

    async def stat(self, key: str) -> Stat:
        return await self._store.stat(key)

    async def delete(self, key: str) -> None:
        await self._store.delete(key)
        self._spoil(key)
        await self._shelf.drop(key)

    async def delete_prefix(self, prefix: str) -> int:
        count = await self._store.delete_prefix(prefix)
        await self.forget(prefix)
        return count

    async def forget(self, prefix: str) -> None:
        """Drop the copies of this machine; for what was deleted by another."""
        for key in [key for key in self._fills if key.startswith(prefix)]:
            self._spoil(key)
        await self._shelf.drop_prefix(prefix)

    def list(self, prefix: str) -> AsyncIterator[Stat]:
        return self._store.list(prefix)

    async def sweep(self, older_than: datetime) -> int:
        """Drop copies that nobody has read since then, and what crashed processes left behind. How many."""
        return await self._shelf.sweep(older_than)

    async def close(self) -> None:
        tasks = [fill.task for fill in self._fills.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._store.close()

    async def _held(self, key: str) -> Path:
        for _ in range(HOLD_TRIES_MAX):
            held = await self._shelf.hold(key)
            if held is not None:
                return held
            if not await self._fill(key):
                break
        alone = self._shelf.spare()
        await _write(alone, self._store.open(key))
        return alone

    async def _fill(self, key: str) -> bool:
        """Bring the file to the shelf; who asks meanwhile waits for the same download. False: it may not lie there."""
        fill = self._fills.get(key)
        if fill is None:
            fill = _Fill(asyncio.create_task(self._download(key)))
            self._fills[key] = fill
            fill.task.add_done_callback(lambda task: self._filled(key, task))
        return await asyncio.shield(fill.task)

    async def _download(self, key: str) -> bool:
        fill = self._fills[key]
        expected = await self._store.stat(key)
        if not self._shelf.fits(expected.size_bytes):
            return False
        size_bytes = await self._shelf.put(key, self._store.open(key))
        if fill.is_spoiled or size_bytes != expected.size_bytes:
            await self._shelf.drop(key)
            if not fill.is_spoiled:
                raise NotAvailable("The storage cannot be reached.", key=key, reason="a download was cut short")
            return False
        return True

    def _filled(self, key: str, task: "asyncio.Task[bool]") -> None:
        self._fills.pop(key, None)
        if not task.cancelled():
            task.exception()  # told to those who wait; where nobody waits any more, to nobody

    def _spoil(self, key: str) -> None:
        if key in self._fills:
            self._fills[key].is_spoiled = True


async def _write(path: Path, chunks: AsyncIterator[bytes]) -> None:
    """A plain file, whole or not at all; it need not outlive a crash."""
    await told(path.name, path.parent.mkdir, parents=True, exist_ok=True)
    file = await told(path.name, path.open, "xb", CHUNK_BYTES)
    try:
        try:
            async for chunk in chunks:
                await told(path.name, file.write, chunk)
        finally:
            await told(path.name, file.close)
    except BaseException:
        await in_thread(path.unlink, missing_ok=True)
        raise
