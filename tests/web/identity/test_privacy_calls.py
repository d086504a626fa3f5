"""`/privacy/v1/requests`: who is signed in is answered, who is not gets a letter, and nobody learns of anybody."""

import httpx
import pytest

from safelight.web.app import build
from safelight.web.metrics import Metrics
from safelight.web.privacy.requests import RequestsDoor
from tests.privacy import asking
from tests.web.identity.conftest import BASE, EMAIL, PASSWORD, People

PATH = "/privacy/v1/requests"


@pytest.fixture
async def client(people: People):
    from safelight.boot import identifying

    door = identifying.door_of(people.rooms, people.database, people.identity)
    requests = asking.tend_with(people.database, people.clock).requests
    routes = [*RequestsDoor(door, requests).routes(), *identifying.routes(people.rooms, people.database)]
    transport = httpx.ASGITransport(build(routes, metrics=Metrics()), client=("203.0.113.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


async def key_of(people: People) -> str:
    async with people.database.transaction() as session:
        return (await asking.letters(session))[-1][2]["link"].partition("key=")[2]


async def test_a_stranger_is_answered_as_a_customer_is(client: httpx.AsyncClient, people: People):
    await people.add()
    answers = [
        await client.post(PATH, json={"kind": "access", "email": email, "text": "All of it."})
        for email in (EMAIL, "nobody@elsewhere.example")
    ]
    told = [{**answer.json(), "request_id": "", "case": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert told[0] == told[1]
    assert (told[0]["status"], told[0]["reason"]) == ("in_progress", "need_user_verification")
    asked = answers[0].json()
    for answer in (
        await client.get(f"{PATH}/{asked['request_id']}"),
        await client.get(f"{PATH}/{asked['request_id']}", headers={"authorization": "Bearer " + "x" * 43}),
        await client.delete(f"{PATH}/{asked['request_id']}"),
        await client.get(PATH),
    ):
        assert answer.status_code == 401


async def test_the_key_of_the_letter_proves_it_and_takes_it_back(client: httpx.AsyncClient, people: People):
    await people.add()
    asked = (await client.post(PATH, json={"kind": "restriction", "email": EMAIL})).json()
    key, one = await key_of(people), f"{PATH}/{asked['request_id']}"
    wrong = await client.post(f"{PATH}/{'0' * 32}/verify", json={"key": key})
    assert wrong.status_code == 404
    proved = (await client.post(f"{one}/verify", json={"key": key})).json()
    assert (proved["state"], proved["proof"]) == ("needs_person", "link")
    assert proved["expected_by"]
    bearer = {"authorization": f"Bearer {key}"}
    assert (await client.get(f"{PATH}/{asked['case']}", headers=bearer)).json()["case"] == asked["case"]
    assert (await client.delete(one, headers=bearer)).json()["status"] == "revoked"
    again = await client.delete(one, headers=bearer)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


async def test_who_is_signed_in_and_proves_it_needs_no_letter(client: httpx.AsyncClient, people: People):
    await people.add()
    await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
    asked = await client.post(PATH, json={"kind": "objection", "password": PASSWORD})
    assert (asked.status_code, asked.json()["proof"]) == (201, "session")
    listed = (await client.get(PATH)).json()["requests"]
    assert [each["case"] for each in listed] == [asked.json()["case"]]
    assert (await client.get(f"{PATH}/{asked.json()['request_id']}")).json()["state"] == "needs_person"
    other = await client.post(PATH, json={"kind": "access", "email": "nobody@elsewhere.example"})
    assert other.json()["state"] == "identity_pending"


@pytest.mark.parametrize(
    ("words", "status", "field"),
    [
        ({"kind": "everything", "email": EMAIL}, 422, "kind"),
        ({"email": EMAIL}, 422, "kind"),
        ({"kind": "access"}, 422, "email"),
        ({"kind": "access", "email": "no address"}, 400, None),
        ({"kind": "access", "email": EMAIL, "regime": "moon"}, 400, None),
        ({"kind": "question", "email": EMAIL, "text": "5555 5555 5555 4444"}, 422, "text"),
        ({"kind": "access", "email": EMAIL, "role": "admin"}, 422, "role"),
    ],
)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, words: dict[str, str], status: int, field: str | None):
    answer = await client.post(PATH, json=words)
    assert (answer.status_code, answer.json()["error"].get("field")) == (status, field)
