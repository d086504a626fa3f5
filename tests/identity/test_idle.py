"""When an account that nobody uses is warned of, and when it ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.accounts.idleness import Idle
from safelight.identity.idle import Step, months_after, step_of
from safelight.settings import IdentitySettings

SETTINGS = IdentitySettings()
USED = datetime(2026, 1, 31, 12, tzinfo=UTC)
END = datetime(2028, 1, 31, 12, tzinfo=UTC)


def before_end(days: int) -> datetime:
    return END - timedelta(days=days)


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 1, 31), 13, (2028, 2, 29)),
        ((2026, 12, 5), 1, (2027, 1, 5)),
        ((2026, 1, 31), 24, (2028, 1, 31)),
        ((2026, 3, 31), -1, (2026, 2, 28)),
        ((2026, 1, 1), -24, (2024, 1, 1)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(at, months, then):
    assert months_after(datetime(*at, tzinfo=UTC), months) == datetime(*then, tzinfo=UTC)


@pytest.mark.parametrize(
    ("warned", "again", "now", "step"),
    [
        (None, None, before_end(61), Step.NOTHING),
        (None, None, before_end(60), Step.WARNING),
        # A round that comes late warns all the same, and the account lives on for as long as the warning says.
        (None, None, END + timedelta(days=500), Step.WARNING),
        (before_end(60), None, before_end(15), Step.NOTHING),
        (before_end(60), None, before_end(14), Step.LAST_WARNING),
        (END, None, END + timedelta(days=45), Step.NOTHING),
        (END, None, END + timedelta(days=46), Step.LAST_WARNING),
        (before_end(60), before_end(14), before_end(1), Step.NOTHING),
        (before_end(60), before_end(14), END, Step.END),
        (before_end(60), END, END, Step.NOTHING),
        (before_end(60), END, END + timedelta(days=14), Step.END),
    ],
)
def test_what_is_due_when(warned, again, now, step):
    assert step_of(Idle("a", USED, warned, again), now, SETTINGS) is step


@given(
    gaps=st.lists(st.integers(1, 400), min_size=3, max_size=60),
    first=st.integers(1, 90),
    last=st.integers(1, 90),
)
def test_however_late_the_rounds_are_both_warnings_come_in_time(gaps, first, last):
    settings = replace(SETTINGS, idle_warning_days=first, idle_last_warning_days=last)
    idle, now = Idle("a", USED), USED
    for gap in gaps:
        now += timedelta(days=gap)
        match step_of(idle, now, settings):
            case Step.WARNING:
                idle = replace(idle, warned_at=now)
            case Step.LAST_WARNING:
                idle = replace(idle, warned_again_at=now)
            case Step.END:
                assert idle.warned_at is not None
                assert now - idle.warned_at >= timedelta(days=first)
                assert now - idle.warned_again_at >= timedelta(days=last)
                assert now >= END
                return
            case Step.NOTHING:
                pass
