"""Lists of what has a tag: closed to begin with, opened by the owner or by a signature, and what they tell."""

from datetime import timedelta

import pytest

from safelight.accounts import clouds
from safelight.assets import catalogue
from safelight.assets.access import Rule
from safelight.assets.model import AssetRef, Facts, Review, Status
from safelight.kernel.media import Access, Kind
from safelight.transform.sign import sign_url
from safelight.web.tag_lists import TagLists
from tests.api import Api

BASE = "http://api.test/demo"


@pytest.fixture
async def api(database, clock):
    api = Api(database, clock)
    await api.open()
    await api.add("cat", tags=("a",), context={"who": "me"}, metadata={"sku": "X"})
    api.clock.advance(timedelta(hours=1))
    await api.add("note.txt", kind=Kind.RAW, facts=Facts(5, "e" * 32, None), tags=("a", "größe"))
    await api.add("secret", access=Access.PRIVATE, tags=("a",))
    await api.add("closed", tags=("a",), access_control=(Rule(needs_token=True),))
    await api.add("bad", tags=("a",), moderation=(Review("manual", Status.REJECTED, api.clock.now()),))
    return api


@pytest.fixture
async def client(api):
    door = TagLists(api.database, api.keys, api.clock)
    async with api.client(door.routes(), auth=None) as client:
        yield client


async def restrict(api, *types):
    async with api.database.transaction() as session:
        await clouds.change(session, api.cloud.id, restricted_types=types)


def signed(written, kind="image"):
    return f"{BASE}/{kind}/list/s--{sign_url(written, 's3cret')}--/{written}"


async def test_a_list_is_closed_until_it_is_opened(api, client):
    for url in (f"{BASE}/image/list/a.json", f"{BASE}/image/list/none.json"):
        refused = await client.get(url)
        assert refused.status_code == 401
        assert "delivery of type list is restricted in this cloud" in refused.headers["x-cld-error"]
    await restrict(api)
    assert (await client.get(f"{BASE}/image/list/a.json")).status_code == 200


async def test_a_list_tells_what_everybody_may_see(api, client):
    await restrict(api)
    answer = await client.get(f"{BASE}/any/list/v1234/a.json")
    note, cat = answer.json()["resources"]
    assert cat == {
        "public_id": "cat",
        "version": 1767323045,
        "format": "jpg",
        "width": 4,
        "height": 3,
        "type": "upload",
        "created_at": "2026-01-02T03:04:05Z",
        "context": {"custom": {"who": "me"}},
        "metadata": {"sku": "X"},
    }
    assert set(note) == {"public_id", "version", "type", "created_at"}
    assert answer.json()["updated_at"] == "2026-01-02T04:04:05Z"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("url", "status", "names"),
    [
        (signed("a.json"), 200, ["cat"]),
        (signed("a.json", "raw"), 200, ["note.txt"]),
        (signed("gr%C3%B6%C3%9Fe.json", "any"), 200, ["note.txt"]),
        (signed("a.json", "video"), 404, None),
        (signed("b.json"), 404, None),
        (signed("a%00.json"), 404, None),
        (signed("a.json").replace("/a.json", "/b.json"), 401, None),
        (f"{BASE}/image/list/s--AAAAAAAA--/a.json", 401, None),
    ],
)
async def test_a_signed_address_opens_one_list(client, url, status, names):
    answer = await client.get(url)
    assert answer.status_code == status, answer.text
    if names is not None:
        assert [line["public_id"] for line in answer.json()["resources"]] == names


async def test_a_list_follows_its_assets(api, client):
    await restrict(api)
    async with api.database.transaction() as session:
        cat = await catalogue.get(session, api.cloud.id, AssetRef(Kind.IMAGE, Access.UPLOAD, "cat"))
        await catalogue.update(session, cat, tags=("b",), now=api.clock.now())
    assert (await client.get(f"{BASE}/image/list/a.json")).status_code == 404
    assert (await client.get(f"{BASE}/image/list/b.json")).status_code == 200
