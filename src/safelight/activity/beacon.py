"""Beacon: how many answers a process gave and how many of them are written down, where a successor reads it.

The numbers are in a file that is mapped into memory: to count is to write eight bytes, and they are there after the
process was killed at whatever point. Who lives is told by a lock on the file, which the system lets go of.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from safelight.kernel.ids import new_id

ANSWERED = struct.Struct("=Q")
BATCH = struct.Struct("=QQ16s")
"""How many answers are settled; how many will be when the batch of that id is written."""
SIZE_BYTES = ANSWERED.size + BATCH.size
NO_BATCH = bytes(16)


@dataclass(frozen=True)
class Left:
    """What a process that is no more left behind."""

    answered: int
    settled: int
    settled_with_batch: int
    batch_id: str | None
    """The batch that was on its way: its row says whether it arrived."""

    def lost(self, *, is_batch_written: bool) -> int:
        return max(0, self.answered - (self.settled_with_batch if is_batch_written else self.settled))


class Beacon:
    """Of one process. Without a folder, or on a disk that is full, it counts for nobody."""

    def __init__(self, folder: Path | None) -> None:
        self.answered = 0
        self._settled = 0
        self._file = None
        self._path: Path | None = None
        self._map: mmap.mmap | bytearray = bytearray(SIZE_BYTES)
        self._number = _number_in(self._map)
        if folder is None:
            return
        name = new_id()
        before = folder / f".{name}"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = before.open("w+b")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.write(bytes(SIZE_BYTES))
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), SIZE_BYTES)
            self._number = _number_in(self._map)
            # Under its name it is locked from the first moment.
            self._path = before.rename(folder / name)

    def count(self, answers: int = 1) -> None:
        """So many answers more were given."""
        self.answered += answers
        self._number[0] = self.answered

    def writing(self, batch_id: str, until: int) -> None:
        """A batch is on its way that holds all answers up to that one."""
        BATCH.pack_into(self._map, ANSWERED.size, self._settled, until, UUID(batch_id).bytes)

    def settled(self, until: int) -> None:
        """All answers up to that one are written down, or are counted as lost already."""
        self._settled = until
        BATCH.pack_into(self._map, ANSWERED.size, until, until, NO_BATCH)

    def close(self) -> None:
        """A clean stop leaves nothing."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        # A map cannot be closed while somebody looks at it.
        self._number.release()
        if isinstance(self._map, mmap.mmap):
            self._map.close()
        self._map = bytearray(SIZE_BYTES)
        self._number = _number_in(self._map)
        if self._file is not None:
            self._file.close()


def _number_in(data: mmap.mmap | bytearray) -> memoryview:
    """The first eight bytes, as one number that can be set: a tenth of what packing it costs, and each answer does."""
    return memoryview(data)[: ANSWERED.size].cast("B").cast("Q")


def all_in(folder: Path) -> Sequence[Path]:
    """Those that were ever lit there, and are neither out nor counted."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return ()


def drop(path: Path) -> None:
    path.unlink(missing_ok=True)


@contextmanager
def dead(path: Path) -> Generator[Left | None]:
    """What is left of a process; None while it lives, or where somebody else is looking."""
    with suppress(OSError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        # Somebody may have counted it between our look at the folder and our lock.
        is_there = os.fstat(file.fileno()).st_nlink > 0
        yield _read(file.read(SIZE_BYTES)) if is_there else None
        return
    yield None


def _read(data: bytes) -> Left | None:
    if len(data) < SIZE_BYTES:
        return None
    (answered,) = ANSWERED.unpack_from(data, 0)
    settled, until, batch = BATCH.unpack_from(data, ANSWERED.size)
    return Left(answered, settled, until, None if batch == NO_BATCH else str(UUID(bytes=batch)))
