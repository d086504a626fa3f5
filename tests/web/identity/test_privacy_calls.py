"""`/privacy/v1/requests`: who is signed in is answered, who is not gets a letter, and nobody learns of anybody."""

import json

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


async def test_a_file_is_reported_and_a_stranger_does_not_learn_whether_it_is_there(
    client: httpx.AsyncClient, people: People
):
    url = "https://media.example.com/firm/image/upload/party.jpg"
    told = await client.post("/privacy/v1/reports", json={"url": url, "email": EMAIL, "text": "On the left."})
    assert (told.status_code, told.json()["kind"], told.json()["status"]) == (201, "report", "in_progress")
    proof = await client.post(f"{PATH}/{told.json()['request_id']}/verify", json={"key": await key_of(people)})
    # There is no such file: a person looks at it, as at one that not everybody may see.
    assert (proof.json()["state"], proof.json()["proof"]) == ("needs_person", "link")
    lacking = await client.post("/privacy/v1/reports", json={"email": EMAIL})
    assert lacking.status_code == 422


async def test_what_was_chosen_is_proved(client: httpx.AsyncClient, people: People):
    done = (await client.post(PATH, json={"kind": "optout_third_party", "email": EMAIL})).json()
    assert done["status"] == "fulfilled"
    one = f"{PATH}/{done['request_id']}/receipt"
    bearer = {"authorization": f"Bearer {await key_of(people)}"}
    assert (await client.get(one, headers=bearer)).status_code == 404
    await asking.tend_with(people.database, people.clock).tend_requests({})
    receipt = await client.get(one, headers=bearer)
    assert receipt.json()["claims"]["case"] == done["case"]
    assert (await client.get(one)).status_code == 401


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"kind": "access", "email": EMAIL, "text": "x" * 1_000_000}, (400, 413)),
        ({"kind": "access", "email": "a\x00b@people.example"}, (400, 422)),
        ({"kind": "\x1b[31m", "email": EMAIL}, (422,)),
        ({"kind": "appeal", "email": EMAIL, "text": " \x00 "}, (400, 422)),
        ({"kind": "access", "email": EMAIL, "about": "4111 1111 1111 1111"}, (400, 422)),
        ({"kind": "access", "email": EMAIL, "text": "\ud800\u202e\x07"}, (201, 400)),
        ({"kind": "access", "email": ["x"]}, (400, 422)),
    ],
)
async def test_whatever_is_sent_the_answer_is_clear(
    client: httpx.AsyncClient, people: People, words: dict[str, object], status: tuple[int, ...]
):
    answer = await client.post(PATH, content=json.dumps(words), headers={"content-type": "application/json"})
    assert answer.status_code in status, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]


async def test_one_address_is_not_written_to_without_end(client: httpx.AsyncClient, people: People):
    """Whoever asks in somebody's name, and from however many machines."""
    answers = [(await client.post(PATH, json={"kind": "question", "email": EMAIL})).status_code for _ in range(13)]
    assert answers[:10] == [201] * 10
    assert set(answers[10:]) <= {420, 429}
