"""Packing: files that come one after the other -> the bytes of a zip or tgz, in constant memory."""

import asyncio
import tarfile
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

import stream_zip

T = TypeVar("T")

FILE_MODE = 0o100644
BLOCK_BYTES = 512
"""Files in a tar begin and end at a multiple of it."""
GZIP_BITS = 31
"""How zlib is asked for gzip."""
LEVEL = 1
"""What can be made smaller is; a second of computing for a few bytes fewer is not worth it."""


class ArchiveFormat(StrEnum):
    ZIP = "zip"
    TGZ = "tgz"


MIMES = {ArchiveFormat.ZIP: "application/zip", ArchiveFormat.TGZ: "application/gzip"}


@dataclass(frozen=True)
class Entry:
    """A file that goes into an archive. Its bytes are read when its turn comes."""

    name: str
    size_bytes: int
    modified_at: datetime
    chunks: AsyncGenerator[bytes]
    is_packed: bool = False
    """Pictures and films are as small as they get."""


def pack(format: ArchiveFormat, entries: AsyncGenerator[Entry]) -> AsyncGenerator[bytes]:
    """Whoever does not read to the end closes the generator; then the entries are closed, too."""
    return _zip(entries) if format is ArchiveFormat.ZIP else _tgz(entries)


async def _zip(entries: AsyncGenerator[Entry]) -> AsyncGenerator[bytes]:
    """The library pulls: in a thread of its own, for those of the pool are needed to read what it waits for."""
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="zip")
    members = (_member(entry, loop) for entry in _each(entries, loop))
    packed = iter(stream_zip.stream_zip(members))
    # What the entries are read for is asked of them in that thread, too.
    context = copy_context()

    def take() -> bytes | None:
        return next(packed, None)

    try:
        while (chunk := await loop.run_in_executor(thread, context.run, take)) is not None:
            yield chunk
    finally:
        # Also when it is cancelled: a step that is under way still needs the loop to come to its end.
        await asyncio.shield(_wind_up(thread, entries))


async def _wind_up(thread: ThreadPoolExecutor, entries: AsyncGenerator[Entry]) -> None:
    """Behind what it does just now, there is nothing in the thread; then nobody reads the entries any more."""
    await asyncio.get_running_loop().run_in_executor(thread, lambda: None)
    thread.shutdown(wait=False)
    await entries.aclose()


def _member(entry: Entry, loop: asyncio.AbstractEventLoop) -> stream_zip.MemberFile:
    method = stream_zip.ZIP_AUTO(entry.size_bytes, level=0 if entry.is_packed else LEVEL)
    return entry.name, entry.modified_at, FILE_MODE, method, _each(entry.chunks, loop)


def _each(items: AsyncIterator[T], loop: asyncio.AbstractEventLoop) -> Iterator[T]:
    """The items for who pulls them from another thread."""

    async def step() -> T:
        return await anext(items)

    while True:
        try:
            yield asyncio.run_coroutine_threadsafe(step(), loop).result()
        except StopAsyncIteration:
            return


async def _tgz(entries: AsyncGenerator[Entry]) -> AsyncGenerator[bytes]:
    """A gzip may have many members, one behind the other (RFC 1952, 2.2): so each file is packed as it deserves."""
    async with aclosing(entries):
        async for entry in entries:
            head = tarfile.TarInfo(entry.name)
            head.size, head.mode = entry.size_bytes, FILE_MODE & 0o777
            head.mtime = int(entry.modified_at.astimezone(UTC).timestamp())
            gzip = zlib.compressobj(0 if entry.is_packed else LEVEL, wbits=GZIP_BITS)
            yield gzip.compress(head.tobuf(tarfile.PAX_FORMAT))
            sent = 0
            async for chunk in entry.chunks:
                sent += len(chunk)
                yield await asyncio.to_thread(gzip.compress, chunk)
            # The head has told the size: a file that is another now would shift all that follow.
            if sent != entry.size_bytes:
                raise OSError(f"A file changed while it was packed: {sent} bytes instead of {entry.size_bytes}")
            yield gzip.compress(b"\0" * (-sent % BLOCK_BYTES)) + gzip.flush()
    gzip = zlib.compressobj(LEVEL, wbits=GZIP_BITS)
    yield gzip.compress(b"\0" * BLOCK_BYTES * 2) + gzip.flush()


async def packed_once(data: bytes) -> AsyncGenerator[bytes]:
    """A short text as an entry's bytes."""
    yield data


async def with_first(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """The chunks of a file whose first was taken to see whether it is there."""
    async with aclosing(rest):
        yield first
        async for chunk in rest:
            yield chunk
