"""What requests may take together."""

import pytest

from safelight.kernel.errors import Busy
from safelight.web.budget import RETRY_SECONDS, Budget


def budget(bytes_max: int = 100, free_bytes: int = 10) -> Budget:
    return Budget(bytes_max, free_bytes=free_bytes, words="Come again")


def test_a_share_counts_beyond_what_is_free_and_is_given_back():
    shared = budget()
    with shared.share() as share:
        share.take(7)
        assert shared.taken_bytes == 0
        share.take(7)
        share.take(50)
        assert shared.taken_bytes == 54
    assert shared.taken_bytes == 0


def test_who_finds_nothing_left_is_told_to_come_again_and_small_ones_pass():
    shared = budget()
    with shared.share() as large, shared.share() as late, shared.share() as small:
        large.take(110)
        small.take(10)
        with pytest.raises(Busy) as told:
            late.take(11)
        assert told.value.retry_after_seconds == RETRY_SECONDS
        large.give_back()
        late.take(11)


def test_what_is_given_back_stays_given_back():
    shared = budget()
    share = shared.share()
    share.take(60)
    share.give_back()
    share.take(60)
    share.give_back()
    assert shared.taken_bytes == 0
