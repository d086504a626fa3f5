"""Somebody registers with exactly four fields, and has an account once the address is shown to be theirs (PP-01)."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.identity.sweeping import SweepIdentity
from tests.web.identity.conftest import EMAIL, PASSWORD

FOUR = {"name": "Ann", "company": "Firm", "email": EMAIL, "password": PASSWORD}


async def dump(people) -> str:
    """Every text of every table of this release."""
    told = []
    async with people.database.transaction() as session:
        for row in await session.fetch(text("SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'jobs')")):
            found = await session.fetch(
                text(f'SELECT t::text AS t FROM "{row["tablename"]}" t'.replace('"proc', 'jobs."proc'))
            )
            told += [each["t"] for each in found]
    return "\n".join(told)


@pytest.mark.parametrize("how", ["json", "data"])
async def test_who_registers_confirms_and_signs_in(people, how):
    async with people.browser() as client:
        answer = await client.post("/auth/register", **{how: FOUR})
        assert answer.status_code == 202
        early = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert (early.status_code, early.json()["error"]["code"]) == (403, "not_verified")
        token = await people.token("verify")
        assert (await client.post("/auth/verify", **{how: {"token": token}})).json()["user"]["role"] == "master_admin"
        again = await client.post("/auth/verify", json={"token": token})
        assert (again.status_code, again.json()["error"]["code"]) == (410, "gone")
        answer = await client.post("/auth/login", **{how: {"email": EMAIL.upper(), "password": PASSWORD}})
        assert answer.status_code == 200
        me = (await client.get("/account/v1/me")).json()
        assert (me["name"], me["company"], me["email"], me["status"]) == ("Ann", "Firm", EMAIL, "active")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"telephone": "canary-12345"}, "telephone"),
        ({"telephone": ""}, "telephone"),
        ({"csrf": "canary-12345"}, "csrf"),
        ({"name": ""}, "name"),
        ({"company": None}, "company"),
        ({"name": "a\nb"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "Password12345!"}, "password"),
        ({"password": "ann@firm.example"}, "password"),
        ({"password": "x" * 300}, "password"),
        ({"name": ["canary-12345", "b"]}, "name"),
    ],
)
async def test_a_field_too_much_or_too_little_is_refused_and_nowhere_kept(people, words, field):
    async with people.browser() as client:
        answer = await client.post("/auth/register", json={**FOUR, **words})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (422, "wrong_field", field)
    assert "canary-12345" not in await dump(people)
    assert EMAIL not in await dump(people)


async def test_who_has_an_address_already_is_told_by_letter_alone(people):
    await people.add()
    async with people.browser() as client:
        known = await client.post("/auth/register", json=FOUR)
        new = await client.post("/auth/register", json={**FOUR, "email": "new@firm.example"})
    assert (known.status_code, known.json()) == (new.status_code, new.json())
    assert [(name, to) for name, to, _ in await people.letters()] == [
        ("registered", EMAIL),
        ("verify", "new@firm.example"),
    ]


async def test_after_seven_days_nothing_is_left_of_who_did_not_confirm(people):
    sweep = SweepIdentity(people.database, people.clock, people.identity.failures)
    async with people.browser() as client:
        await client.post("/auth/register", json=FOUR)
        token = await people.token("verify")
        people.later(days=7, seconds=-1)
        await sweep.sweep_identity({})
        async with people.database.transaction() as session:
            assert await session.fetch(text("SELECT 1 FROM signups"))
        people.later(seconds=1)
        assert (await client.post("/auth/verify", json={"token": token})).status_code == 410
        await sweep.sweep_identity({})
        async with people.database.transaction() as session:
            assert not await session.fetch(text("SELECT 1 FROM signups"))


async def test_only_one_of_several_sign_ups_becomes_an_account(people):
    async with people.browser() as client:
        for name in ("Ann", "Mallory"):
            await client.post("/auth/register", json={**FOUR, "name": name})
        tokens = [facts["link"].rpartition("=")[2] for name, _, facts in await people.letters() if name == "verify"]
        assert [(await client.post("/auth/verify", json={"token": token})).status_code for token in tokens] == [
            200,
            410,
        ]


async def test_a_closed_installation_takes_nobody_who_was_not_asked(closed):
    async with closed.browser() as client:
        answer = await client.post("/auth/register", json=FOUR)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert not await closed.letters()


async def test_the_first_owner_comes_by_a_link_that_works_once_and_not_for_long(closed):
    async with closed.database.transaction() as session:
        stale = await closed.identity.setup.link(session, closed.clock.now())
        link = await closed.identity.setup.link(session, closed.clock.now())
    assert link.startswith("http://localhost:8000/setup?token=")
    async with closed.browser() as client:
        old = await client.post("/auth/setup", json={**FOUR, "token": stale.rpartition("=")[2]})
        assert (old.status_code, "setup-link" in old.json()["error"]["message"]) == (410, True)
        closed.later(minutes=29)
        answer = await client.post("/auth/setup", json={**FOUR, "token": link.rpartition("=")[2]})
        assert (answer.status_code, answer.json()["user"]["company"]) == (200, "Firm")
        assert (await client.get("/account/v1/me")).json()["role"] == "master_admin"
    async with closed.database.transaction() as session:
        assert await closed.identity.setup.link(session, closed.clock.now()) is None


async def test_a_link_to_set_up_is_too_old_after_half_an_hour(closed):
    async with closed.database.transaction() as session:
        link = await closed.identity.setup.link(session, closed.clock.now())
    closed.clock.advance(timedelta(minutes=30))
    async with closed.browser() as client:
        answer = await client.post("/auth/setup", json={**FOUR, "token": link.rpartition("=")[2]})
    assert answer.status_code == 410
