"""The clock that one command moves in every process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safelight.adapters.clock.settable import CLOCK_FILE, SettableClock, moment
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_it_stands_where_any_process_put_it(tmp_path: Path):
    here, there = (SettableClock(tmp_path, StillClock(NOON)) for _ in range(2))
    assert here.now() == NOON
    for days in range(1, 20):
        there.set(NOON + timedelta(days=days))
        assert here.now() == here.now() == NOON + timedelta(days=days)
    assert [path.name for path in tmp_path.iterdir()] == [CLOCK_FILE]


def test_any_offset_is_the_same_moment(tmp_path: Path):
    clock = SettableClock(tmp_path, StillClock(NOON))
    clock.set(moment("2026-06-01T02:30:00+02:30"))
    assert clock.now() == datetime(2026, 6, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31T12:00:00.000Z\n", NOON),
        ("2026-01-31 13:00:00+01:00", NOON),
        ("2026-01-31T12:00:00-00:00", NOON),
    ],
)
def test_moments_are_read(text: str, expected: datetime):
    assert moment(text) == expected


@pytest.mark.parametrize(
    "text", ["", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_moment_is_a_clear_error(text: str):
    with pytest.raises(Invalid, match="Not a time of RFC 3339"):
        moment(text)
