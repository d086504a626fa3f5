"""When to try again. Numbers only."""

from datetime import datetime, timedelta

TRIES_MAX = 4
WAIT_MINUTES = 3


def next_try(tried: int, now: datetime) -> datetime | None:
    """3, 6 and 9 minutes after the first, second and third try; None once we give up."""
    if tried >= TRIES_MAX:
        return None
    return now + timedelta(minutes=WAIT_MINUTES * tried)
