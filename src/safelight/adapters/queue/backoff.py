"""When a job that failed is tried again; pure."""

from collections.abc import Callable
from datetime import timedelta

TRIES_MAX = 8
WAIT_SECONDS_FIRST = 5
WAIT_FACTOR = 4
WAIT_SECONDS_MAX = 6 * 60 * 60

WaitAfter = Callable[[int], timedelta | None]


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after that many tries; None once we give up, about eight hours after the first."""
    if tries >= TRIES_MAX:
        return None
    return timedelta(seconds=min(WAIT_SECONDS_FIRST * WAIT_FACTOR ** (tries - 1), WAIT_SECONDS_MAX))
