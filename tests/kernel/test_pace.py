"""Counting by spans of time."""

from datetime import timedelta

import pytest

from safelight.kernel.errors import Flooding, TooMany
from safelight.kernel.pace import Pace, counted_as, exceeded
from tests.conftest import NOW


def test_each_name_has_its_own_count_and_a_new_span_begins_anew():
    pace = Pace(2, seconds=60)
    assert [pace.spend("tom", NOW) for _ in range(3)] == [True, True, False]
    assert pace.is_spent("tom", NOW)
    assert not pace.is_spent("ann", NOW)
    assert pace.resets_at(NOW) == NOW.replace(minute=5, second=0)
    assert pace.spend("tom", pace.resets_at(NOW))


def test_without_a_bound_nothing_is_counted():
    pace = Pace(0, seconds=60)
    assert all(pace.spend("tom", NOW) for _ in range(100))
    assert not pace.is_spent("tom", NOW)
    assert len(pace) == 0


def test_names_beyond_the_bound_push_out_the_oldest_and_who_comes_back_stays():
    pace = Pace(2, seconds=60, names_max=2)
    for name in ("tom", "tom", "ann", "tom", "eve"):
        pace.spend(name, NOW)
    assert len(pace) == 2
    assert pace.is_spent("tom", NOW)


def test_no_name_is_kept():
    pace = Pace(2, seconds=60)
    pace.spend("203.0.113.9", NOW)
    assert "203.0.113.9" not in str(vars(pace))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_client_is_counted_as_its_network(address: str, network: str):
    assert counted_as(address) == network


@pytest.mark.parametrize(("kind", "status"), [(TooMany, 420), (Flooding, 429)])
def test_an_error_says_when_to_come_again(kind: type[TooMany], status: int):
    error = exceeded(kind, 500, "api operations", NOW + timedelta(seconds=90.5), NOW)
    assert error.status == status
    assert error.retry_after_seconds == 91
    assert error.message == (
        "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on 2026-01-02 03:05:35 UTC"
    )
