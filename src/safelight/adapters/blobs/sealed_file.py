"""SealedFile: a sealed file of this machine, read from any place; and the sealing of a plain one beside it."""

import errno
import os
import stat
from pathlib import Path

from safelight.adapters.blobs import frames
from safelight.kernel.errors import Internal

BATCH_FRAMES = 8
"""So many are read, or sealed, at once: half a mebibyte, and as much again, is in memory."""
BATCH_BYTES = BATCH_FRAMES * frames.FRAME_BYTES


class SealedFile:
    """An open one. Every verb blocks."""

    def __init__(self, path: Path, secret: bytes, key: str) -> None:
        """Raises FileNotFoundError, and Internal for a file that was not sealed so."""
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except NotADirectoryError as error:
            raise FileNotFoundError(errno.ENOENT, "a file lies above it") from error
        try:
            facts = os.fstat(self._fd)
            if not stat.S_ISREG(facts.st_mode):
                raise FileNotFoundError(errno.ENOENT, "not a file")
            self.size_bytes = frames.plain_size(facts.st_size)
            self._frames = -(-(facts.st_size - frames.HEADER_BYTES) // frames.SEALED_FRAME_BYTES)
            self._cipher = frames.resume(secret, key, os.pread(self._fd, frames.HEADER_BYTES, 0))
            if self._frames > 1 and frames.sealed_size(self.size_bytes) != facts.st_size:
                raise Internal("A stored file was cut, and cannot be opened.", key=key)
            batch = min(BATCH_FRAMES, self._frames)
            self._sealed, self._plain = frames.room_for(batch), frames.room_for(batch)
        except BaseException:
            os.close(self._fd)
            raise

    def read(self, start: int, end: int) -> bytes:
        """From `start` up to, not including, `end`, at most BATCH_BYTES of it. Raises Internal."""
        end = min(end, self.size_bytes)
        if start >= end:
            return self._nothing()
        first = start // frames.FRAME_BYTES
        opened = self._open(first, min(-(-end // frames.FRAME_BYTES) - first, BATCH_FRAMES))
        skipped = start - first * frames.FRAME_BYTES
        return bytes(opened[skipped : skipped + end - start])

    def pour(self, target: int) -> None:
        """Write all of it, plain, into an open file."""
        for first in range(0, max(self._frames, 1), BATCH_FRAMES):
            write_all(target, self._open(first, min(BATCH_FRAMES, self._frames - first)))

    def close(self) -> None:
        os.close(self._fd)

    def _open(self, first: int, count: int) -> memoryview:
        """Good until the next one."""
        got = _filled(self._fd, self._sealed[: count * frames.SEALED_FRAME_BYTES], frames.frame_at(first))
        is_end = first + count >= self._frames
        if not got or (not is_end and got < count * frames.SEALED_FRAME_BYTES):
            raise Internal("A stored file was cut, and cannot be opened.", frame=first)
        return self._plain[: frames.unseal_into(self._cipher, first, self._sealed[:got], self._plain, ends=is_end)]

    def _nothing(self) -> bytes:
        """Past the end there is nothing; of a file without a byte even that is looked at."""
        if self.size_bytes == 0:
            self._open(0, 1)
        return b""


def seal_file(source: Path, target: Path, secret: bytes, key: str) -> int:
    """Write a sealed twin of a plain file; the size of the plain one. Raises FileNotFoundError. Blocks.

    It is not durable yet: the store that adopts it makes it so.
    """
    with source.open("rb", buffering=0) as plain:
        out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            header, cipher = frames.begin(secret, key)
            write_all(out, header)
            buffer, sealed, number, size_bytes = memoryview(bytearray(BATCH_BYTES)), frames.room_for(BATCH_FRAMES), 0, 0
            left = os.fstat(plain.fileno()).st_size
            while True:
                got = _filled(plain.fileno(), buffer, size_bytes)
                size_bytes, left = size_bytes + got, left - got
                ends = left <= 0 or got < BATCH_BYTES
                write_all(out, sealed[: frames.seal_into(cipher, number, buffer[:got], sealed, ends=ends)])
                number += BATCH_FRAMES
                if ends:
                    return size_bytes
        finally:
            os.close(out)


def write_all(fd: int, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]


def _filled(fd: int, buffer: memoryview, at: int) -> int:
    """Read as much as fits from a place on; how much there was."""
    got = 0
    while got < len(buffer):
        now = os.preadv(fd, [buffer[got:]], at + got)
        if not now:
            break
        got += now
    return got
