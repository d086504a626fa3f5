"""The link of a letter ends its list by one POST without a cookie; to look at it does nothing."""

import pytest

from safelight.mail import preferences, store
from safelight.mail.lists import LISTS
from safelight.mail.marks import Token, mark_of, token_text
from safelight.web.letters import Letters
from tests.api import Api

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def client(database, clock):
    api = Api(database, clock)
    await api.open()
    routes = Letters(database, api.keys.store, clock, "Safelight").routes()
    async with api.client(routes, auth=None) as client:
        client.api = api
        yield client


def _path(client, *, name: str = "reminders", user_id: str | None = "user-one") -> str:
    keys = client.api.keys.store
    return f"http://api.test/unsubscribe/{token_text(keys, Token(mark_of(keys, 'ada@example.net'), name, user_id))}"


async def _refused(client) -> set[str]:
    async with client.api.database.transaction() as session:
        mark = mark_of(client.api.keys.store, "ada@example.net")
        return {row["list"] for row in await store.suppressions(session, mark)}


async def test_one_click_ends_the_list_and_answers_at_once(client):
    path = _path(client)
    for _ in range(2):
        answer = await client.post(path, data=ONE_CLICK)
        assert (answer.status_code, answer.text) == (200, "Done\n")
        assert "set-cookie" not in answer.headers
    assert await _refused(client) == {"reminders"}
    async with client.api.database.transaction() as session:
        told = {
            each.list.name: each.is_wanted
            for each in await preferences.choices(session, "user-one", client.api.clock.now())
        }
    assert told == {name: each.is_default for name, each in LISTS.items()} | {"reminders": False}


async def test_a_form_with_parts_is_as_good(client):
    assert (await client.post(_path(client), files={"List-Unsubscribe": (None, "One-Click")})).status_code == 200
    assert await _refused(client) == {"reminders"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_to_look_does_nothing(client, method):
    answer = await client.request(method, _path(client), headers={"Accept-Language": "de-AT,en;q=0.5"})
    assert answer.status_code == 200
    assert await _refused(client) == set()
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    if method == "GET":
        assert "Diese Briefe abbestellen" in answer.text
        assert "ada@" not in answer.text


@pytest.mark.parametrize(("button", "refused"), [("one", {"reminders"}), ("all", {"*"})])
async def test_the_buttons_of_the_page(client, button, refused):
    answer = await client.post(_path(client, user_id=None), data={button: "1"})
    assert answer.status_code == 200
    assert "<h1>Done</h1>" in answer.text
    assert await _refused(client) == refused


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "No"}, {"other": "1"}])
async def test_a_post_that_says_nothing_does_nothing(client, data):
    assert (await client.post(_path(client), data=data)).status_code == 400
    assert await _refused(client) == set()


@pytest.mark.parametrize("token", ["x", "A" * 120, "A" * 3000, "%00", "ä"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_that_is_none_of_ours_is_not_found(client, token, method):
    answer = await client.request(method, f"http://api.test/unsubscribe/{token}", data=ONE_CLICK)
    assert answer.status_code == 404


async def test_a_list_that_is_no_more_can_still_be_refused(client):
    path = _path(client, name="gossip")
    assert "gossip" in (await client.get(path)).text
    assert (await client.post(path, data=ONE_CLICK)).status_code == 200
    assert await _refused(client) == {"gossip"}
