"""Who knows the password comes in; nobody learns who has an account; who guesses is not heard for a while."""

from dataclasses import replace
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import text

from safelight.identity.passwords import Hasher
from safelight.people import users
from safelight.people.model import UserRole
from tests.web.identity.conftest import EMAIL, PASSWORD, QUICK, people_of, sign_in

WRONG = "not the password at all"


async def test_a_session_begins_with_a_cookie_and_ends_without_one(people):
    await people.add()
    async with people.browser() as client:
        answer = await sign_in(client)
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("session=")
        assert cookie.partition(";")[2] == " Path=/; SameSite=Lax; HttpOnly"
        assert answer.json()["user"]["email"] == EMAIL
        people.later(minutes=7)
        out = await client.post("/auth/logout")
        assert len(out.headers.get_list("set-cookie")) == 2
        assert (await client.get("/account/v1/me")).status_code == 401
        await sign_in(client)
        told = (await client.get("/account/v1/sessions")).json()["sessions"]
    ended = told[1]
    assert (ended["logout_kind"], ended["duration_s"], ended["current"]) == ("user", 420, False)
    assert (ended["login_at"], ended["logout_at"]) == ("2026-01-02T03:04:05Z", "2026-01-02T03:11:05Z")
    assert (ended["device"], ended["country"], ended["address"]) == ("Firefox", "ZZ", "203.0.113.0/24")
    assert told[0]["logout_kind"] is None


async def test_the_cookie_has_its_prefix_where_the_browser_came_over_tls(people):
    await people.add()
    async with people.browser() as client:
        answer = await client.post(
            "https://media.example.org/auth/login", json={"email": EMAIL, "password": PASSWORD, "remember": True}
        )
        names = [each.partition("=")[0] for each in answer.headers.get_list("set-cookie")]
        assert names == ["__Host-session", "__Host-remember"]
        assert all(each.endswith("; Secure") for each in answer.headers.get_list("set-cookie"))
        plain = await client.post("http://media.example.org/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert (plain.status_code, plain.headers.get_list("set-cookie")) == (403, [])


@pytest.mark.parametrize("email", [EMAIL, "nobody@firm.example", "invited@firm.example", "waiting@firm.example", "x"])
async def test_a_wrong_password_is_answered_alike_whoever_has_the_address(people, email):
    owner = await people.add()
    async with people.database.transaction() as session:
        await users.invite(
            session,
            owner.account_id,
            name="Bob",
            email="invited@firm.example",
            role=UserRole.ADMIN,
            now=people.clock.now(),
        )
    async with people.browser() as client:
        four = {"name": "W", "company": "F", "email": "waiting@firm.example", "password": PASSWORD}
        await client.post("/auth/register", json=four)
        tries = [await client.post("/auth/login", json={"email": email, "password": WRONG}) for _ in range(12)]
    assert [each.status_code for each in tries] == [401] * 10 + [429] * 2
    assert tries[0].json() == {
        "error": {"message": "The e-mail address or the password is wrong.", "code": "unauthorized"}
    }
    assert tries[10].json()["error"]["code"] == "locked"
    assert tries[10].headers["retry-after"] == "900"


async def test_a_reset_is_answered_alike_whoever_has_the_address(people):
    await people.add()
    async with people.browser() as client:
        known, unknown = [await client.post("/auth/reset", json={"email": each}) for each in (EMAIL, "no@firm.example")]
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert [(name, to) for name, to, _ in await people.letters()] == [("reset", EMAIL)]


async def test_as_much_work_is_done_for_an_address_that_nobody_has():
    hasher = Hasher(QUICK)
    known = await hasher.hash(PASSWORD)
    await hasher.matches(None, PASSWORD)
    spans: dict[str | None, list[float]] = {known: [], None: []}
    for _ in range(60):
        for each, told in spans.items():
            began = perf_counter()
            assert not await hasher.matches(each, WRONG)
            told.append(perf_counter() - began)
    quick, slow = sorted(median(each) for each in spans.values())
    assert slow < 3 * quick
    assert not await hasher.matches(None, "nobody's")


async def test_a_lock_ends_and_the_right_password_opens_again(people):
    await people.add()
    async with people.browser() as client:
        for _ in range(11):
            await client.post("/auth/login", json={"email": EMAIL, "password": WRONG})
        locked = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        assert locked.status_code == 429
        people.later(minutes=15)
        await sign_in(client)
        for _ in range(9):
            await client.post("/auth/login", json={"email": EMAIL, "password": WRONG})
        await sign_in(client)


async def test_one_address_may_not_try_for_ever(people):
    async with people.browser() as client:
        told = [
            await client.post("/auth/login", json={"email": f"{n}@x.example", "password": WRONG}) for n in range(61)
        ]
    assert [each.status_code for each in told] == [401] * 60 + [429]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://localhost:8000"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
async def test_no_other_site_makes_a_browser_act(people, headers, status):
    await people.add()
    async with people.browser() as client:
        answer = await client.post("/auth/login", data={"email": EMAIL, "password": PASSWORD}, headers=headers)
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


async def test_what_a_page_sends_is_left_to_the_page(people):
    async with people.browser() as client:
        answer = await client.post("/auth/reset", data={"email": EMAIL}, headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404


async def test_a_forgotten_password_is_set_anew_once_and_ends_all_sessions(people):
    await people.add()
    async with people.browser() as there, people.browser() as client:
        await sign_in(there)
        await client.post("/auth/reset", json={"email": EMAIL.upper()})
        token = await people.token("reset")
        weak = await client.post("/auth/reset/confirm", json={"token": token, "password": "password1234"})
        assert (weak.status_code, weak.json()["error"]["field"]) == (422, "password")
        good = {"token": token, "password": "harbor lentil quartz"}
        assert (await client.post("/auth/reset/confirm", json=good)).status_code == 200
        assert (await client.post("/auth/reset/confirm", json=good)).status_code == 410
        assert (await there.get("/account/v1/me")).status_code == 401
        assert (await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})).status_code == 401
        await sign_in(client, password="harbor lentil quartz")
    assert [name for name, _, _ in await people.letters()] == ["reset", "password"]


async def test_a_link_is_too_old_after_an_hour(people):
    await people.add()
    async with people.browser() as client:
        await client.post("/auth/reset", json={"email": EMAIL})
        token = await people.token("reset")
        people.later(hours=1)
        answer = await client.post("/auth/reset/confirm", json={"token": token, "password": "harbor lentil quartz"})
    assert answer.status_code == 410


async def test_who_is_invited_comes_with_a_password_of_their_own(people):
    owner = await people.add()
    now = people.clock.now()
    async with people.database.transaction() as session:
        words = {"name": "Bob", "email": "bob@firm.example", "role": UserRole.ADMIN, "now": now}
        bob = await users.invite(session, owner.account_id, **words)
        await people.identity.invitations.send(session, bob, now)
    token = await people.token("invitation")
    async with people.browser() as client:
        answer = await client.post("/auth/invitation", json={"token": token, "password": PASSWORD, "name": "Bobby"})
        assert (answer.json()["user"]["name"], answer.json()["user"]["status"]) == ("Bobby", "active")
        assert (await client.post("/auth/invitation", json={"token": token, "password": PASSWORD})).status_code == 410
        await sign_in(client, email="bob@firm.example")


async def test_a_password_is_hashed_anew_when_the_operator_wants_more(people):
    await people.add()
    slower = people_of(people.database, people.clock, replace(QUICK, password_rounds=2))
    async with slower.browser() as client:
        await sign_in(client)
        async with people.database.transaction() as session:
            (row,) = await session.fetch(text("SELECT hash FROM passwords"))
        assert ",t=2," in row["hash"]
        await sign_in(client)
