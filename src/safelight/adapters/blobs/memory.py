"""MemoryBlobs: the twin of every BlobStore, for tests and demos."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from safelight.adapters.blobs.faults import lost
from safelight.adapters.blobs.keys import folder_parts, key_parts, prefix_folder
from safelight.adapters.blobs.threads import in_thread
from safelight.kernel.errors import NotFound, StoreFull
from safelight.ports.blobs import Stat

CHUNK_BYTES = 64 * 1024


class MemoryBlobs:
    """A BlobStore in a dictionary. `size_bytes_max`: where the store is full, so that a test can fill it."""

    def __init__(self, size_bytes_max: int | None = None) -> None:
        self._files: dict[str, bytes] = {}
        self._size_bytes_max = size_bytes_max

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        key_parts(key)
        data = b"".join([chunk async for chunk in chunks])
        used_bytes = sum(len(other) for name, other in self._files.items() if name != key)
        if self._size_bytes_max is not None and used_bytes + len(data) > self._size_bytes_max:
            raise StoreFull("No space is left in the storage.", key=key)
        self._files[key] = data
        return Stat(key, len(data))

    async def adopt(self, key: str, path: Path) -> Stat:
        try:
            data = await in_thread(path.read_bytes)
        except FileNotFoundError as error:
            raise lost(path) from error
        stored = await self.put(key, _chunks(data))
        await in_thread(path.unlink, missing_ok=True)
        return stored

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        async for chunk in _chunks(self._get(key)[start:end]):
            yield chunk

    async def stat(self, key: str) -> Stat:
        return Stat(key, len(self._get(key)))

    async def delete(self, key: str) -> None:
        key_parts(key)
        self._files.pop(key, None)

    async def delete_prefix(self, prefix: str) -> int:
        folder_parts(prefix)
        below = [key for key in self._files if key.startswith(prefix)]
        for key in below:
            del self._files[key]
        return len(below)

    async def list(self, prefix: str) -> AsyncIterator[Stat]:
        prefix_folder(prefix)
        for key, data in sorted(self._files.items()):
            if key.startswith(prefix):
                yield Stat(key, len(data))

    async def sweep(self, older_than: datetime) -> int:
        return 0

    async def close(self) -> None:
        return None

    def _get(self, key: str) -> bytes:
        key_parts(key)
        if key not in self._files:
            raise NotFound("File not found", key=key)
        return self._files[key]


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]
