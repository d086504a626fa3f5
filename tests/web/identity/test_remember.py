"""A device stays signed in when that was asked for; each cookie works once, and a copy of it ends all (PP-60)."""

import asyncio
from dataclasses import replace

import pytest

from safelight.identity import remember, sessions
from safelight.identity.model import Visitor
from tests.web.identity.conftest import AGENT, QUICK, people_of, sign_in
from tests.web.identity.test_registration import dump


async def test_nobody_is_remembered_who_did_not_ask(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        assert client.cookies.get("remember") is None


async def test_who_closes_the_browser_is_still_in_with_new_cookies(people):
    await people.add()
    async with people.browser() as client:
        answer = await sign_in(client, remember=True)
        (line,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("remember=")]
        assert line.partition(";")[2] == " Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly"
        first = client.cookies["remember"]
    people.later(days=29)
    async with people.browser(remember=first) as client:
        assert (await client.get("/account/v1/me")).status_code == 200
        second = client.cookies["remember"]
        assert second != first
        assert second.partition(".")[0] == first.partition(".")[0]
        told = (await client.get("/account/v1/sessions")).json()["sessions"]
        assert [(each["remembered"], each["current"]) for each in told] == [(True, True), (True, False)]
        assert client.cookies["remember"] == second
    people.later(days=1)
    async with people.browser(remember=second) as client:
        assert (await client.get("/account/v1/me")).status_code == 401


async def test_an_old_cookie_is_a_copy_and_ends_every_session(people):
    await people.add()
    async with people.browser() as client, people.browser() as elsewhere:
        await sign_in(client, remember=True)
        await sign_in(elsewhere)
        stolen = client.cookies["remember"]
        client.cookies.delete("session")
        assert (await client.get("/account/v1/me")).status_code == 200
        people.later(seconds=11)
        async with people.browser(remember=stolen) as thief:
            refused = await thief.get("/account/v1/me")
            assert refused.status_code == 401
            assert [each.partition(";")[0] for each in refused.headers.get_list("set-cookie")] == [
                "session=",
                "remember=",
            ]
        for each in (client, elsewhere):
            assert (await each.get("/account/v1/me")).status_code == 401
        await sign_in(client)
        told = (await client.get("/account/v1/sessions")).json()["sessions"]
    assert [each["logout_kind"] for each in told[1:]] == ["revoked"] * 3
    assert [name for name, _, _ in await people.letters()] == ["stolen"]


async def test_tabs_that_a_browser_opens_together_are_no_thieves(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client, remember=True)
        cookie = client.cookies["remember"]
    people.later(days=1)
    async with people.browser(remember=cookie) as first, people.browser(remember=cookie) as second:
        answers = await asyncio.gather(*(tab.get("/account/v1/me") for tab in (first, second)))
        assert [answer.status_code for answer in answers] == [200, 200]
        set_anew = [tab.cookies["remember"] for tab in (first, second) if tab.cookies["remember"] != cookie]
        assert len(set_anew) == 1, "the cookie is renewed once"
        people.later(seconds=9)
        async with people.browser(remember=cookie) as late:
            assert (await late.get("/account/v1/me")).status_code == 200
        assert (await first.get("/account/v1/me")).status_code == 200
    assert not await people.letters()
    async with people.browser(remember=set_anew[0]) as again:
        assert (await again.get("/account/v1/me")).status_code == 200, "and is worth what it was"


@pytest.mark.parametrize(
    ("seconds", "agent", "is_theft"),
    [
        (0, AGENT, False),
        (9, AGENT, False),
        (10, AGENT, True),
        (3600, AGENT, True),
        (0, "curl/8", True),
    ],
)
async def test_a_moment_later_and_from_elsewhere_it_is_theft(people, seconds, agent, is_theft):
    await people.add()
    async with people.browser() as client:
        await sign_in(client, remember=True)
        copied = client.cookies["remember"]
        client.cookies.delete("session")
        assert (await client.get("/account/v1/me")).status_code == 200
        people.later(seconds=seconds)
        async with people.browser(remember=copied) as other:
            answer = await other.get("/account/v1/me", headers={"user-agent": agent})
        assert answer.status_code == (401 if is_theft else 200)
        assert (await client.get("/account/v1/me")).status_code == answer.status_code


async def test_no_grace_where_the_operator_wants_none(database, clock):
    people = people_of(database, clock, replace(QUICK, remember_grace_seconds=0))
    await people.add()
    async with people.browser() as client:
        await sign_in(client, remember=True)
        copied = client.cookies["remember"]
        client.cookies.delete("session")
        await client.get("/account/v1/me")
        async with people.browser(remember=copied) as other:
            assert (await other.get("/account/v1/me")).status_code == 401


async def test_who_signs_out_is_not_remembered(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client, remember=True)
        cookie = client.cookies["remember"]
        await client.post("/auth/logout")
        assert client.cookies.get("remember") is None
    async with people.browser(remember=cookie) as client:
        assert (await client.get("/account/v1/me")).status_code == 401
    assert not await people.letters()


async def test_who_comes_back_by_a_cookie_has_proved_nothing(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client, remember=True)
        client.cookies.delete("session")
        answer = await client.post("/account/v1/disable")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "proof_needed")


@pytest.mark.parametrize("cookie", ["x", "x.y", ".", "a" * 900])
async def test_a_cookie_that_nobody_set_is_nobody(people, cookie):
    async with people.browser(remember=cookie) as client:
        assert (await client.get("/account/v1/me")).status_code == 401


async def test_only_digests_are_kept(people):
    user = await people.add()
    now, settings = people.clock.now(), people.rooms.settings.identity
    async with people.database.transaction() as session:
        begun, secret = await sessions.begin(session, user, Visitor(), now, settings)
        cookie = await remember.begin(session, begun, now, settings)
    told = await dump(people)
    for each in (secret.reveal(), cookie.reveal().partition(".")[2]):
        assert each not in told
