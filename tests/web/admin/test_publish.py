"""Assets that only some may see are opened to everybody, by name, prefix and tag."""

import pytest

from safelight.assets import catalogue
from safelight.assets.access import LIKE_AUTHENTICATED, Rule
from safelight.assets.model import AssetRef
from safelight.kernel.media import Access, Kind
from safelight.web.admin.publish import Publish


@pytest.fixture
async def shelf(api):
    wanted = {
        ("a/1", Access.PRIVATE): ("t",),
        ("a/2", Access.AUTHENTICATED): ("t",),
        ("a", Access.AUTHENTICATED): (),
        ("b", Access.UPLOAD): ("t",),
        ("b", Access.PRIVATE): (),
    }
    return {(name, access): await api.add(name, access=access, tags=tags) for (name, access), tags in wanted.items()}


async def public(api):
    async with api.database.transaction() as session:
        refs = [AssetRef(Kind.IMAGE, Access.UPLOAD, name) for name in ("a", "a/1", "a/2", "b")]
        return {ref.name: asset.id for ref, asset in (await catalogue.find_each(session, api.cloud.id, refs)).items()}


@pytest.mark.parametrize(
    ("words", "published", "failed"),
    [
        ({"public_ids": ["a/1", "none"]}, ["a/1"], []),
        ({"public_ids": ["a/1", "a/2"], "type": "authenticated"}, ["a/2"], []),
        ({"prefix": "a/"}, ["a/1", "a/2"], []),
        ({"tag": "t"}, ["a/1", "a/2"], []),
        ({"tag": "none"}, [], []),
        ({"public_ids": "b"}, [], ["b"]),
        ({"public_ids": "b", "overwrite": True}, ["b"], []),
    ],
)
async def test_named_assets_get_the_type_upload(api, client, shelf, words, published, failed, jobs):
    before = await public(api)
    answer = await client.post("resources/image/publish_resources", json=words)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert sorted(one["public_id"] for one in told["published"]) == published
    assert [one["public_id"] for one in told["failed"]] == failed
    assert all(one["error"]["message"].endswith("already exists") for one in told["failed"])
    assert all("/image/upload/v" in one["url"] for one in told["published"])
    assert sorted(await public(api)) == sorted({*before, *published})
    facts = [fact["fields"] for topic, fact in await jobs() if topic == "Reported"]
    assert [sorted(one["public_id"] for one in fact["resources"]) for fact in facts] == [published] * bool(published)


async def test_who_is_published_over_another_keeps_its_id(api, client, shelf):
    await client.post("resources/image/publish_resources", json={"public_ids": ["b"], "overwrite": True})
    assert (await public(api))["b"] == shelf[("b", Access.PRIVATE)].id


async def test_what_is_too_much_for_one_call_is_left_for_the_next(api):
    for name in ("c/1", "c/2"):
        await api.add(name, access=Access.PRIVATE)
    async with api.client(Publish(api.door, chunk=1).routes()) as client:
        words = {"prefix": "c/"}
        rounds = [(await client.post("resources/image/publish_resources", json=words)).json() for _ in range(3)]
    assert [len(one["published"]) for one in rounds] == [1, 1, 0]
    assert [one.get("partial", False) for one in rounds] == [True, False, False]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "Exactly one of public_ids, prefix or tag is required"),
        ({"prefix": "a", "tag": "t"}, "Exactly one of public_ids, prefix or tag is required"),
        ({"prefix": "a", "type": "upload"}, "Invalid type upload"),
        ({"prefix": "a", "type": "nonsense"}, "Invalid type nonsense"),
        ({"public_ids": [str(n) for n in range(101)]}, "Maximum is 100"),
    ],
)
async def test_what_cannot_be_published_is_told_in_clear_words(client, words, told):
    answer = await client.post("resources/image/publish_resources", json=words)
    assert (answer.status_code, told in answer.json()["error"]["message"]) == (400, True), answer.text


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ({"public_ids": ["b"]}, ["b"]),
        ({"prefix": "b"}, ["b"]),
        ({"tag": "t"}, ["b"]),
        ({"prefix": "a"}, []),
    ],
)
async def test_the_older_word_for_who_may_see_an_asset(api, client, shelf, words, changed):
    async def rules():
        async with api.database.transaction() as session:
            ref = AssetRef(Kind.IMAGE, Access.UPLOAD, "b")
            return (await catalogue.get(session, api.cloud.id, ref)).access_control

    for mode, expected in (("authenticated", (LIKE_AUTHENTICATED,)), ("public", ())):
        answer = await client.post("resources/image/upload/update_access_mode", json={"access_mode": mode, **words})
        told = answer.json()
        assert [(one["public_id"], one["access_mode"]) for one in told["updated"]] == [(one, mode) for one in changed]
        assert told["failed"] == []
        assert await rules() == (expected if changed else ())


async def test_rules_that_say_the_same_already_stay(api, client):
    finer = (Rule(needs_token=True, path="/in/*"),)
    await api.add("fine", access_control=finer)
    words = {"access_mode": "authenticated", "public_ids": ["fine"]}
    assert (await client.post("resources/image/upload/update_access_mode", json=words)).status_code == 200
    async with api.database.transaction() as session:
        asset = await catalogue.get(session, api.cloud.id, AssetRef(Kind.IMAGE, Access.UPLOAD, "fine"))
    assert asset.access_control == finer


@pytest.mark.parametrize("mode", ["", "secret"])
async def test_a_mode_that_nobody_knows(client, mode):
    words = {"access_mode": mode, "prefix": "a"}
    answer = await client.post("resources/image/upload/update_access_mode", json=words)
    assert (answer.status_code, "access_mode" in answer.json()["error"]["message"]) == (400, True)
