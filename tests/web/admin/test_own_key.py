"""The owner of a cloud gives it a key, takes it away and gives it back, by the Admin API."""

from collections.abc import AsyncIterator

import httpx
import pytest

from safelight.vault.ring import Ring
from safelight.web.admin.own_key import OwnKeys
from tests.api import Api

KEY, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
async def api(database, clock) -> Api:
    made = Api(database, clock)
    await made.open()
    return made


@pytest.fixture
async def client(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    async with api.client(OwnKeys(api.door, api.keys.store).routes()) as client:
        yield client


async def test_a_key_is_given_withdrawn_given_back_and_released(api: Api, client: httpx.AsyncClient, clock):
    await Ring(api.database, api.keys.store, clock).ensure(api.cloud.id, "c/1/original")
    seen = [(await client.get("own_key")).json()]
    for method, words in (
        ("PUT", {"key": KEY}),
        ("DELETE", {}),
        ("PUT", {"key": KEY}),
        ("DELETE", {"released": "true"}),
    ):
        answer = await client.request(method, "own_key", data=words)
        assert answer.status_code == 200, answer.text
        assert KEY not in answer.text
        seen.append(answer.json())
    assert [each["own_key"] for each in seen] == ["none", "given", "withdrawn", "given", "none"]
    assert {each["sealed_files"] for each in seen} == {1}
    assert [each["given_at"] is None for each in seen] == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("before", "method", "words", "status"),
    [
        ((), "PUT", {}, 400),
        ((), "PUT", {"key": "short"}, 400),
        ((), "PUT", {"key": "z" * 64}, 400),
        ((), "DELETE", {}, 409),
        ((), "DELETE", {"released": "true"}, 404),
        ((("PUT", {"key": KEY}), ("DELETE", {})), "PUT", {"key": OTHER}, 400),
        ((("PUT", {"key": KEY}), ("DELETE", {})), "DELETE", {"released": "true"}, 404),
        ((("PUT", {"key": KEY}),), "PUT", {"key": OTHER}, 400),
    ],
)
async def test_what_cannot_be_is_refused_in_words(client: httpx.AsyncClient, before, method: str, words, status: int):
    for each, sent in before:
        assert (await client.request(each, "own_key", data=sent)).status_code == 200
    answer = await client.request(method, "own_key", data=words)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_who_is_limited_does_not_reach_it(api: Api, client: httpx.AsyncClient):
    async with api.client(OwnKeys(api.door, api.keys.store).routes(), auth=("nobody", "knows")) as stranger:
        assert (await stranger.put("own_key", data={"key": KEY})).status_code == 401
