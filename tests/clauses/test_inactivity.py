"""PP-54: an account lives as long as it is used. PP-21: people are asked once a year whether what is known is right."""

from dataclasses import replace

import pytest

from safelight.accounts import clouds, idleness, owners
from safelight.accounts.model import FolderMode
from safelight.identity import leaving
from safelight.identity.idle import WatchAccounts
from safelight.identity.letters import Letters
from safelight.mail.model import LetterClass
from safelight.mail.template import OURS
from safelight.people import roster
from safelight.people.model import UserRole
from tests.web.identity.conftest import BASE, EMAIL, PASSWORD, QUICK, sign_in

BOB = "bob@firm.example"


@pytest.fixture
def night(people):
    """One round."""
    watch = WatchAccounts(people.database, people.clock, Letters(BASE), people.rooms.settings.identity)
    return lambda: watch.watch_accounts({})


async def told(people, *templates: str) -> list[tuple[str, str]]:
    wanted = templates or ("idle", "idle_disabled")
    return [(name, to) for name, to, _ in await people.letters() if name in wanted]


async def is_shut(people, account_id: str) -> bool:
    async with people.database.transaction() as session:
        return await owners.is_disabled(session, account_id)


async def test_pp_54_two_years_without_use_are_warned_of_60_and_14_days_before_and_then_end(people, night):
    ann = await people.add()
    # 2026-01-02 and two years: 731 days, for 2028 has not had its 29th of February yet.
    rounds = {669: [], 670: [("idle", EMAIL)], 715: [("idle", EMAIL)], 716: [("idle", EMAIL)] * 2}
    rounds |= {729: [("idle", EMAIL)] * 2, 730: [("idle", EMAIL)] * 2 + [("idle_disabled", EMAIL)]}
    passed = 0
    for day, expected in rounds.items():
        people.later(days=day - passed)
        passed = day
        await night()
        await night()
        assert await told(people) == expected, day
        assert await is_shut(people, ann.account_id) is (day == 730)
    facts = [facts for name, _, facts in await people.letters() if name == "idle"]
    assert [(each["since"], each["until"]) for each in facts] == [("2026-01-02", "2028-01-02 03:04 UTC")] * 2
    async with people.browser() as client:
        login = {"email": EMAIL, "password": PASSWORD}
        assert (await client.post("/auth/login", json=login)).status_code == 403


def test_pp_54_who_wants_no_reminders_is_warned_all_the_same():
    assert {OURS.find("idle", language).kind for language in ("en", "de")} == {LetterClass.SERVICE}


async def _closed(people, night) -> None:
    for days in (670, 46, 14):
        people.later(days=days)
        await night()


async def test_pp_54_who_comes_back_in_thirty_days_has_all_as_it_was_and_two_more_years(people, night):
    ann = await people.add()
    await people.add(BOB)
    await _closed(people, night)
    assert set(await told(people, "idle_disabled")) == {("idle_disabled", EMAIL), ("idle_disabled", BOB)}
    people.later(days=29)
    async with people.browser() as client:
        answer = await client.post("/account/v1/enable", json={"email": BOB, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
    # One owner is enough: nothing is left that would erase the account later.
    people.later(days=60)
    await night()
    async with people.database.transaction() as session:
        assert not await leaving.sweep(session, people.clock.now())
        assert await idleness.list_idle(session, people.clock.now(), most=10)
    assert not await is_shut(people, ann.account_id)
    assert len(await told(people, "idle")) == 4


async def test_pp_54_who_does_not_come_back_has_left(people, night):
    ann = await people.add()
    await _closed(people, night)
    people.later(days=31)
    async with people.database.transaction() as session:
        (left,) = await leaving.sweep(session, people.clock.now())
    assert (left.account_id, left.is_whole) == (ann.account_id, True)


@pytest.mark.parametrize("way", ["sign-in", "call"])
async def test_pp_54_one_use_after_the_warnings_undoes_them(people, night, way):
    ann = await people.add()
    async with people.database.transaction() as session:
        cloud = await clouds.create(
            session, "demo", folder_mode=FolderMode.DYNAMIC, now=people.clock.now(), account_id=ann.account_id
        )
        key = await people.rooms.keys.issue(session, cloud.id, name="one", now=people.clock.now())
    people.later(days=670)
    await night()
    people.later(days=46)
    await night()
    assert len(await told(people)) == 2
    if way == "sign-in":
        async with people.browser() as client:
            await sign_in(client)
    else:
        async with people.database.transaction() as session:
            await people.rooms.keys.note_use(session, key, people.clock.now())
    for days in (14, 600):
        people.later(days=days)
        await night()
        assert (len(await told(people)), await is_shut(people, ann.account_id)) == (2, False)
    people.later(days=100)
    await night()
    assert await told(people) == [("idle", EMAIL)] * 3


async def test_pp_54_an_account_that_has_nobody_to_warn_is_left_alone(people, night):
    async with people.database.transaction() as session:
        account = await owners.create(session, now=people.clock.now(), handle="nobody")
    people.later(days=3000)
    await night()
    assert not await is_shut(people, account.id)


async def test_pp_54_a_setting_switches_it_off(people):
    ann = await people.add()
    people.later(days=3000)
    settings = replace(QUICK, idle_months=0, review_days=0)
    await WatchAccounts(people.database, people.clock, Letters(BASE), settings).watch_accounts({})
    assert (await people.letters(), await is_shut(people, ann.account_id)) == ([], False)


async def test_pp_21_once_a_year_people_are_asked_whether_their_profile_is_right(people, night):
    await people.add()
    people.later(days=200)
    await people.add(BOB, UserRole.ADMIN)
    expected = []
    for days, more in ((164, []), (1, [EMAIL]), (199, []), (1, [BOB]), (164, []), (1, [EMAIL])):
        people.later(days=days)
        await night()
        await night()
        expected += [("review", to) for to in more]
        assert await told(people, "review") == expected
    facts = next(facts for name, _, facts in await people.letters() if name == "review")
    assert (facts["name"], facts["email"], facts["link"]) == ("Ann", EMAIL, f"{BASE}/account")


async def test_pp_21_who_changed_their_profile_is_asked_a_year_after_that(people, night):
    ann = await people.add()
    people.later(days=300)
    async with people.browser() as client:
        await sign_in(client)
        assert (await client.patch("/account/v1/me", json={"name": "Anna"})).status_code == 200
    people.later(days=100)
    await night()
    assert await told(people, "review") == []
    async with people.database.transaction() as session:
        assert (await roster.get(session, ann.account_id, ann.id)).name == "Anna"
    people.later(days=265)
    await night()
    assert await told(people, "review") == [("review", EMAIL)]
