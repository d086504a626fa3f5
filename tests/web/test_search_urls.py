"""Searches with a signed address: who may ask, what is asked, and how long it is kept."""

import base64
import json

import cloudinary
import pytest

from safelight.accounts import clouds
from safelight.kernel.media import Access
from safelight.transform.sign import sign_search
from safelight.web.admin.searching import Searching
from safelight.web.search_urls import SearchUrls
from safelight.web.telling import tell_nothing
from tests.api import BASE_URL, Api

SECRET = "s3cret"
QUERY = {"expression": "tags=a", "max_results": 1, "sort_by": [{"public_id": "asc"}]}


@pytest.fixture
async def api(database, clock):
    api = Api(database, clock)
    await api.open()
    for name in ("cat", "dog"):
        await api.add(name, tags=("a",), context={"who": "größe?"})
    await api.add("ant", access=Access.PRIVATE, tags=("b",))
    return api


@pytest.fixture
async def client(api):
    searching = Searching(api.database, tell_nothing, BASE_URL)
    door = SearchUrls(api.database, api.keys, api.clock, searching, {"media.example": "demo"})
    async with api.client(door.routes(), auth=None) as client:
        yield client


def address(query, *, ttl="300", secret=SECRET, base="http://api.test/demo", cursor=""):
    text = query if isinstance(query, str) else base64.urlsafe_b64encode(json.dumps(query).encode()).decode()
    return f"{base}/search/{sign_search(ttl, text, secret)}/{ttl}/{text}" + (f"/{cursor}" if cursor else "")


def test_the_signature_is_that_of_the_sdks():
    cloudinary.config(cloud_name="demo", api_key="k", api_secret="secret", secure=True)
    search = cloudinary.Search().expression("resource_type:image AND tags=kitten AND uploaded_at>1d AND bytes>1m")
    url = search.sort_by("public_id", "desc").max_results(30).to_url()
    cloudinary.reset_config()
    signature, ttl, query = url.split("/")[-3:]
    assert signature == "431454b74cefa342e2f03e2d589b2e901babb8db6e6b149abf25bc0dd7ab20b7"
    assert sign_search(ttl, query, "secret") == signature


async def test_a_signed_search_is_answered_and_kept_for_its_time(client):
    answer = await client.get(address(QUERY, ttl="1000"))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert ([line["public_id"] for line in found["resources"]], found["total_count"]) == (["cat"], 2)
    assert answer.headers["cache-control"] == "public, max-age=1000"
    assert answer.headers["access-control-allow-origin"] == "*"
    second = (await client.get(address(QUERY, cursor=found["next_cursor"]))).json()
    assert [line["public_id"] for line in second["resources"]] == ["dog"]
    assert "next_cursor" not in second


@pytest.mark.parametrize(
    "url",
    [
        address(QUERY, base="http://media.example"),
        address(QUERY, base="http://demo-res.example.com"),
        address(QUERY, ttl="99999999999"[:10]),
        address(QUERY).replace("=", "%3D"),
        address(base64.b64encode(b'{"expression":"tags=a", "fields":["???>>>???"]}').decode()),
        address(base64.b64encode('{"expression":"context.who:größe"}'.encode("latin-1")).decode()),
        address({**QUERY, "next_cursor": "not signed here"}),
    ],
)
async def test_each_way_in_which_it_is_written_is_read(client, url):
    answer = await client.get(url)
    assert (answer.status_code, answer.json().get("total_count")) == (200, 2), answer.text


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        (address(QUERY, secret="other"), 401, "Invalid signature of the search URL"),
        (address(QUERY).replace("/300/", "/301/"), 401, "Invalid signature of the search URL"),
        (address(QUERY) + "x", 401, "Invalid signature of the search URL"),
        (address(QUERY, base="http://api.test/nobody"), 404, "Unknown cloud_name - nobody"),
        (address("!!!!"), 400, "The query of the search URL is no base64"),
        (address("WzFd"), 400, "The JSON body must be an object"),
        (address({"expression": "tags:("}), 400, "Invalid expression"),
        (address(QUERY, cursor="x"), 400, "Invalid next_cursor"),
        (address("a" * 40_000), 400, "The URL is too long."),
    ],
)
async def test_what_is_wrong_is_told(client, url, status, words):
    answer = await client.get(url)
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]
    assert words in answer.headers["x-cld-error"]


async def test_a_key_that_is_disabled_signs_nothing_any_more(api, client):
    async with api.database.transaction() as session:
        await api.keys.disable(session, api.cloud.id, api.key.api_key, api.clock.now())
    assert (await client.get(address(QUERY))).status_code == 401


async def test_its_answer_signs_no_address_of_a_private_file(client):
    (line,) = (await client.get(address({"expression": "tags=b"}))).json()["resources"]
    assert "/s--" not in line["secure_url"]


async def test_only_pages_that_may_show_files_may_search(api, client):
    async with api.database.transaction() as session:
        await clouds.change(session, api.cloud.id, referrers=("shop.example",))
    assert (await client.get(address(QUERY))).status_code == 401
    answer = await client.get(address(QUERY), headers={"Referer": "https://shop.example/a"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, max-age=300")


async def test_other_methods(client):
    head = await client.head(address(QUERY))
    assert (head.status_code, head.content) == (200, b"")
    assert (await client.options(address(QUERY))).status_code == 204
    refused = await client.post(address(QUERY))
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
