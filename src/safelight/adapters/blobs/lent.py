"""Lender: files without a name for plain bytes that a child or a program must open; gone when they are closed."""

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from safelight.adapters.blobs.threads import opened_in_thread
from safelight.kernel.disk import room
from safelight.kernel.ids import new_id

MEMORY_EACH_BYTES_MAX = 16 * 1024 * 1024
"""A larger file takes disk, and not memory."""
MEMORY_BYTES_MAX = 256 * 1024 * 1024
"""Of all files that one process lends at the same moment; those beyond take disk."""


@dataclass(frozen=True)
class Lent:
    """An open file, and a path under which this process, and nobody else, can open it again."""

    fd: int
    path: Path


class Lender:
    """`folder`: on its disk lie the files that are too large for memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory_bytes = 0

    @asynccontextmanager
    async def lent(self, size_bytes: int) -> AsyncGenerator[Lent]:
        """An empty file, to be filled with so many bytes and then read, until the block ends."""
        fits = size_bytes <= MEMORY_EACH_BYTES_MAX and self._memory_bytes + size_bytes <= MEMORY_BYTES_MAX
        in_memory = fits and sys.platform == "linux"
        with room("No space is left on this machine"):
            made = _in_memory() if in_memory else await opened_in_thread(_given_back, self._on_disk)
            self._memory_bytes += size_bytes if in_memory else 0
            try:
                yield made
            finally:
                self._memory_bytes -= size_bytes if in_memory else 0
                _given_back(made)

    def _on_disk(self) -> Lent:
        self._folder.mkdir(parents=True, exist_ok=True)
        if sys.platform == "linux":
            try:
                return _named(os.open(self._folder, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, 0o600))
            except OSError:  # not every file system knows files without a name
                return self._with_name()
        return self._with_name()

    def _with_name(self) -> Lent:
        path = self._folder / f"lent-{new_id()}"
        return Lent(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), path)


def _given_back(made: Lent) -> None:
    os.close(made.fd)
    if not made.path.is_relative_to("/proc"):
        made.path.unlink(missing_ok=True)


def _in_memory() -> Lent:
    return _named(os.memfd_create("lent", os.MFD_CLOEXEC))


def _named(fd: int) -> Lent:
    return Lent(fd, Path(f"/proc/self/fd/{fd}"))
