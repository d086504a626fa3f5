"""Errors of the file system, in our words."""

import errno
import os

import pytest

from safelight.adapters.blobs.faults import fault
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.errors import Conflict, Invalid, NotAvailable, NotFound, SafelightError, StoreFull


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EFBIG, StoreFull),
        (errno.ENOENT, NotFound),
        (errno.ENOTDIR, Conflict),
        (errno.EISDIR, Conflict),
        (errno.ENOTEMPTY, Conflict),
        (errno.EEXIST, Conflict),
        (errno.ENAMETOOLONG, Invalid),
        (errno.EACCES, NotAvailable),
        (errno.EROFS, NotAvailable),
        (errno.EIO, NotAvailable),
        (errno.EMFILE, NotAvailable),
    ],
)
def test_each_trouble_has_its_word(number: int, expected: type[SafelightError]):
    told = fault(OSError(number, os.strerror(number), "/srv/hidden/path"), "a/key")
    assert type(told) is expected
    assert "/srv" not in told.message


async def test_the_twin_can_be_full():
    async def chunks():
        yield b"12345"

    store = MemoryBlobs(size_bytes_max=9)
    await store.put("a", chunks())
    await store.put("a", chunks())
    with pytest.raises(StoreFull):
        await store.put("b", chunks())
