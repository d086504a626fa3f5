"""How much of what it may a cloud has used, and what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from safelight.kernel.errors import Invalid
from safelight.settings import UsageSettings
from safelight.usage.model import Figure, Meter, PastQuota, Period, Quota, Used
from safelight.usage.quota import check_limit, due, of_settings, past_of, period_of, shares, verdict

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def used(transformations=0, storage_bytes=0):
    day = date(2026, 1, 2)
    return Used(
        (
            Figure("c", day, Meter.TRANSFORMATIONS, "image", "upload", transformations),
            Figure("c", day, Meter.STORAGE_BYTES, "image", "original", storage_bytes),
        )
    )


def quota(past=PastQuota.REFUSE_NEW, **limits):
    return Quota(limits or {"transformations": 100}, past)


@pytest.mark.parametrize(
    ("past", "made", "expected"),
    [
        (PastQuota.OFF, 500, (False, False)),
        (PastQuota.WARN, 500, (False, False)),
        (PastQuota.REFUSE_NEW, 99, (False, False)),
        (PastQuota.REFUSE_NEW, 100, (True, False)),
        (PastQuota.REFUSE, 100, (True, True)),
    ],
)
def test_what_follows_from_a_limit_that_is_reached(past, made, expected):
    found = verdict(quota(past), used(made))
    assert (found.refuses_new, found.refuses_all) == expected


def test_the_words_name_the_limits_that_are_reached():
    limits = quota(transformations=1000, storage_bytes=5, credits=1)
    assert verdict(limits, used(1500, 4)).words == "1.5 of 1 credits; 1,500 of 1,000 transformations in 30 days"
    assert [share.percent for share in shares(limits, used(1500, 4))] == [150.0, 150.0, 80.0]


@pytest.mark.parametrize(
    ("made", "told", "expected"),
    [
        (49, {}, None),
        (50, {}, (50, (50,))),
        (79, {}, (50, (50,))),
        (100, {}, (100, (50, 80, 90, 100))),
        (80, {50: 1}, (80, (80,))),
        (80, {50: 1, 80: 1}, None),
        (60, {50: 29}, None),
        (60, {50: 31}, (50, (50,))),
        (55, {80: 1, 90: 1}, None),
    ],
)
def test_of_each_share_owners_are_told_once_in_thirty_days(made, told, expected):
    lately = {("transformations", percent): NOW - timedelta(days=days) for percent, days in told.items()}
    found = due(quota(), used(made), lately, NOW)
    assert [(alert.percent, alert.passed) for alert in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("told_at", "is_told"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), True),
        (None, True),
    ],
)
def test_of_a_month_they_are_told_once_in_it(told_at, is_told):
    monthly = Quota({"transformations": 100}, PastQuota.WARN, Period.MONTH)
    told = {("transformations", 50): told_at} if told_at else {}
    assert bool(due(monthly, used(60), told, datetime(2026, 3, 20, tzinfo=UTC))) is is_told


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        (Period.ROLLING, date(2026, 1, 2), date(2025, 12, 4)),
        (Period.MONTH, date(2026, 1, 2), date(2026, 1, 1)),
        (Period.MONTH, date(2026, 1, 1), date(2026, 1, 1)),
        (Period.MONTH, date(2028, 2, 29), date(2028, 2, 1)),
    ],
)
def test_a_period_has_a_first_day(period, today, expected):
    assert period.window(today) == (expected, today)


def test_nobody_is_told_where_quotas_are_off():
    assert due(quota(PastQuota.OFF), used(100), {}, NOW) == []


def test_settings_hold_for_every_cloud():
    found = of_settings(UsageSettings(transformations_max=5, past_quota="refuse"))
    assert found == Quota({"transformations": 5}, PastQuota.REFUSE)
    with pytest.raises(Invalid, match="off, warn, refuse_new, refuse"):
        past_of("explode")
    assert of_settings(UsageSettings(quota_period="month")).period is Period.MONTH
    with pytest.raises(Invalid, match="rolling, month"):
        period_of("week")


@pytest.mark.parametrize(("name", "limit"), [("objects", 5), ("transformations", -1), ("credits", 2**63)])
def test_a_limit_that_cannot_be_is_refused(name, limit):
    with pytest.raises(Invalid):
        check_limit(name, limit)
    assert check_limit("transformations", 0) == 0
