"""Calls are counted for all processes together and begin anew with the hour."""

import asyncio
from datetime import UTC, datetime

import pytest

from safelight.accounts import budget

AT = datetime(2026, 1, 2, 3, 59, 59, tzinfo=UTC)
NEXT = datetime(2026, 1, 2, 4, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("calls", "remaining", "is_spent"),
    [(1, 2, False), (3, 0, False), (4, 0, True), (9, 0, True)],
)
async def test_each_call_takes_one(session, calls, remaining, is_spent):
    for _ in range(calls):
        spent = await budget.spend(session, "cloud", limit=3, now=AT)
    assert (spent.remaining, spent.is_spent, spent.resets_at) == (remaining, is_spent, NEXT)


async def test_a_new_hour_is_a_new_budget(session):
    for _ in range(5):
        await budget.spend(session, "cloud", limit=3, now=AT)
    assert (await budget.spend(session, "cloud", limit=3, now=NEXT)).remaining == 2


async def test_clouds_do_not_pay_for_each_other(session):
    await budget.spend(session, "one", limit=3, now=AT)
    assert (await budget.spend(session, "two", limit=3, now=AT)).remaining == 2


async def test_no_call_is_lost_between_processes(database):
    async def spend():
        async with database.transaction() as session:
            return (await budget.spend(session, "cloud", limit=100, now=AT)).used

    assert sorted(await asyncio.gather(*(spend() for _ in range(20)))) == list(range(1, 21))
