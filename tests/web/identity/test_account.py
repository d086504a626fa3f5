"""A person's own account: profile, sessions, leaving and coming back (PP-05, PP-34)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from safelight.accounts import clouds, owners
from safelight.accounts.model import FolderMode
from safelight.assets.events import CHANGED
from safelight.identity.forgetting import TABLES, ForgetPerson
from safelight.identity.sweeping import SweepIdentity
from safelight.kernel.errors import Conflict, Gone
from safelight.mail import preferences
from safelight.mail.marks import mark_of
from safelight.people import roster, users
from safelight.people.model import UserRole
from safelight.web.hit_changes import DroppingDatabase
from tests.web.identity.conftest import EMAIL, PASSWORD, sign_in

BOB = "bob@firm.example"


async def test_nobody_sees_an_account_who_is_not_signed_in(people):
    async with people.browser(session="x") as client:
        for method, path in (("GET", "me"), ("GET", "sessions"), ("POST", "disable"), ("PATCH", "me")):
            answer = await client.request(method, f"/account/v1/{path}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized"), path
            assert answer.headers["cache-control"] == "no-store"


async def test_a_profile_is_changed_by_its_person(people):
    await people.add()
    await people.add(BOB, UserRole.ADMIN)
    async with people.browser() as client:
        await sign_in(client)
        told = (await client.patch("/account/v1/me", json={"name": "Anna", "company": "House"})).json()
        assert (told["name"], told["company"]) == ("Anna", "House")
        bad = await client.patch("/account/v1/me", json={"name": "x" * 300})
        assert (bad.status_code, bad.json()["error"]["field"]) == (422, "name")
        assert (await client.patch("/account/v1/me", json={"role": "x"})).json()["error"]["field"] == "role"
        await sign_in(client, email=BOB)
        assert (await client.patch("/account/v1/me", json={"company": "Mine"})).status_code == 400


async def test_pp_02_the_number_of_a_card_is_refused_and_nowhere_kept(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        for field in ("name", "company"):
            told = await client.patch("/account/v1/me", json={field: "Ann 4111 1111 1111 1111"})
            error = told.json()["error"]
            assert (told.status_code, error["code"], error["field"]) == (422, "card_data_refused", field)
            assert "4111" not in told.text
        assert "4111" not in (await client.get("/account/v1/me")).text


async def test_another_address_counts_once_it_is_shown_to_be_theirs(people):
    await people.add()
    await people.add(BOB, UserRole.ADMIN)
    async with people.browser() as client:
        await sign_in(client)
        answers = [await client.post("/account/v1/email", json={"email": each}) for each in (BOB, "new@firm.example")]
        assert answers[0].json() == answers[1].json()
        assert (await client.get("/account/v1/me")).json()["email"] == EMAIL
        token = await people.token("email")
        assert (await client.post("/auth/verify", json={"token": token})).json()["user"]["email"] == "new@firm.example"
        assert (await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})).status_code == 401
        await sign_in(client, email="new@firm.example")
    told = [(name, to) for name, to, _ in await people.letters()]
    assert told == [("email", "new@firm.example"), ("email_changed", EMAIL)]


@pytest.mark.parametrize("address", [EMAIL, "new@firm.example"])
async def test_who_confirms_an_address_is_written_to_there_again(people, address):
    await people.add()
    mark = mark_of(people.rooms.keys.store, address)
    async with people.database.transaction() as session:
        await preferences.note_bounce(session, mark, people.clock.now())
    async with people.browser() as client:
        await sign_in(client)
        await client.post("/account/v1/email", json={"email": address})
        answer = await client.post("/auth/verify", json={"token": await people.token("email")})
        assert answer.json()["user"]["email"] == address
    async with people.database.transaction() as session:
        assert not await preferences.has_bounced(session, mark)
    told = [name for name, _, _ in await people.letters()]
    assert told == (["email"] if address == EMAIL else ["email", "email_changed"]), "an address that stays is no change"


async def test_one_session_or_all_others_are_ended(people):
    await people.add()
    async with people.browser() as one, people.browser() as two, people.browser() as three:
        for client in (one, two, three):
            await sign_in(client)
        listed = (await one.get("/account/v1/sessions")).json()["sessions"]
        second = (await two.get("/account/v1/me")).json()["session_id"]
        assert {each["id"] for each in listed if each["current"]} == {
            (await one.get("/account/v1/me")).json()["session_id"]
        }
        assert (await one.delete(f"/account/v1/sessions/{second}")).status_code == 200
        assert (await two.get("/account/v1/me")).status_code == 401
        assert (await one.delete("/account/v1/sessions/unknown")).status_code == 404
        assert (await one.delete("/account/v1/sessions")).json() == {"ended": 1}
        assert [(await each.get("/account/v1/me")).status_code for each in (one, three)] == [200, 401]


async def test_nobody_ends_the_session_of_another(people):
    await people.add()
    await people.add(BOB, UserRole.ADMIN)
    async with people.browser() as ann, people.browser() as bob:
        await sign_in(ann)
        await sign_in(bob, email=BOB)
        theirs = (await ann.get("/account/v1/me")).json()["session_id"]
        assert (await bob.delete(f"/account/v1/sessions/{theirs}")).status_code == 404
        assert (await ann.get("/account/v1/me")).status_code == 200


async def test_who_does_nothing_is_signed_out(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        people.later(minutes=120)
        assert (await client.get("/account/v1/me")).status_code == 401
        await sign_in(client)
        told = (await client.get("/account/v1/sessions")).json()["sessions"][1]
    assert (told["logout_kind"], told["duration_s"]) == ("timeout", 7200)


@pytest.fixture
async def cloud(people):
    await people.add()
    async with people.database.transaction() as session:
        return await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=people.clock.now())


async def shown(people, name: str = "demo") -> str:
    async with people.database.transaction() as session:
        try:
            return "open" if await clouds.shown(session, name) else ""
        except Gone as error:
            return error.code


async def test_with_its_only_owner_an_account_goes_and_comes_back(people, cloud):
    await people.add(BOB, UserRole.ADMIN)
    async with people.browser() as client, people.browser() as colleague:
        await sign_in(client)
        await sign_in(colleague, email=BOB)
        told = (await client.post("/account/v1/disable")).json()
        assert (told["whole_account"], told["until"]) == (True, "2026-02-01T03:04:05Z")
        assert await shown(people) == "gone"
        for each, email in ((client, EMAIL), (colleague, BOB)):
            assert (await each.get("/account/v1/me")).status_code == 401
            answer = await each.post("/auth/login", json={"email": email, "password": PASSWORD})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "account_disabled")
        wrong = await client.post("/auth/login", json={"email": EMAIL, "password": "wrong"})
        assert wrong.status_code == 401
        people.later(days=29)
        for email, password, status in ((EMAIL, "wrong", 401), (BOB, PASSWORD, 410), (EMAIL, PASSWORD, 200)):
            answer = await client.post("/account/v1/enable", json={"email": email, "password": password})
            assert answer.status_code == status
        assert await shown(people) == "open"
        await sign_in(client)
        await sign_in(colleague, email=BOB)
        assert (await client.get("/account/v1/sessions")).json()["sessions"][1]["logout_kind"] == "disabled"


async def test_a_link_in_a_letter_brings_an_account_back_once(people, cloud):
    async with people.browser() as client:
        await sign_in(client)
        await client.post("/account/v1/disable")
        token = await people.token("disabled")
        assert (await client.post("/account/v1/enable", json={"token": token})).json() == {
            "enabled": True,
            "email": EMAIL,
        }
        assert (await client.post("/account/v1/enable", json={"token": token})).status_code == 410
        assert await shown(people) == "open"


async def test_after_thirty_days_who_left_is_told_of_and_does_not_come_back(people, cloud, jobs):
    sweep = SweepIdentity(people.database, people.clock, people.identity.failures)
    async with people.browser() as client:
        await sign_in(client)
        await client.post("/account/v1/disable")
        token = await people.token("disabled")
        people.later(days=30, seconds=-1)
        await sweep.sweep_identity({})
        assert not [each for each in await jobs() if each[0] == "AccountLeft"]
        people.later(seconds=1)
        assert (await client.post("/account/v1/enable", json={"token": token})).status_code == 410
        late = await client.post("/account/v1/enable", json={"email": EMAIL, "password": PASSWORD})
        assert late.status_code == 410
        for _ in range(2):
            await sweep.sweep_identity({})
    (told,) = [payload for name, payload in await jobs() if name == "AccountLeft"]
    assert (told["account_id"], told["user_id"]) == (cloud.account_id, "")
    assert await shown(people) == "gone"


async def test_who_is_not_the_only_owner_leaves_alone(people, cloud):
    await people.add(BOB)
    async with people.browser() as client, people.browser() as owner:
        await sign_in(owner)
        await sign_in(client, email=BOB)
        assert (await client.post("/account/v1/disable")).json()["whole_account"] is False
        assert (await client.post("/auth/login", json={"email": BOB, "password": PASSWORD})).status_code == 403
        assert await shown(people) == "open"
        assert (await owner.get("/account/v1/me")).status_code == 200
        await client.post("/account/v1/enable", json={"email": BOB, "password": PASSWORD})
        await sign_in(client, email=BOB)


async def test_whom_an_owner_shut_out_cannot_let_themselves_in(people, cloud):
    bob = await people.add(BOB, UserRole.ADMIN)
    async with people.database.transaction() as session:
        await users.change(session, bob, now=people.clock.now(), is_enabled=False)
    async with people.browser() as client:
        answer = await client.post("/account/v1/enable", json={"email": BOB, "password": PASSWORD})
        assert answer.status_code == 410
        assert (await client.post("/auth/login", json={"email": BOB, "password": PASSWORD})).status_code == 403


async def test_every_process_hears_at_once_that_an_account_is_shut(people, cloud):
    class Told:
        def __init__(self):
            self.dropped = []

        def drop(self, cloud_id, asset_id):
            self.dropped.append((cloud_id, asset_id))

    hits = Told()
    overheard = DroppingDatabase(people.database, hits)
    async with overheard.transaction() as session:
        await owners.set_disabled(session, cloud.account_id, people.clock.now())
    assert (CHANGED, hits.dropped) == ("safelight_changed", [(cloud.id, "")])


async def test_a_new_cloud_of_a_shut_account_is_shut(people, cloud):
    async with people.browser() as client:
        await sign_in(client)
        await client.post("/account/v1/disable")
    async with people.database.transaction() as session:
        words = {"folder_mode": FolderMode.DYNAMIC, "now": people.clock.now(), "account_id": cloud.account_id}
        await clouds.create(session, "another", **words)
    assert await shown(people, "another") == "gone"


async def test_of_who_is_removed_nothing_is_left(people, cloud):
    bob = await people.add(BOB, UserRole.ADMIN)
    async with people.browser() as client:
        await sign_in(client, email=BOB, remember=True)
        await client.post("/account/v1/totp")
    async with people.database.transaction() as session:
        await users.remove(session, bob.account_id, bob.id)
        with pytest.raises(Conflict):
            await users.remove(session, bob.account_id, (await roster.find_by_email(session, EMAIL)).id)
    payload = {"cloud_id": "", "account_id": bob.account_id, "user_id": bob.id}
    for _ in range(2):
        await ForgetPerson(people.database).forget_person(payload)
    async with people.database.transaction() as session:
        for table in TABLES:
            assert not await session.fetch(select(table).where(table.c.user_id == bob.id)), table.name


async def test_a_profile_tells_of_what_was_proved(people):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        assert (await client.get("/account/v1/me")).json()["is_proved"] is True
        people.clock.advance(timedelta(minutes=16))
        assert (await client.get("/account/v1/me")).json()["is_proved"] is False
