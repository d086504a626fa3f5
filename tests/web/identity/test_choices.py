"""`/account/v1/choices` and `/account/v1/disclosures`: decided at once, taken back as easily, proved by a receipt."""

import json
from contextlib import asynccontextmanager

import httpx
import pytest

from safelight.boot import choosing, identifying
from safelight.kernel.choice import ChoiceKind
from safelight.people import choices as decided
from safelight.privacy import verify
from safelight.privacy.disclosing import Leaving
from safelight.web.app import build
from safelight.web.identity.choices import ChoicesDoor
from safelight.web.identity.preferences import PreferencesDoor
from safelight.web.metrics import Metrics
from tests.web.identity.conftest import BASE, People, sign_in

CHOICES, PREFERENCES = "/account/v1/choices", "/account/v1/preferences"


@pytest.fixture
def browser(people: People):
    @asynccontextmanager
    async def opened(*, is_in: bool = True):
        rooms = people.rooms
        door = identifying.door_of(rooms, people.database, people.identity)
        choices = choosing.choices_of(rooms)
        routes = [
            *identifying.routes(rooms, people.database),
            *PreferencesDoor(door, rooms.keys.store, choices).routes(),
            *ChoicesDoor(door, choices, choosing.disclosures_of(rooms)).routes(),
        ]
        transport = httpx.ASGITransport(build(routes, metrics=Metrics()), client=("203.0.113.7", 1234))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            if is_in:
                await sign_in(client)
            yield client

    return opened


def held(answer: httpx.Response) -> dict[str, bool]:
    return {each["kind"]: each["is_allowed"] for each in answer.json()["choices"]}


async def test_each_choice_holds_at_once_and_is_taken_back_as_it_was_made(people: People, browser):
    user = await people.add()
    async with browser() as client:
        assert held(await client.get(CHOICES)) == {"disclosure": True, "analytics": True}
        for is_wanted in (False, True, False):
            answer = await client.post(CHOICES, json={"kind": "analytics", "is_wanted": is_wanted})
            assert (answer.status_code, held(answer)["analytics"]) == (200, is_wanted)
            async with people.database.transaction() as session:
                refused = await decided.who_objects(session, [user.id], ChoiceKind.ANALYTICS, people.clock.now())
            assert bool(refused) is not is_wanted
            people.later(minutes=1)
        again = await client.post(CHOICES, json={"kind": "analytics", "is_wanted": False})
        history = again.json()["history"]
    assert [each["state"] for each in history] == ["withdrawn", "given", "refused"]
    assert history[0]["not_asked_again_before"].startswith("2027")
    assert len({each["wording"] for each in history}) == 1


async def test_the_page_of_preferences_knows_the_same(people: People, browser):
    await people.add()
    async with browser() as client:
        words = {"third_party_disclosure": "false", "news": "true"}
        told = (await client.patch(PREFERENCES, json=words)).json()
        assert {each["name"]: each["is_wanted"] for each in told["lists"]}["news"]
        assert [each["is_allowed"] for each in told["choices"] if each["kind"] == "disclosure"] == [False]
        assert (await client.get("/account/v1/me")).json()["opted_out_at"]
        await client.patch(PREFERENCES, json={"third_party_disclosure": "true"})
        assert (await client.get("/account/v1/me")).json()["opted_out_at"] is None


async def test_a_receipt_is_verified_without_us(people: People, browser, tmp_path):
    await people.add()
    async with browser() as client:
        made = (await client.post(CHOICES, json={"kind": "disclosure", "is_wanted": False})).json()["history"][0]
        receipts = [(await client.get(f"{CHOICES}/{made['id']}/receipt")).json() for _ in range(2)]
    assert receipts[0] == receipts[1]
    told = verify.verify(receipts[0], receipts[0]["key"])
    assert any("preference.changed" in line for line in told)
    assert receipts[0]["claims"]["type"] == "optout"
    assert made["wording"] in receipts[0]["claims"]["case"]
    file = tmp_path / "receipt.json"
    receipts[0]["claims"]["type"] = "consent"
    file.write_text(json.dumps(receipts[0]))
    assert verify.main([str(file)]) == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"kind": "letters", "is_wanted": "true"}, "kind"),
        ({"kind": "all", "is_wanted": "true"}, "kind"),
        ({"kind": "analytics", "is_wanted": "maybe"}, "is_wanted"),
        ({"kind": "analytics"}, "is_wanted"),
        ({"kind": "analytics", "is_wanted": "true", "purpose": "x"}, None),
        ({"kind": "purpose", "is_wanted": "true", "purpose": "x" * 300}, None),
    ],
)
async def test_what_is_no_choice_is_refused(people: People, browser, words: dict[str, str], field: str | None):
    await people.add()
    async with browser() as client:
        answer = await client.post(CHOICES, json=words)
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"].get("field") == field
        assert not (await client.get(CHOICES)).json()["history"]


async def test_nobody_else_sees_them(people: People, browser):
    await people.add()
    async with browser(is_in=False) as client:
        for path in (CHOICES, f"{CHOICES}/{'0' * 32}/receipt", "/account/v1/disclosures"):
            assert (await client.get(path)).status_code == 401
    async with browser() as client:
        assert (await client.get(f"{CHOICES}/{'0' * 32}/receipt")).status_code == 404


async def test_who_received_something_is_told_and_a_year_without_any_says_none(people: People, browser):
    user = await people.add()
    async with people.database.transaction() as session:
        leaving = Leaving("mx.elsewhere.example", ("user-email",), "mail.service", user_id=user.id)
        await choosing.disclose_of(people.rooms)(session, leaving)
    async with browser() as client:
        [one] = (await client.get("/account/v1/disclosures")).json()["disclosures"]
        assert (one["recipient"], one["count"]) == ("mx.elsewhere.example", 1)
        assert one["records"] == [{"name": "user-email", "title": "E-mail addresses of people"}]
        year = (await client.get("/account/v1/disclosures?year=2025")).json()
        assert (year["disclosures"], "nothing about you" in year["text"]) == ([], True)
        for wrong in ("20", "2026", "abcd", "²²²²", "1900"):
            assert (await client.get("/account/v1/disclosures", params={"year": wrong})).status_code in (400, 422)
