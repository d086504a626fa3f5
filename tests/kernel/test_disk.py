"""What the system says of a full disk."""

import errno
import os

import pytest

from safelight.kernel.disk import room
from safelight.kernel.errors import StoreFull


def told(number: int) -> None:
    with room("No room"):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_space_is_told_in_our_words(number):
    with pytest.raises(StoreFull, match="No room"):
        told(number)


def test_other_troubles_stay_what_they_are():
    with pytest.raises(PermissionError):
        told(errno.EACCES)
