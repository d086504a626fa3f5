"""When to try again."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.webhooks.backoff import next_try

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("tried", "minutes"), [(1, 3), (2, 6), (3, 9), (4, None), (100, None)])
def test_three_more_tries_with_growing_pauses(tried, minutes):
    assert next_try(tried, AT) == (None if minutes is None else AT + timedelta(minutes=minutes))
