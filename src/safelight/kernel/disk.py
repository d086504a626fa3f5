"""Disk: when the system has no room for a file, in our words."""

import errno
from collections.abc import Generator
from contextlib import contextmanager

from safelight.kernel.errors import StoreFull

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def room(words: str) -> Generator[None]:
    """Raises StoreFull where the block finds no room; other troubles stay what they are."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull(words) from error
        raise
