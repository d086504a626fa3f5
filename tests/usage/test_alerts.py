"""Owners are told, once."""

import pytest
from sqlalchemy import text

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.kernel.errors import TooMuch
from safelight.people import roster, users
from safelight.people.model import UserRole
from safelight.settings import UsageSettings
from safelight.usage import quotas
from safelight.usage.alerts import Alerts
from safelight.usage.gate import Gate
from safelight.usage.model import Figure, Meter, PastQuota, Quota
from tests.usage.counting import count


@pytest.fixture
async def cloud(database, clock):
    async with database.transaction() as session:
        return await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=clock.now())


@pytest.fixture
def made(database, clock, cloud):
    async def make(number):
        figure = Figure(cloud.id, clock.now().date(), Meter.TRANSFORMATIONS, "image", "upload", number)
        async with database.transaction() as session:
            await count(session, [figure])

    return make


@pytest.fixture
async def ada(database, clock, cloud):
    async with database.transaction() as session:
        for name, role in (("Ada", UserRole.MASTER_ADMIN), ("Bob", UserRole.MEDIA_LIBRARY_USER)):
            user = await users.invite(
                session, cloud.account_id, name=name, email=f"{name}@example.org", role=role, now=clock.now()
            )
            await users.accept(session, user, clock.now())


async def test_owners_and_programs_are_told_once(database, clock, cloud, made, ada, jobs):
    alerts = Alerts(database, clock, UsageSettings(transformations_max=10))
    await made(9)
    for _ in range(2):
        await alerts.check_quotas({})
        told = [payload for name, payload in await jobs() if name == "Reported"]
        assert [fact["about"] for fact in told] == ["quota"]
        assert told[0]["fields"] == {
            "meter": "transformations",
            "unit": "transformations",
            "threshold_percent": 90,
            "used": 9,
            "limit": 10,
            "used_percent": 90.0,
            "window_days": 30,
            "period": "rolling",
            "past_quota": "warn",
        }
        assert [name for name, _ in await jobs()].count("send_letter") == 1, "who only looks at pictures is not told"
    await made(1)
    await alerts.check_quotas({})
    told = [payload["fields"]["threshold_percent"] for name, payload in await jobs() if name == "Reported"]
    assert told == [90, 100]


async def test_each_is_told_in_their_own_language(database, clock, cloud, made, ada):
    async with database.transaction() as session:
        for user in await roster.list_all(session, cloud.account_id, roster.Wanted()):
            await users.change(session, user, now=clock.now(), language="de", role=UserRole.MASTER_ADMIN)
    await made(9)
    await Alerts(database, clock, UsageSettings(transformations_max=10)).check_quotas({})
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT template, language FROM letters"))
    assert [tuple(row.values()) for row in rows] == [("quota", "de")] * 2


async def test_a_cloud_without_limits_is_left_alone(database, clock, cloud, made, jobs):
    before = await jobs()
    await made(9)
    await Alerts(database, clock, UsageSettings()).check_quotas({})
    assert await jobs() == before


@pytest.mark.parametrize(
    ("past", "is_new_refused", "is_all_refused"),
    [(PastQuota.WARN, False, False), (PastQuota.REFUSE_NEW, True, False), (PastQuota.REFUSE, True, True)],
)
async def test_past_a_quota_politely(database, clock, cloud, made, past, is_new_refused, is_all_refused):
    gate = Gate(database, clock, UsageSettings(), holds_seconds=0)
    async with database.transaction() as session:
        await quotas.put(session, cloud.id, {"transformations": 5}, past=past, now=clock.now())
    await gate.check_new(cloud.id)
    await made(5)
    for check, is_refused in ((gate.check_new, is_new_refused), (gate.check_any, is_all_refused)):
        if is_refused:
            with pytest.raises(TooMuch, match="5 of 5 transformations in 30 days"):
                await check(cloud.id)
        else:
            await check(cloud.id)


async def test_what_a_cloud_has_of_its_own_wins_over_the_settings(session, now):
    settings = UsageSettings(transformations_max=10, storage_bytes_max=20)
    assert await quotas.get(session, "c", settings) == Quota({"transformations": 10, "storage_bytes": 20})
    await quotas.put(session, "c", {"transformations": 0, "credits": 3}, past=PastQuota.REFUSE, now=now)
    assert await quotas.get(session, "c", settings) == Quota({"credits": 3, "storage_bytes": 20}, PastQuota.REFUSE)
    await quotas.put(session, "c", {"transformations": None}, now=now)
    assert (await quotas.get(session, "c", settings)).limits["transformations"] == 10
    assert (await quotas.of_each(session, ["c", "d"], settings))["d"] == await quotas.get(session, "d", settings)
    await quotas.forget(session, "c")
    assert await quotas.get(session, "c", settings) == await quotas.get(session, "d", settings)
    assert not await session.fetch(text("SELECT 1 FROM quota_alerts"))
