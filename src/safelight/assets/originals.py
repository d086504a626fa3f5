"""Originals: put, open and drop the original bytes; the one place that knows their keys."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from safelight.assets.model import Asset
from safelight.kernel.disk import room
from safelight.kernel.ids import new_id
from safelight.ports.blobs import BlobStore, HasCopies, HasFiles, HasHeads, Stat

HEAD_BYTES = 256 * 1024
"""What cameras write before the pixels, a small picture and a profile among it, is less."""


def cloud_prefix(cloud_id: str) -> str:
    """What all files of a cloud's assets begin with."""
    return f"c/{cloud_id}/"


def version_prefix(cloud_id: str, version_id: str) -> str:
    """What all files of one version begin with: to drop it is to drop the original and all that was made of it.

    The last two letters of the id are random; they spread versions over folders that stay small.
    """
    return f"{cloud_prefix(cloud_id)}{version_id[-2:]}/{version_id}/"


Admit = Callable[[str], Awaitable[None]]
"""Asked with the id of a cloud before something new is kept for it; raises where it may not be (usage/gate.py)."""


async def admitted(cloud_id: str) -> None:
    """Where nothing is bounded."""


@dataclass(frozen=True)
class Originals:
    """The bytes as they came in."""

    blobs: BlobStore
    folder: Path
    """Where copies of a remote store's files lie while they are read."""
    admit: Admit = field(default=admitted, kw_only=True)

    def key(self, cloud_id: str, version_id: str) -> str:
        return version_prefix(cloud_id, version_id) + "original"

    async def adopt(self, cloud_id: str, version_id: str, path: Path) -> Stat:
        """Take over a finished local file; durable when it returns. Raises TooMuch past a quota."""
        await self.admit(cloud_id)
        return await self.blobs.adopt(self.key(cloud_id, version_id), path)

    def open(self, asset: Asset, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        return self.open_version(asset.cloud_id, asset.version_id, start, end)

    def open_version(
        self, cloud_id: str, version_id: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The same of any version that there are bytes of."""
        return self.blobs.open(self.key(cloud_id, version_id), start, end)

    @asynccontextmanager
    async def local(self, asset: Asset) -> AsyncGenerator[Path]:
        """A path to read, not to write, until the block ends: the store's own file, or a copy. Raises NotFound.

        A store with a cache lends its own copy, so that a remote original is downloaded once and not for every size.
        """
        async with self.lent(self.key(asset.cloud_id, asset.version_id)) as path:
            yield path

    @asynccontextmanager
    async def lent(self, key: str) -> AsyncGenerator[Path]:
        """The same of any file of the store."""
        path = self.blobs.path(key) if isinstance(self.blobs, HasFiles) else None
        if path is not None:
            await self.blobs.stat(key)
            yield path
            return
        if isinstance(self.blobs, HasCopies):
            async with self.blobs.local(key) as path:
                yield path
            return
        copy = self.folder / f"copy-{new_id()}"
        try:
            await self._copy(key, copy)
            yield copy
        finally:
            await asyncio.to_thread(copy.unlink, missing_ok=True)

    @asynccontextmanager
    async def head(self, asset: Asset) -> AsyncGenerator[Path | None]:
        """A path of what tells about a photo before its pixels come; None where the whole costs no more to lend.

        Raises NotFound.
        """
        if asset.facts.format != "jpg" or not isinstance(self.blobs, HasHeads):
            yield None
            return
        async with self.blobs.head(self.key(asset.cloud_id, asset.version_id), HEAD_BYTES) as path:
            yield path

    async def _copy(self, key: str, path: Path) -> None:
        with room("No space is left on this machine"):
            await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)
            file = await asyncio.to_thread(path.open, "wb")
            try:
                async for chunk in self.blobs.open(key):
                    await asyncio.to_thread(file.write, chunk)
            finally:
                await asyncio.to_thread(file.close)

    async def copy(self, cloud_id: str, version_id: str, to_version_id: str) -> Stat:
        """The bytes of a version are those of another, too. Raises NotFound."""
        return await self.blobs.put(self.key(cloud_id, to_version_id), self.blobs.open(self.key(cloud_id, version_id)))

    async def drop(self, cloud_id: str, version_id: str) -> None:
        """Delete the original and all that was made of it. What is gone already is no error."""
        await self.blobs.delete_prefix(version_prefix(cloud_id, version_id))
