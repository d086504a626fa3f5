"""When to try again. Numbers only."""

from datetime import datetime, timedelta

TRIES_MAX = 4
WAIT_MINUTES = 3


def next_try(
    tried: int, now: datetime, *, tries_max: int = TRIES_MAX, wait_minutes: int = WAIT_MINUTES
) -> datetime | None:
    """If nothing else is set 3, 6 and 9 minutes after the first, second and third try; None once we give up."""
    if tried >= tries_max:
        return None
    return now + timedelta(minutes=wait_minutes * tried)
