"""LocalBlobs: files in a folder, durable by temporary name, fsync and rename."""

import errno
import os
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from safelight.adapters.blobs.faults import lost, telling, told
from safelight.adapters.blobs.folders import empty_folder, entries, make_folder, prune_durably, sync_upwards
from safelight.adapters.blobs.keys import folder_parts, key_parts, prefix_folder
from safelight.adapters.blobs.threads import opened_in_thread
from safelight.kernel.errors import NotAvailable
from safelight.kernel.ids import new_id
from safelight.ports.blobs import Stat

CHUNK_BYTES = 512 * 1024
# No part of a key begins with a dot, so this folder collides with no stored file.
INCOMING = ".incoming"
# How often a put makes its folder again when a delete has just taken it away.
PLACE_TRIES_MAX = 100


class LocalBlobs:
    """A BlobStore in a folder of this machine; also HasFiles.

    Bytes are written under a temporary name in the same file system, synced, and renamed: a reader sees the old
    file or the new one, never a half.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._incoming = self._root / INCOMING

    def path(self, key: str) -> Path:
        return self._root.joinpath(*key_parts(key))

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        target = self.path(key)
        temporary = self._incoming / new_id()
        first, second = await anext(chunks, b""), await anext(chunks, None)
        if second is None:
            # Most files are made here and small: one way into a thread and back, and not five.
            return Stat(key, await told(key, self._put_whole, temporary, target, first))
        file = await told(key, self._new_file, temporary)
        try:
            size_bytes = 0
            try:
                async for chunk in _from(first, second, chunks):
                    await told(key, file.write, chunk)
                    size_bytes += len(chunk)
                await told(key, _sync_file, file)
            finally:
                await told(key, file.close)
            await told(key, self._place, temporary, target)
        except BaseException:
            await told(key, temporary.unlink, missing_ok=True)
            raise
        return Stat(key, size_bytes)

    async def adopt(self, key: str, path: Path) -> Stat:
        return Stat(key, await told(key, self._adopt, path, self.path(key)))

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        path = self.path(key)
        with telling(key):
            fd, size_bytes, chunk = await opened_in_thread(_closed, _open_and_read, path, start, end)
        try:
            end = size_bytes if end is None else min(end, size_bytes)
            if chunk:
                start += len(chunk)
                yield chunk
            while start < end:
                chunk = await told(key, os.pread, fd, min(CHUNK_BYTES, end - start), start)
                if not chunk:
                    return
                start += len(chunk)
                yield chunk
        finally:
            os.close(fd)

    async def stat(self, key: str) -> Stat:
        return Stat(key, await told(key, _size_bytes, self.path(key)))

    async def delete(self, key: str) -> None:
        await told(key, self._delete, self.path(key))

    async def delete_prefix(self, prefix: str) -> int:
        return await told(prefix, self._delete_folder, self._root.joinpath(*folder_parts(prefix)))

    async def list(self, prefix: str) -> AsyncIterator[Stat]:
        parts = prefix_folder(prefix)
        folders = [(self._root.joinpath(*parts), "".join(f"{part}/" for part in parts))]
        while folders:
            folder, before = folders.pop()
            for name, size_bytes in await told(prefix, _entries, folder):
                key = before + name
                if not key.startswith(prefix):
                    continue
                if size_bytes is None:
                    folders.append((folder / name, f"{key}/"))
                else:
                    yield Stat(key, size_bytes)

    async def sweep(self, older_than: datetime) -> int:
        """Delete what crashed puts left behind: temporary files not written to since then. How many."""
        return await told(INCOMING, self._sweep, older_than.timestamp())

    async def close(self) -> None:
        return None

    def _new_file(self, path: Path) -> BinaryIO:
        try:
            return path.open("xb", buffering=CHUNK_BYTES)
        except FileNotFoundError:
            make_folder(self._incoming)
            return path.open("xb", buffering=CHUNK_BYTES)

    def _put_whole(self, temporary: Path, target: Path, data: bytes) -> int:
        try:
            with self._new_file(temporary) as file:
                file.write(data)
                _sync_file(file)
            self._place(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return len(data)

    def _place(self, temporary: Path, target: Path) -> None:
        """Rename, and make it durable. A delete may take the empty folder away under our hands: then make it again."""
        for tried in range(1, PLACE_TRIES_MAX + 1):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.rename(target)
                break
            except FileNotFoundError as error:
                if not temporary.exists():
                    raise lost(temporary) from error
                if tried == PLACE_TRIES_MAX:
                    raise NotAvailable("The storage folder is being deleted.", path=str(target.parent)) from error
            except FileExistsError:
                # A file is in the way; or a folder was when mkdir tried, and was gone when it looked what it is.
                if tried == PLACE_TRIES_MAX:
                    raise
        sync_upwards(target.parent, self._root)

    def _adopt(self, path: Path, target: Path) -> int:
        if not self._incoming.is_dir():
            make_folder(self._incoming)
        try:
            with path.open("rb") as file:
                os.fsync(file.fileno())
                size_bytes = os.fstat(file.fileno()).st_size
        except FileNotFoundError as error:
            raise lost(path) from error
        try:
            self._place(path, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(path, target)
            path.unlink(missing_ok=True)
        return size_bytes

    def _copy(self, path: Path, target: Path) -> None:
        temporary = self._incoming / new_id()
        try:
            with path.open("rb") as source, self._new_file(temporary) as file:
                shutil.copyfileobj(source, file, CHUNK_BYTES)
                _sync_file(file)
            self._place(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)

    def _delete(self, path: Path) -> None:
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return
        prune_durably(path.parent, self._root)

    def _delete_folder(self, folder: Path) -> int:
        count = empty_folder(folder)
        prune_durably(folder, self._root)
        return count

    def _sweep(self, before: float) -> int:
        count = 0
        for name, _ in _entries(self._incoming):
            leftover = self._incoming / name
            with suppress(FileNotFoundError):
                if leftover.stat().st_mtime < before:
                    leftover.unlink()
                    count += 1
        return count


def _entries(folder: Path) -> list[tuple[str, int | None]]:
    return list(entries(folder))


async def _from(first: bytes, second: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    yield second
    async for chunk in rest:
        yield chunk


def _sync_file(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _open(path: Path) -> tuple[int, int]:
    """A descriptor and the size of the file."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except NotADirectoryError as error:
        raise FileNotFoundError(errno.ENOENT, "a file lies above it") from error
    facts = os.fstat(fd)
    if not stat.S_ISREG(facts.st_mode):
        os.close(fd)
        raise FileNotFoundError(errno.ENOENT, "not a file")
    return fd, facts.st_size


def _open_and_read(path: Path, start: int, end: int | None) -> tuple[int, int, bytes]:
    """A descriptor, the size of the file, and the first bytes from `start`."""
    fd, size_bytes = _open(path)
    try:
        wanted = (size_bytes if end is None else min(end, size_bytes)) - start
        return fd, size_bytes, os.pread(fd, min(CHUNK_BYTES, wanted), start) if wanted > 0 else b""
    except BaseException:
        os.close(fd)
        raise


def _closed(opened: tuple[int, int, bytes]) -> None:
    os.close(opened[0])


def _size_bytes(path: Path) -> int:
    fd, size_bytes = _open(path)
    os.close(fd)
    return size_bytes
