"""Assets are deleted through the Admin API, or what was made of them."""

import pytest

from safelight.derived import files
from safelight.kernel.media import Kind
from safelight.web.admin.deletion import Deletion
from tests.web.admin.test_resources import derived_of


@pytest.fixture
async def shelf(api):
    found = {name: await api.add(name, tags=("t",)) for name in ("a", "ab", "b")}
    found["raw"] = await api.add("a", kind=Kind.RAW)
    async with api.database.transaction() as session:
        for number, text in enumerate(("c_fill,h_1,w_1", "w_2")):
            await files.add(session, derived_of(found["a"], number, text))
    return found


async def left(client):
    answer = await client.get("resources/image/upload?prefix=")
    return sorted(one["public_id"] for one in answer.json()["resources"])


def counts(**derived):
    return {name: {"original": 1, "derived": number} for name, number in derived.items()}


@pytest.mark.parametrize(
    ("words", "deleted", "rest"),
    [
        ({"public_ids": ["a", "none"]}, {"a": "deleted", "none": "not_found"}, ["ab", "b"]),
        ({"public_ids": "b"}, {"b": "deleted"}, ["a", "ab"]),
        ({"prefix": "a"}, {"a": "deleted", "ab": "deleted"}, ["b"]),
        ({"all": True}, {"a": "deleted", "ab": "deleted", "b": "deleted"}, []),
    ],
)
@pytest.mark.parametrize("how", ["json", "data", "params"])
async def test_assets_go_by_name_by_prefix_or_all(client, shelf, words, deleted, rest, how):
    if how != "json":
        words = {f"{name}[]" if isinstance(value, list) else name: value for name, value in words.items()}
    answer = await client.request("DELETE", "resources%2Fimage%2Fupload", **{how: words})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["deleted"], told["partial"]) == (deleted, False)
    assert "next_cursor" not in told
    assert told["deleted_counts"].keys() == deleted.keys()
    assert await left(client) == rest


async def test_the_answer_counts_originals_and_derived(api, client, shelf, jobs):
    words = {"public_ids": ["a", "none"], "notification_url": "http://n.test/"}
    told = (await client.request("DELETE", "resources/image/upload", json=words)).json()
    assert told["deleted_counts"] == {**counts(a=2), "none": {"original": 0, "derived": 0}}
    (erased,) = [fact for topic, fact in await jobs() if topic == "AssetErased"]
    assert (erased["asset_id"], erased["version_id"]) == (shelf["a"].id, shelf["a"].version_id)
    assert [fact["notification_url"] for topic, fact in await jobs() if topic == "AssetsErased"] == ["http://n.test/"]
    assert (await client.get("resources/raw/upload/a")).status_code == 200


async def test_assets_go_by_tag_and_by_id(client, shelf):
    told = (await client.request("DELETE", "resources/image/tags/none")).json()
    assert told == {"deleted": {}, "deleted_counts": {}, "partial": False}
    ids = [shelf["raw"].id, shelf["ab"].id, "none"]
    told = (await client.request("DELETE", "resources", json={"asset_ids": ids})).json()
    assert told["deleted"] == {shelf["raw"].id: "deleted", shelf["ab"].id: "deleted", "none": "not_found"}
    told = (await client.request("DELETE", "resources/image/tags/t")).json()
    assert told["deleted"] == {"a": "deleted", "b": "deleted"}
    assert await left(client) == []


@pytest.mark.parametrize(
    ("transformations", "number", "rest"),
    [
        (None, 2, []),
        ("w_1,h_1,c_fill", 1, ["w_2"]),
        ("w_1,h_1,c_fill/jpg|w_2", 2, []),
        ("w_3", 0, ["c_fill,h_1,w_1", "w_2"]),
    ],
)
async def test_with_keep_original_only_what_was_made_goes(client, shelf, transformations, number, rest):
    words = {"public_ids": ["a"], "keep_original": True, "transformations": transformations}
    told = (await client.request("DELETE", "resources/image/upload", json=words)).json()
    assert (told["deleted"], told["deleted_counts"]) == ({"a": "deleted"}, {"a": {"original": 0, "derived": number}})
    shown = (await client.get("resources/image/upload/a")).json()
    assert [one["transformation"] for one in shown["derived"]] == rest


async def test_who_names_transformations_keeps_the_originals(client, shelf):
    words = {"public_ids": ["a", "none"], "transformations": "w_2"}
    told = (await client.request("DELETE", "resources/image/upload", json=words)).json()
    assert told["deleted_counts"] == {"a": {"original": 0, "derived": 1}, "none": {"original": 0, "derived": 0}}
    assert (await client.get("resources/image/upload/a")).status_code == 200


async def test_derived_files_go_by_their_ids(client, shelf):
    shown = (await client.get("resources/image/upload/a")).json()["derived"]
    words = {"derived_resource_ids": [shown[0]["id"], "none"]}
    told = (await client.request("DELETE", "derived_resources", json=words)).json()
    assert told == {"deleted": {shown[0]["id"]: "deleted", "none": "not_found"}}
    assert len((await client.get("resources/image/upload/a")).json()["derived"]) == 1


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(
    "path", ["resources/image/upload?all=true", "resources/image/upload?prefix=a", "resources/image/tags/t"]
)
async def test_many_go_in_chunks(api, client, shelf, path, keep):
    seen, cursor, calls = [], "", 0
    async with api.client(Deletion(api.door, chunk=1).routes()) as deleting:
        for _ in range(10):
            words = {"next_cursor": cursor, "keep_original": str(keep).lower()}
            told = (await deleting.request("DELETE", path, data=words)).json()
            seen, calls = [*seen, *told["deleted"]], calls + 1
            if not told["partial"]:
                break
            cursor = told["next_cursor"]
    expected = ["a", "ab"] if "prefix" in path else ["a", "ab", "b"]
    assert (sorted(seen), calls) == (expected, len(expected))
    assert await left(client) == (["a", "ab", "b"] if keep else sorted({"a", "ab", "b"} - set(expected)))
