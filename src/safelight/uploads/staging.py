"""Staging: a stream of bytes -> a finished temporary file on this machine, hashed on the way, in constant memory."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from safelight.kernel.disk import room
from safelight.kernel.errors import TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.media import HEAD_BYTES

BATCH_BYTES = 1024 * 1024
"""So much is gathered before a thread writes and hashes it, while as much again comes in: fewer hops, and the event
loop does neither."""

SUFFIX = ".staged"


@dataclass(frozen=True)
class Staged:
    """A finished temporary file. Whoever asked for it drops it, unless the store adopts it."""

    path: Path
    size_bytes: int
    md5: str
    head: bytes


def too_large(size_bytes: int, size_bytes_max: int) -> TooMuch:
    return TooMuch(f"File size too large. Got {size_bytes}. Maximum is {size_bytes_max}.")


@dataclass(frozen=True)
class Staging:
    """The folder of files on their way in."""

    folder: Path

    async def stage(self, chunks: AsyncIterator[bytes], *, size_bytes_max: int) -> Staged:
        """Write the stream to a file. Whatever goes wrong, nothing stays behind.

        A stream that is too long is read to its end without being kept: a client that is cut off in the middle of
        its request would never see why. Who hands in the stream bounds it.
        """
        with room("No space is left for uploads"):
            await asyncio.to_thread(self.folder.mkdir, parents=True, exist_ok=True)
            path = self.folder / f"{new_id()}{SUFFIX}"
            writing = _Writing(path, await asyncio.to_thread(path.open, "xb"))
            try:
                async for chunk in chunks:
                    if writing.size_bytes + len(chunk) > size_bytes_max:
                        raise too_large(await _count(chunks, writing.size_bytes + len(chunk)), size_bytes_max)
                    if writing.add(chunk):
                        await writing.flush_aside()
                await writing.flushed()
                return await asyncio.to_thread(writing.finish)
            except BaseException:
                await writing.settled()
                writing.abandon()
                raise

    async def drop(self, staged: Staged) -> None:
        """Dropping what is gone, because the store has adopted it, is no error."""
        staged.path.unlink(missing_ok=True)

    async def old(self, before: datetime) -> dict[Path, int]:
        """Files that nobody has written to since then, whoever made them, and when it last was, in nanoseconds."""
        return await asyncio.to_thread(self._old, before.timestamp())

    def _old(self, before: float) -> dict[Path, int]:
        written = {path: _written_at(path) for path in self.folder.glob("*")}
        return {path: at for path, at in written.items() if at is not None and at < before * 1_000_000_000}

    async def sweep(self, left: Mapping[Path, int]) -> int:
        """Remove these, which a killed process left behind, unless they were written to meanwhile; how many."""
        return await asyncio.to_thread(_remove, left)


def _written_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns if path.is_file() else None
    except FileNotFoundError:
        return None


def _remove(left: Mapping[Path, int]) -> int:
    doomed = [path for path, at in left.items() if _written_at(path) == at]
    for path in doomed:
        path.unlink(missing_ok=True)
    return len(doomed)


async def _count(chunks: AsyncIterator[bytes], size_bytes: int) -> int:
    async for chunk in chunks:
        size_bytes += len(chunk)
    return size_bytes


class _Writing:
    """The open file, its hash and what still waits to be written."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.size_bytes = 0
        self._path = path
        self._file = file
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._head = b""
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._flushing: asyncio.Future[None] | None = None

    def add(self, chunk: bytes) -> bool:
        """Keep the chunk; True when it is time to flush."""
        self.size_bytes += len(chunk)
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        return self._waiting_bytes >= BATCH_BYTES

    async def flush_aside(self) -> None:
        """Write and hash what waits while the next batch comes in; at most one batch is on its way at a time."""
        await self.flushed()
        batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
        self._flushing = asyncio.ensure_future(asyncio.to_thread(self._write, batch))

    async def flushed(self) -> None:
        """Raises what the last batch met with."""
        if self._flushing is not None:
            await asyncio.shield(self._flushing)

    async def settled(self) -> None:
        """No thread has the file any more, whatever became of its batch."""
        while self._flushing is not None and not self._flushing.done():
            try:
                await asyncio.wait([self._flushing])
            except asyncio.CancelledError:
                # Told already. Closed now, the file's number might be another's when the thread writes.
                continue
        if self._flushing is not None and not self._flushing.cancelled():
            self._flushing.exception()

    def _write(self, batch: list[bytes]) -> None:
        for chunk in batch:
            self._file.write(chunk)
            self._md5.update(chunk)

    def finish(self) -> Staged:
        self._write(self._waiting)
        self._file.close()
        return Staged(self._path, self.size_bytes, self._md5.hexdigest(), self._head)

    def abandon(self) -> None:
        self._path.unlink(missing_ok=True)
        # Closing writes what is buffered; on a full disk that fails again, and it no longer matters.
        try:
            self._file.close()
        except OSError:
            return
