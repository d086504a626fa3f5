"""People are told in time of what goes by its age, and operators of what did not go; each of them once."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.people import users
from safelight.people.model import UserRole
from safelight.worker.going import WarnGoing
from safelight.worker.overdue import TellOverdue

DAYS = 30


@pytest.fixture
async def cloud(database, clock):
    async with database.transaction() as session:
        made = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=clock.now())
        for name, role in (("Ada", UserRole.MASTER_ADMIN), ("Bob", UserRole.MEDIA_LIBRARY_USER)):
            user = await users.invite(
                session, made.account_id, name=name, email=f"{name}@example.org", role=role, now=clock.now()
            )
            await users.accept(session, user, clock.now())
    return made


@pytest.fixture
def ended(database, clock, cloud):
    """Older versions that were replaced so long ago."""

    async def end(*ages: timedelta) -> None:
        async with database.transaction() as session:
            for number, age in enumerate(ages):
                await session.execute(
                    text(
                        "INSERT INTO backups (cloud_id, version_id, asset_id, kind, version, size_bytes, md5, "
                        "has_alpha, created_at, ended_at) VALUES (:cloud, :id, 'a', 'image', 1, 1, '', false, :at, :at)"
                    ),
                    {"cloud": cloud.id, "id": f"v{number}-{age}", "at": clock.now() - age},
                )

    return end


async def letters(database) -> list[tuple[str, str, str | None]]:
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT template, address, facts FROM letters ORDER BY created_at, id"))
    return [(row["template"], row["address"], row["facts"].get("count")) for row in rows]


async def test_a_week_and_a_day_before_owners_are_told_once(database, clock, ended):
    warn = WarnGoing(database, clock, DAYS)
    await ended(timedelta(days=DAYS - 7, hours=1), timedelta(days=DAYS - 7, hours=2), timedelta(days=1))
    for _ in range(2):
        await warn.warn_going({})
    told = [("going", "Ada@example.org", "2")]
    assert await letters(database) == told
    for _ in range(6):
        clock.advance(timedelta(days=1))
        await warn.warn_going({})
    assert await letters(database) == [*told, ("going", "Ada@example.org", "2")]


async def test_a_day_that_nobody_ran_is_made_up_for(database, clock, ended):
    warn = WarnGoing(database, clock, DAYS)
    await warn.warn_going({})
    await ended(timedelta(days=DAYS - 9), timedelta(days=DAYS - 8))
    clock.advance(timedelta(days=4))
    await warn.warn_going({})
    assert [count for _, _, count in await letters(database)] == ["2"]


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 0), (5, 1), (8, 2)])
async def test_what_is_kept_for_less_than_that_is_told_of_as_far_as_it_can_be(database, clock, ended, days, count):
    await ended(timedelta(days=days - 7, hours=1), timedelta(days=days - 1, hours=1))
    await WarnGoing(database, clock, days).warn_going({})
    assert len(await letters(database)) == count


async def test_who_set_the_installation_up_is_told_of_what_is_late(database, clock, cloud):
    tell = TellOverdue(database, clock)
    await tell.tell_overdue({"cloud_id": "", "at": clock.now().isoformat(), "late": {"session": 3, "signup": 1}})
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT template, address, facts FROM letters"))
    assert [(row["template"], row["address"], row["facts"]["late"]) for row in rows] == [
        ("overdue", "Ada@example.org", "3 × session, 1 × signup")
    ]


async def test_where_nobody_is_there_yet_nobody_is_told(database, clock):
    await TellOverdue(database, clock).tell_overdue({"cloud_id": "", "at": "", "late": {"session": 3}})
    assert await letters(database) == []
