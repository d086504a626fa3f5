"""A device stays signed in when that was asked for; each cookie works once, and a copy of it ends all (PP-60)."""

import pytest

from safelight.identity import remember, sessions
from safelight.identity.model import Visitor
from tests.web.identity.conftest import sign_in
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
