"""SealedBlobs: a BlobStore that seals what it stores: whoever copies its files, or the bucket, has nothing.

A sealed file lies beside the place of the plain one, under a name of its own: so it is known for what it is without
being opened, and a store that held plain files before is read on while they are sealed, one by one.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from safelight.adapters.blobs import frames
from safelight.adapters.blobs.faults import lost, telling, told
from safelight.adapters.blobs.keys import folder_parts, key_parts
from safelight.adapters.blobs.lent import Lender
from safelight.adapters.blobs.sealed_file import SealedFile, seal_file, write_all
from safelight.adapters.blobs.streams import opened, sealed
from safelight.adapters.blobs.threads import in_thread, opened_in_thread
from safelight.kernel.errors import NotFound
from safelight.kernel.ids import new_id
from safelight.ports.blobs import BlobStore, HasCopies, HasFiles, Stat
from safelight.ports.file_keys import FileKeys

SUFFIX = ".sealed"

OwnerOf = Callable[[str], str | None]
"""The key of a file, or what keys begin with -> the cloud whose key it is sealed with, empty for the installation;
None: it is kept plain."""


class SealedBlobs:
    """Before another store; also HasFiles and HasCopies. `is_on`: whether new files are sealed, too."""

    def __init__(
        self, store: BlobStore, keys: FileKeys, folder: Path, owner_of: OwnerOf, *, is_on: bool = True
    ) -> None:
        self._store = self.below = store
        self._keys = keys
        self._owner_of = owner_of
        self._is_on = self.is_on = is_on
        self._lender = Lender(folder)

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        secret = await self._secret_for(key)
        if secret is None:
            stat = await self._store.put(key, chunks)
            await self._forget_sealed(key)
            return stat
        return await self._put_sealed(key, secret, chunks)

    async def adopt(self, key: str, path: Path) -> Stat:
        secret = await self._secret_for(key)
        if secret is None:
            stat = await self._store.adopt(key, path)
            await self._forget_sealed(key)
            return stat
        twin = path.with_name(f"{new_id()}{SUFFIX}")
        try:
            try:
                size_bytes = await told(key, seal_file, path, twin, secret, key)
            except NotFound as error:
                raise lost(path) from error
            await self._store.adopt(key + SUFFIX, twin)
            await told(key, path.unlink, missing_ok=True)
        finally:
            await in_thread(twin.unlink, missing_ok=True)
        return Stat(key, size_bytes)

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        secret = await self._secret_of(key)
        source = self._store.open(key, start, end) if secret is None else self._opened(key, secret, start, end)
        try:
            first = await anext(source, b"")
        except NotFound:
            if secret is None:
                raise
            # It is about to be sealed, or was to be and never was.
            source = self._store.open(key, start, end)
            first = await anext(source, b"")
        if first:
            yield first
        async for chunk in source:
            yield chunk

    async def stat(self, key: str) -> Stat:
        if self._owner_of(key) is None:
            return await self._store.stat(key)
        try:
            found = await self._store.stat(key + SUFFIX)
        except NotFound:
            return await self._store.stat(key)
        return Stat(key, frames.plain_size(found.size_bytes))

    async def delete(self, key: str) -> None:
        owner = self._owner_of(key)
        if owner is not None:
            await self._keys.destroy(owner, key)
        # The sealed one last: who seals it at this moment looks at the end whether the plain one is still there.
        await self._store.delete(key)
        if owner is not None:
            await self._store.delete(key + SUFFIX)

    async def delete_prefix(self, prefix: str) -> int:
        folder_parts(prefix)
        owner = self._owner_of(prefix)
        if owner is not None:
            # First the secrets: a copy of the bytes that lies somewhere else goes with them.
            await self._keys.destroy_below(owner, prefix)
        return await self._store.delete_prefix(prefix)

    async def list(self, prefix: str) -> AsyncIterator[Stat]:
        async for found in self._store.list(prefix):
            key = found.key.removesuffix(SUFFIX)
            if key == found.key or self._owner_of(key) is None:
                yield found
            else:
                yield Stat(key, frames.plain_size(found.size_bytes))

    async def sweep(self, older_than: datetime) -> int:
        return await self._store.sweep(older_than)

    async def close(self) -> None:
        await self._store.close()

    def path(self, key: str) -> Path | None:
        """None for what is sealed, or may be, and where the store has no files."""
        if self._owner_of(key) is not None or not isinstance(self._store, HasFiles):
            return None
        return self._store.path(key)

    @asynccontextmanager
    async def local(self, key: str) -> AsyncGenerator[Path]:
        """Of a sealed file the plain bytes, in a file that only this process can find."""
        secret = await self._secret_of(key)
        size_bytes = None if secret is None else await self._sealed_size(key)
        if secret is not None and size_bytes is not None:
            async with self._lender.lent(frames.plain_size(size_bytes)) as lent:
                await self._pour(key, secret, lent.fd)
                yield lent.path
        elif isinstance(self._store, HasFiles) and (path := self._store.path(key)) is not None:
            await self._store.stat(key)
            yield path
        elif isinstance(self._store, HasCopies):
            async with self._store.local(key) as copy:
                yield copy
        else:
            async with self._lender.lent((await self._store.stat(key)).size_bytes) as lent:
                await _fill(lent.fd, key, self._store.open(key))
                yield lent.path

    @asynccontextmanager
    async def head(self, key: str, size_bytes: int) -> AsyncGenerator[Path | None]:
        secret = await self._secret_of(key)
        sealed_bytes = None if secret is None else await self._sealed_size(key)
        if secret is None or sealed_bytes is None or frames.plain_size(sealed_bytes) <= size_bytes:
            yield None
            return
        async with self._lender.lent(size_bytes) as lent:
            await _fill(lent.fd, key, self._opened(key, secret, 0, size_bytes))
            await told(key, os.truncate, lent.fd, frames.plain_size(sealed_bytes))
            yield lent.path

    async def seal(self, key: str) -> bool:
        """Seal a file that is plain; False where there is none. Stopped anywhere, it can be read, and done again.

        It is sealed where new files are stored plain, too: what is deleted below must be there once more.
        """
        owner = self._owner_of(key)
        if owner is None or not await self._is_there(key):
            return False
        secret = await self._secret_of(key)
        # Sealed already it was stopped before the plain one was gone.
        if secret is None or await self._sealed_size(key) is None:
            await self._put_sealed(key, secret or await self._keys.ensure(owner, key), self._store.open(key))
            if not await self._is_there(key):
                # It was erased meanwhile: what comes after that must not stay.
                await self.delete(key)
                return False
        await self._store.delete(key)
        return True

    async def plain(self, prefix: str) -> AsyncIterator[Stat]:
        """The files below a prefix that should be sealed, and are not yet."""
        async for found in self._store.list(prefix):
            if not found.key.endswith(SUFFIX) and self._owner_of(found.key) is not None:
                yield found

    async def _secret_for(self, key: str) -> bytes | None:
        """For a file that is about to be written; None: it is kept plain."""
        owner = self._owner_of(key)
        if owner is None or not self._is_on:
            return None
        key_parts(key)
        return await self._keys.ensure(owner, key)

    async def _put_sealed(self, key: str, secret: bytes, chunks: AsyncIterator[bytes]) -> Stat:
        stat = await self._store.put(key + SUFFIX, sealed(secret, key, chunks))
        return Stat(key, frames.plain_size(stat.size_bytes))

    async def _forget_sealed(self, key: str) -> None:
        """A plain file has come: none that is sealed may stand before it. Until here the old one was there, whole."""
        owner = self._owner_of(key)
        if owner is not None:
            await self._forget(owner, key)

    async def _secret_of(self, key: str) -> bytes | None:
        key_parts(key)
        owner = self._owner_of(key)
        return None if owner is None else await self._keys.find(owner, key)

    async def _is_there(self, key: str) -> bool:
        try:
            await self._store.stat(key)
        except NotFound:
            return False
        return True

    async def _sealed_size(self, key: str) -> int | None:
        try:
            return (await self._store.stat(key + SUFFIX)).size_bytes
        except NotFound:
            return None

    async def _forget(self, owner: str, key: str) -> None:
        await self._keys.destroy(owner, key)
        await self._store.delete(key + SUFFIX)

    def _opened(self, key: str, secret: bytes, start: int, end: int | None) -> AsyncIterator[bytes]:
        path = self._store.path(key + SUFFIX) if isinstance(self._store, HasFiles) else None
        if path is not None:
            return _read(path, secret, key, start, end)
        return opened(self._store, key + SUFFIX, secret, key, start, end)

    async def _pour(self, key: str, secret: bytes, fd: int) -> None:
        path = self._store.path(key + SUFFIX) if isinstance(self._store, HasFiles) else None
        if path is not None:
            await told(key, _poured, path, secret, key, fd)
        else:
            await _fill(fd, key, opened(self._store, key + SUFFIX, secret, key, 0, None))


async def _read(path: Path, secret: bytes, key: str, start: int, end: int | None) -> AsyncGenerator[bytes]:
    """A file of this machine, a batch at a time: the next one is opened while the last one is on its way."""
    with telling(key):
        file, chunk = await opened_in_thread(_closed, _opened_and_read, path, secret, key, start, end)
    end = file.size_bytes if end is None else min(end, file.size_bytes)
    ahead: asyncio.Task[bytes] | None = None
    try:
        while chunk:
            start += len(chunk)
            if start < end:
                ahead = asyncio.create_task(told(key, file.read, start, end))
            yield chunk
            if ahead is None:
                return
            chunk, ahead = await ahead, None
    finally:
        if ahead is not None:  # who asked has left; the thread still has the file
            await asyncio.wait([ahead])
            if not ahead.cancelled():
                ahead.exception()
        file.close()


def _opened_and_read(path: Path, secret: bytes, key: str, start: int, end: int | None) -> tuple[SealedFile, bytes]:
    file = SealedFile(path, secret, key)
    try:
        return file, file.read(start, file.size_bytes if end is None else end)
    except BaseException:
        file.close()
        raise


def _closed(opened: tuple[SealedFile, bytes]) -> None:
    opened[0].close()


def _poured(path: Path, secret: bytes, key: str, fd: int) -> None:
    file = SealedFile(path, secret, key)
    try:
        file.pour(fd)
    finally:
        file.close()


async def _fill(fd: int, key: str, chunks: AsyncIterator[bytes]) -> None:
    async for chunk in chunks:
        await told(key, write_all, fd, chunk)
