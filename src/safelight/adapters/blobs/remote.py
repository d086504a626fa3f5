"""RemoteBlobs: S3, Azure and Google stores through obstore, made alike."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError

from safelight.adapters.blobs.faults import lost
from safelight.adapters.blobs.keys import folder_parts, key_parts, prefix_folder
from safelight.adapters.blobs.threads import in_thread
from safelight.kernel.errors import NotAvailable, NotFound, SafelightError, StoreFull
from safelight.ports.blobs import Stat
from safelight.settings import BlobSettings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

# One part of a multipart upload. S3 takes at most 10,000 of them: files up to 78 GiB.
PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 4
CHUNK_BYTES = 512 * 1024
DELETES_AT_ONCE = 16
BOUNDS = BlobSettings()
"""Where nobody has set others."""
TRIES_MAX = 4
TRIES_SECONDS = 60

RETRIES: "RetryConfig" = {
    "max_retries": TRIES_MAX - 1,
    "retry_timeout": timedelta(seconds=TRIES_SECONDS),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=5), "base": 2},
}
_FULL = re.compile(r"\b507\b|QuotaExceeded|StorageFull|InsufficientStorage")


def requests(bounds: BlobSettings = BOUNDS) -> "ClientConfig":
    """Limits of a request that is soon over: one part, a list, a delete."""
    return {"connect_timeout": f"{bounds.connect_seconds}s", "timeout": f"{bounds.request_seconds}s"}


def downloads(bounds: BlobSettings = BOUNDS) -> "ClientConfig":
    """Limits of a request whose body may flow for hours, as long as it flows."""
    connect, read = f"{bounds.connect_seconds}s", f"{bounds.read_seconds}s"
    return {"connect_timeout": connect, "read_timeout": read, "timeout": "1day"}


class RemoteBlobs:
    """A BlobStore over the network. `store` has the limits of `requests`, `reading` those of `downloads`.

    A crash in the middle of a large upload leaves parts that no list shows: give the bucket a rule that drops
    unfinished multipart uploads after a day.
    """

    def __init__(self, store: "ObjectStore", reading: "ObjectStore") -> None:
        self._store = store
        self._reading = reading

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        key_parts(key)
        upload = _Upload(chunks)
        head = await upload.head()
        try:
            if upload.is_whole:
                await obstore.put_async(self._store, key, head, use_multipart=False)
            else:
                await obstore.put_async(
                    self._store, key, upload.parts(head), chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
                )
        except (BaseError, OSError) as error:
            # What the source raised may come back dressed as an error of the store.
            if upload.failure is not None:
                raise upload.failure from None
            raise _fault(error, key) from error
        return Stat(key, upload.size_bytes)

    async def adopt(self, key: str, path: Path) -> Stat:
        key_parts(key)
        try:
            size_bytes = (await in_thread(path.stat)).st_size
            whole = await in_thread(path.read_bytes) if size_bytes <= PART_BYTES else None
        except FileNotFoundError as error:
            raise lost(path) from error
        try:
            if whole is not None:
                await obstore.put_async(self._store, key, whole, use_multipart=False)
            else:
                await obstore.put_async(
                    self._store, key, path, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE, use_multipart=True
                )
        except (BaseError, OSError) as error:
            raise _fault(error, key) from error
        await in_thread(path.unlink, missing_ok=True)
        return Stat(key, size_bytes)

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        if end is not None and end <= start:
            await self.stat(key)
            return
        key_parts(key)
        try:
            if end is not None:
                found = await obstore.get_async(self._reading, key, options={"range": (start, end)})
            elif start > 0:
                found = await obstore.get_async(self._reading, key, options={"range": {"offset": start}})
            else:
                found = await obstore.get_async(self._reading, key)
        except (BaseError, OSError) as error:
            if isinstance(error, BaseError) and (await self.stat(key)).size_bytes <= start:
                return
            raise _fault(error, key) from error
        stream = aiter(found.stream(min_chunk_size=CHUNK_BYTES))
        while True:
            try:
                chunk = await anext(stream, None)
            except (BaseError, OSError) as error:
                raise _fault(error, key) from error
            if chunk is None:
                return
            yield bytes(chunk)

    async def stat(self, key: str) -> Stat:
        key_parts(key)
        try:
            return Stat(key, (await obstore.head_async(self._store, key))["size"])
        except (BaseError, OSError) as error:
            raise _fault(error, key) from error

    async def delete(self, key: str) -> None:
        key_parts(key)
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise _fault(error, key) from error

    async def delete_prefix(self, prefix: str) -> int:
        folder_parts(prefix)
        count = 0
        async for page in self._pages(prefix):
            await self._delete_all([stat.key for stat in page])
            count += len(page)
        return count

    async def list(self, prefix: str) -> AsyncIterator[Stat]:
        prefix_folder(prefix)
        async for page in self._pages(prefix):
            for stat in page:
                yield stat

    async def sweep(self, older_than: datetime) -> int:
        """Nothing is left on this machine; unfinished uploads in the store are for a rule of the bucket."""
        return 0

    async def close(self) -> None:
        return None

    async def _pages(self, prefix: str) -> AsyncIterator[Sequence[Stat]]:
        """Lists of the store go by folder: what is in it but does not begin with the prefix is left out here."""
        folder = "/".join(prefix_folder(prefix)) or None
        # One of the overloads is for a library that we do not have.
        pages = aiter(obstore.list(self._store, prefix=folder))  # pyright: ignore[reportUnknownMemberType]
        while True:
            try:
                page = await anext(pages, None)
            except (BaseError, OSError) as error:
                raise _fault(error, prefix) from error
            if page is None:
                return
            stats = [Stat(meta["path"], meta["size"]) for meta in page]
            yield [stat for stat in stats if stat.key.startswith(prefix)]

    async def _delete_all(self, keys: Sequence[str]) -> None:
        """One by one and not in bulk, which some stores lack and others refuse when one is gone already."""
        gate = asyncio.Semaphore(DELETES_AT_ONCE)

        async def delete(key: str) -> None:
            async with gate:
                await self.delete(key)

        async with asyncio.TaskGroup() as tasks:
            for key in keys:
                tasks.create_task(delete(key))


class _Upload:
    """Chunks as they come, cut to what obstore wants; remembers what the source raised."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.is_whole = False
        self.size_bytes = 0
        self.failure: BaseException | None = None

    async def head(self) -> bytes:
        """The first part, or the whole of a small file."""
        head = bytearray()
        while len(head) < PART_BYTES:
            chunk = await anext(self._chunks, None)
            if chunk is None:
                self.is_whole = True
                break
            head += chunk
        self.size_bytes = len(head)
        return bytes(head)

    async def parts(self, head: bytes) -> AsyncIterator[bytes]:
        yield head
        try:
            async for chunk in self._chunks:
                self.size_bytes += len(chunk)
                yield chunk
        except BaseException as error:
            self.failure = error
            raise


def _fault(error: Exception, key: str) -> SafelightError:
    """What to tell. The words of the store are for the log, without queries: they may hold a signature."""
    if isinstance(error, FileNotFoundError):
        return NotFound("File not found", key=key)
    reason = f"{type(error).__name__}: {re.sub(r'[?][^ ]*', '?…', str(error))[:300]}"
    if _FULL.search(reason):
        return StoreFull("No space is left in the storage.", key=key, reason=reason)
    return NotAvailable("The storage cannot be reached.", key=key, reason=reason)
