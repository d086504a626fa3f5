"""Rename, destroy, tags and context, as SDKs send them."""

import pytest

from safelight.accounts.model import FolderMode
from safelight.assets import catalogue
from safelight.assets.model import AssetRef
from safelight.kernel.media import Access, Kind
from safelight.web.verbs import Verbs
from tests.api import BASE_URL, Api


async def opened(database, clock, mode=FolderMode.DYNAMIC):
    api = Api(database, clock)
    await api.open(mode)
    return api


@pytest.fixture
async def api(database, clock):
    return await opened(database, clock)


def routes(api):
    return Verbs(api.database, api.auth, api.clock, api.upload, BASE_URL).routes()


@pytest.fixture
async def client(api):
    async with api.client(routes(api), auth=None) as client:
        yield client


async def found(api, name, kind=Kind.IMAGE, access=Access.UPLOAD):
    async with api.database.transaction() as session:
        return await catalogue.find(session, api.cloud.id, AssetRef(kind, access, name))


async def test_an_asset_is_renamed(api, client, jobs):
    asset = await api.add("cat", tags=("b", "a"), context={"k": "v"})
    words = {"from_public_id": "cat", "to_public_id": "pets/dog", "to_type": "private"}
    answer = await client.post("image/rename", data=api.signed({**words, "notification_url": "http://n.test/"}))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["asset_id"], told["public_id"], told["type"]) == (asset.id, "pets/dog", "private")
    assert (told["tags"], told["display_name"], told["version"]) == (["a", "b"], "cat", asset.version)
    assert told["signature"]
    assert not {"context", "metadata"} & told.keys()
    fact = next(fact for topic, fact in await jobs() if topic == "AssetRenamed")
    assert (fact["from_name"], fact["name"], fact["notification_url"]) == ("cat", "pets/dog", "http://n.test/")


async def test_the_answer_to_a_rename_has_the_context_when_asked(api, client):
    await api.add("cat", context={"k": "v"})
    words = {"from_public_id": "cat", "to_public_id": "dog", "context": "true", "metadata": "true"}
    assert (await client.post("image/rename", data=api.signed(words))).json()["context"] == {"custom": {"k": "v"}}


async def test_a_taken_name_is_given_only_to_who_says_overwrite(api, client):
    await api.add("cat")
    await api.add("dog")
    words = {"from_public_id": "cat", "to_public_id": "dog"}
    answer = await client.post("image/rename", data=api.signed(words))
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "to_public_id dog already exists")
    answer = await client.post("image/rename", data=api.signed({**words, "overwrite": "1"}))
    assert (answer.status_code, answer.json()["public_id"]) == (200, "dog")


async def test_in_fixed_mode_the_folder_follows_the_name(database, clock):
    api = await opened(database, clock, FolderMode.FIXED)
    await api.add("cat")
    async with api.client(routes(api)) as client:
        answer = await client.post("image/rename", json={"from_public_id": "cat", "to_public_id": "pets/cat"})
    assert answer.json()["folder"] == "pets"
    assert (await found(api, "pets/cat")).folder == "pets"


@pytest.mark.parametrize(
    ("verb", "words", "status", "message"),
    [
        ("image/rename", {}, 400, "Missing required parameter - from_public_id"),
        ("image/rename", {"from_public_id": "cat"}, 400, "Missing required parameter - to_public_id"),
        ("image/rename", {"from_public_id": "no", "to_public_id": "x"}, 404, "Resource not found - no"),
        ("image/rename", {"from_public_id": "cat", "to_public_id": "a?"}, 400, "to_public_id (a?) is invalid"),
        (
            "image/rename",
            {"from_public_id": "cat", "to_public_id": "x", "to_type": "fetch"},
            400,
            "Invalid to_type fetch",
        ),
        ("image/rename", {"from_public_id": "cat", "to_public_id": "x", "type": "gif"}, 400, "Invalid type gif"),
        ("auto/rename", {"from_public_id": "cat", "to_public_id": "x"}, 400, "Invalid resource_type auto"),
        ("image/destroy", {}, 400, "Missing required parameter - public_id"),
        ("image/tags", {"tag": "x", "public_ids": ["cat"]}, 400, "Missing required parameter - command"),
        ("image/tags", {"command": "add", "tag": "x"}, 400, "Missing required parameter - public_ids"),
        ("image/tags", {"command": "add", "public_ids": ["cat"]}, 400, "Missing required parameter - tag"),
        ("image/tags", {"command": "paint", "tag": "x", "public_ids": ["cat"]}, 400, "Invalid command paint"),
        ("image/context", {"command": "add", "public_ids": ["cat"]}, 400, "Missing required parameter - context"),
        ("image/context", {"command": "paint", "context": "a=b", "public_ids": ["cat"]}, 400, "Invalid command paint"),
    ],
)
async def test_the_words_of_errors(api, client, verb, words, status, message):
    await api.add("cat")
    answer = await client.post(verb, json=api.signed(words))
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, message)


@pytest.mark.parametrize("number", [1001])
async def test_too_many_at_once_are_refused(api, client, number):
    names = [f"n{one}" for one in range(number)]
    answer = await client.post("image/tags", json=api.signed({"command": "add", "tag": "x", "public_ids": names}))
    assert answer.json()["error"]["message"] == "Too many public_ids: 1001. Maximum is 1000."
    words = {"command": "add", "tag": "x,y,z", "public_ids": names[:500]}
    answer = await client.post("image/tags", json=api.signed(words))
    assert (answer.status_code, "at most 1000" in answer.json()["error"]["message"]) == (400, True)


async def test_an_asset_is_destroyed_once(api, client, jobs):
    await api.add("cat")
    signed = api.signed({"public_id": "cat", "invalidate": "1", "notification_url": "http://n.test/"})
    assert (await client.post("image/destroy", data=signed)).json() == {"result": "ok"}
    answer = await client.post("image/destroy", data=signed)
    assert (answer.status_code, answer.json()) == (200, {"result": "not found"})
    erased = [fact["notification_url"] for topic, fact in await jobs() if topic == "AssetsErased"]
    assert erased == ["http://n.test/"]


@pytest.mark.parametrize("path", ["asset/destroy", "image/destroy"])
async def test_an_asset_is_destroyed_by_its_id(api, client, path):
    asset = await api.add("notes.txt", kind=Kind.RAW)
    signed = api.signed({"asset_id": asset.id})
    assert (await client.post(path, data=signed)).json() == {"result": "ok"}
    assert (await client.post(path, data=signed)).json() == {"result": "not found"}


async def test_destroying_one_kind_or_type_leaves_the_others(api, client):
    await api.add("cat")
    assert (await client.post("raw/destroy", data=api.signed({"public_id": "cat"}))).json()["result"] == "not found"
    words = {"public_id": "cat", "type": "authenticated"}
    assert (await client.post("image/destroy", data=api.signed(words))).json()["result"] == "not found"
    assert await found(api, "cat") is not None


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ({"command": "add", "tag": "c,b"}, ("a", "b", "c")),
        ({"command": "add", "tag[]": ["c", "b"]}, ("a", "b", "c")),
        ({"command": "remove", "tag": "a"}, ("b",)),
        ({"command": "replace", "tag": "z"}, ("z",)),
        ({"command": "remove_all"}, ()),
        ({"command": "set_exclusive", "tag": "z"}, ("a", "b", "z")),
    ],
)
async def test_tags_are_changed(api, words, tags):
    await api.add("cat", tags=("a", "b"))
    async with api.client(routes(api)) as client:
        answer = await client.post("image/tags", data={**words, "public_ids[]": ["cat", "nobody"]})
    assert answer.json() == {"public_ids": ["cat"]}
    assert (await found(api, "cat")).tags == tags


async def test_names_may_hold_commas(api):
    await api.add("a,b")
    async with api.client(routes(api)) as client:
        answer = await client.post("image/tags", json={"command": "add", "tag": "x", "public_ids": "a,b"})
    assert answer.json() == {"public_ids": ["a,b"]}


async def test_context_is_changed(api, client, jobs):
    await api.add("cat", context={"k": "old", "stay": "1"})
    words = {"command": "add", "context": "k=a\\=b\\|c|é=ü", "public_ids": ["cat", "nobody"]}
    answer = await client.post("image/context", json=api.signed(words, notification_url="http://n.test/"))
    assert answer.json() == {"public_ids": ["cat"]}
    assert (await found(api, "cat")).context == {"k": "a=b|c", "stay": "1", "é": "ü"}
    fact = [fact for topic, fact in await jobs() if topic == "AssetsChanged"][-1]
    (change,) = fact["changes"]
    assert (change["context_updated"], change["context_added"]) == ({"k": "a=b|c"}, {"é": "ü"})
    assert fact["notification_url"] == "http://n.test/"
    words = {"command": "remove_all", "public_ids": ["cat"]}
    assert (await client.post("image/context", json=api.signed(words))).json() == {"public_ids": ["cat"]}
    assert (await found(api, "cat")).context == {}
