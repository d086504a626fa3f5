"""What is there at the start is not looked through again, and rubbish that comes later still goes."""

import gc
import weakref

import pytest

from safelight.boot.settling import YOUNG_MAX, settle


class Knot:
    """Holds itself, so that only the collector can let it go."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def threshold():
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_after_the_start_only_what_is_new_is_looked_through(threshold):
    early = Knot()
    settle()
    assert gc.get_freeze_count() > 1000
    assert gc.is_tracked(early)
    late = Knot()
    gone = weakref.ref(late)
    del late
    kept = [[] for _ in range(YOUNG_MAX + 1)]
    assert gone() is None
    assert len(kept) > YOUNG_MAX
