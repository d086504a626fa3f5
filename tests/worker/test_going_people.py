"""Who has an archive that nobody fetched, or an old request, is told once, a week and a day before it goes."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.boot import retaining
from safelight.people import users
from safelight.people.model import UserRole
from safelight.privacy.terms import REQUEST_DAYS
from safelight.settings import Settings
from safelight.worker import schedule
from safelight.worker.going_people import KINDS, WarnPeople

ADA = "Ada@example.org"


@pytest.fixture
async def ada(database, clock):
    async with database.transaction() as session:
        made = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=clock.now())
        user = await users.invite(
            session, made.account_id, name="Ada", email=ADA, role=UserRole.MASTER_ADMIN, now=clock.now()
        )
        return await users.accept(session, user, clock.now())


@pytest.fixture
def warn(database, clock):
    return WarnPeople(database, clock, "http://here")


async def archive(database, clock, user, days: float, *, downloads: int = 0) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO exports (id, account_id, user_id, state, blob_key, downloads, created_at, expires_at) "
                "VALUES (:id, :account, :user, 'ready', 'x/1/', :downloads, :now, :at)"
            ),
            {
                "id": f"e{days}",
                "account": user.account_id,
                "user": user.id,
                "downloads": downloads,
                "now": clock.now(),
                "at": clock.now() + timedelta(days=days),
            },
        )


async def request(database, clock, user, days: float) -> None:
    """That goes in so many days."""
    at = clock.now() + timedelta(days=days - REQUEST_DAYS)
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO privacy_requests (id, year, number, kind, state, channel, language, regimes, received_at, "
                "ended_at, account_id, user_id) VALUES (:id, 2020, :number, 'access', 'fulfilled', 'web', 'en', '{}', "
                ":at, :at, :account, :user)"
            ),
            {"id": f"r{days}", "number": int(days * 100), "at": at, "account": user.account_id, "user": user.id},
        )


async def letters(database) -> list[tuple[str, str, str]]:
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT template, address, facts FROM letters ORDER BY created_at, id"))
    return [(row["template"], row["address"], row["facts"]["count"]) for row in rows]


async def test_an_archive_that_nobody_fetched_is_told_of_the_day_before(database, clock, ada, warn):
    await archive(database, clock, ada, 2.5)
    await archive(database, clock, ada, 2.6, downloads=1)
    await warn.warn_people({})
    assert await letters(database) == []
    clock.advance(timedelta(days=2))
    for _ in range(2):
        await warn.warn_people({})
    assert await letters(database) == [("archive_going", ADA, "1")]


async def test_old_requests_are_told_of_a_week_and_a_day_before(database, clock, ada, warn):
    await request(database, clock, ada, 6.5)
    await request(database, clock, ada, 6.6)
    told = []
    for _ in range(8):
        await warn.warn_people({})
        told.append(await letters(database))
        clock.advance(timedelta(days=1))
    assert [len(each) for each in told] == [1, 1, 1, 1, 1, 1, 2, 2]
    assert told[-1] == [("request_going", ADA, "2")] * 2


async def test_who_is_gone_is_told_nothing(database, clock, ada, warn):
    await request(database, clock, ada, 6.5)
    async with database.transaction() as session:
        await session.execute(text("UPDATE privacy_requests SET user_id = 'nobody'"))
    await warn.warn_people({})
    assert await letters(database) == []


def test_everything_that_goes_by_its_age_is_warned_of_or_says_why_not():
    going = {rule.entity for rule in retaining.rules_of(Settings()) if rule.days is not None}
    going |= {"asset-backups"}
    assert set(retaining.WARNED) | set(retaining.UNWARNED) == going
    assert not set(retaining.WARNED) & set(retaining.UNWARNED)
    jobs = {each.name for each in schedule.SCHEDULE}
    assert set(retaining.WARNED.values()) <= jobs
    assert {kind.entity for kind in KINDS} <= {name for name, job in retaining.WARNED.items() if job == "warn_people"}
