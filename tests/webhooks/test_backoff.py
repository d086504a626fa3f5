"""When to try again."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.webhooks.backoff import next_try

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("tried", "minutes"), [(1, 3), (2, 6), (3, 9), (4, None), (100, None)])
def test_three_more_tries_with_growing_pauses(tried, minutes):
    assert next_try(tried, AT) == (None if minutes is None else AT + timedelta(minutes=minutes))


def test_how_often_and_how_long_is_set_by_whoever_runs_it():
    assert next_try(1, AT, tries_max=2, wait_minutes=1) == AT + timedelta(minutes=1)
    assert next_try(2, AT, tries_max=2, wait_minutes=1) is None
