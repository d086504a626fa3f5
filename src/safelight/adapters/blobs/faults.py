"""Errors of a file system, in the words of the BlobStore port."""

import errno
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from safelight.adapters.blobs.threads import in_thread
from safelight.kernel.disk import FULL
from safelight.kernel.errors import Conflict, Invalid, NotAvailable, NotFound, SafelightError, StoreFull

P = ParamSpec("P")
T = TypeVar("T")

_IN_THE_WAY = frozenset({errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST})


def fault(error: OSError, key: str) -> SafelightError:
    """What to tell; the path and the system's own words are for the log."""
    if error.errno in FULL:
        return StoreFull("No space is left in the storage.", key=key, reason=str(error))
    if error.errno == errno.ENOENT:
        return NotFound("File not found", key=key)
    if error.errno in _IN_THE_WAY:
        return Conflict("A file and a folder of the storage would have the same name.", key=key, reason=str(error))
    if error.errno == errno.ENAMETOOLONG:
        return Invalid("Invalid storage key", key=key)
    return NotAvailable("The storage folder cannot be used.", key=key, reason=str(error))


async def told(key: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Work on files in a thread, its errors told so."""
    with telling(key):
        return await in_thread(work, *args, **kwargs)


@contextmanager
def telling(key: str) -> Generator[None]:
    """The errors of a block, told so."""
    try:
        yield
    except OSError as error:
        raise fault(error, key) from error


def lost(path: Path) -> NotAvailable:
    """A file that was to be stored has gone, as when a sweep whose clock had jumped took it for what a crash left."""
    return NotAvailable("The file was lost before it was stored; send it again.", path=str(path))
