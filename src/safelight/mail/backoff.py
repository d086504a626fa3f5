"""When to try again. Numbers only."""

from datetime import datetime, timedelta

WAIT_SECONDS_FIRST = 60
WAIT_SECONDS_MAX = 6 * 60 * 60
WAIT_DAYS_MAX = 3
"""What could not be brought by then is given up, and forgotten; holdings.py promises it."""


def next_try(tried: int, written_at: datetime, now: datetime) -> datetime | None:
    """1, 4, 16 … minutes after a try, at most six hours; None once we give up."""
    again_at = now + timedelta(seconds=min(WAIT_SECONDS_FIRST * 4 ** min(tried - 1, 10), WAIT_SECONDS_MAX))
    return again_at if again_at < gives_up_at(written_at) else None


def gives_up_at(written_at: datetime) -> datetime:
    return written_at + timedelta(days=WAIT_DAYS_MAX)
