"""BlobStore: where bytes lie. Keys are `/`-separated; what belongs to one asset shares a prefix."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Stat:
    """The facts of a stored file."""

    key: str
    size_bytes: int


class BlobStore(Protocol):
    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        """Store the bytes under the key, whole or not at all; durable when it returns. Replaces what was there.

        Raises StoreFull when no space is left, NotAvailable when the store cannot be reached.
        """
        ...

    async def adopt(self, key: str, path: Path) -> Stat:
        """Take over a finished local file: stored and durable when it returns, and `path` is gone.

        Raises NotAvailable where there is no such file any more: whoever sent it must send it again.
        """
        ...

    def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises NotFound at the first step."""
        ...

    async def stat(self, key: str) -> Stat:
        """Raises NotFound."""
        ...

    async def delete(self, key: str) -> None:
        """Deleting what is not there is no error: a retried erasure must succeed."""
        ...

    async def delete_prefix(self, prefix: str) -> int:
        """Delete all keys below `prefix` (which ends with `/`); how many there were. Nothing there is no error."""
        ...

    def list(self, prefix: str) -> AsyncIterator[Stat]:
        """All files whose key begins with `prefix`, in no order that may be relied on."""
        ...

    async def sweep(self, older_than: datetime) -> int:
        """Delete what crashed processes left behind on this machine and nobody has touched since then; how many."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class HasFiles(Protocol):
    """What only a store of local files can do: hand out a path that can be opened, read and sent."""

    def path(self, key: str) -> Path | None:
        """Where the file lies, whether or not it is there; None for one that is not stored as it is."""
        ...


@runtime_checkable
class HasCopies(Protocol):
    """What a store with a cache on this machine can do: lend a path for a while."""

    def local(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A path of the whole file, to read until the block ends. Raises NotFound."""
        ...


@runtime_checkable
class HasHeads(Protocol):
    """What only a store can do that must open a file to lend it: lend the beginning of it, for less."""

    def head(self, key: str, size_bytes: int) -> AbstractAsyncContextManager[Path | None]:
        """A path of a file as long as the whole, of which only so many bytes are its own; the others are zero.

        None where to lend the whole costs no more. Raises NotFound.
        """
        ...
