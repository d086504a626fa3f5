"""The catalogue: one row a name, whoever comes at the same moment."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.assets import catalogue
from safelight.assets.model import AssetRef, Serving
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"


def ref(name, access=Access.UPLOAD):
    return AssetRef(Kind.IMAGE, access, name)


async def add(session, new, now, may_overwrite=True):
    return await catalogue.add(session, new, may_overwrite=may_overwrite, now=now)


async def test_a_new_name_gets_its_first_version(session, new, now, jobs):
    wanted = new(tags=("b", "a", "b"), context={"k": "v"}, original_filename="IMG_1", uploaded_by="123", folder="in")
    added = await add(session, wanted, now)
    assert (added.is_overwrite, added.is_existing) == (False, False)
    asset = added.asset
    assert (asset.version, asset.created_at, asset.updated_at) == (int(now.timestamp()), now, now)
    assert (asset.tags, asset.context, asset.folder, asset.facts) == (("a", "b"), {"k": "v"}, "in", wanted.facts)
    assert await catalogue.find(session, CLOUD, ref("cat")) == asset
    assert await catalogue.find_by_id(session, CLOUD, asset.id) == asset
    ((topic, fact),) = await jobs(session)
    assert (topic, fact["asset_id"], fact["version_id"]) == ("AssetAdded", asset.id, wanted.version_id)


async def test_the_same_name_is_free_in_another_kind_access_and_cloud(session, new, now):
    ids = {(await add(session, new(), now)).asset.id}
    for words in ({"kind": Kind.RAW}, {"access": Access.PRIVATE}, {"cloud_id": "cloud-two"}):
        ids.add((await add(session, new(**words), now)).asset.id)
    assert len(ids) == 4


@pytest.mark.parametrize(("seconds", "version"), [(0, 1), (-90, 1), (1, 1), (90, 90)])
async def test_the_next_version_keeps_the_id_and_has_a_larger_number(session, new, now, jobs, seconds, version):
    old = (await add(session, new(tags=("a",), context={"k": "v"}), now)).asset
    added = await add(session, new(), now + timedelta(seconds=seconds))
    assert added.is_overwrite
    assert added.asset.id == old.id
    assert added.asset.version == old.version + version
    assert added.asset.version_id != old.version_id
    assert (added.asset.tags, added.asset.context, added.asset.created_at) == ((), {}, old.created_at)
    topic, fact = (await jobs(session))[-1]
    assert (topic, fact["version_id"]) == ("AssetReplaced", old.version_id)
    assert fact["new_version_id"] == added.asset.version_id


async def test_what_may_not_be_overwritten_stays(session, new, now, jobs):
    old = (await add(session, new(), now)).asset
    added = await add(session, new(), now, may_overwrite=False)
    assert (added.is_existing, added.asset) == (True, old)
    assert [topic for topic, _ in await jobs(session)] == ["AssetAdded"]


@pytest.mark.parametrize("may_overwrite", [True, False])
async def test_of_many_that_come_at_once_each_is_right(database, new, now, may_overwrite):
    async def come():
        async with database.transaction() as session:
            return await add(session, new(), now, may_overwrite)

    outcomes = await asyncio.gather(*(come() for _ in range(8)))
    assert len({outcome.asset.id for outcome in outcomes}) == 1
    assert sum(not outcome.is_overwrite and not outcome.is_existing for outcome in outcomes) == 1
    assert len({outcome.asset.version for outcome in outcomes}) == (8 if may_overwrite else 1)
    async with database.transaction() as session:
        last = await catalogue.get(session, CLOUD, ref("cat"))
    newest = max((outcome.asset for outcome in outcomes), key=lambda asset: asset.version)
    assert last == newest


async def test_a_missing_asset_is_told_by_its_name(session):
    assert await catalogue.find(session, CLOUD, ref("nobody")) is None
    assert await catalogue.find_by_id(session, CLOUD, "nobody") is None
    with pytest.raises(NotFound, match=r"^Resource not found - no/body$"):
        await catalogue.get(session, CLOUD, ref("no/body"))


async def test_a_renamed_asset_is_the_same_under_another_name(session, new, now, jobs):
    old = (await add(session, new(), now)).asset
    later = now + timedelta(minutes=1)
    asset = await catalogue.rename(
        session, old, "dog", access=Access.PRIVATE, folder="x", now=later, notification_url="http://n"
    )
    assert (asset.id, asset.display_name, asset.version, asset.version_id) == (
        old.id,
        "cat",
        old.version,
        old.version_id,
    )
    assert (asset.name, asset.access, asset.folder, asset.public_id_updated_at) == ("dog", Access.PRIVATE, "x", later)
    assert await catalogue.find(session, CLOUD, ref("cat")) is None
    assert await catalogue.find(session, CLOUD, ref("dog", Access.PRIVATE)) == asset
    topic, fact = (await jobs(session))[-1]
    assert (topic, fact["from_name"], fact["name"], fact["from_access"]) == ("AssetRenamed", "cat", "dog", "upload")
    assert fact["notification_url"] == "http://n"


async def test_a_taken_name_is_given_only_to_who_may_overwrite(session, new, now, jobs):
    cat, dog = (await add(session, new("cat"), now)).asset, (await add(session, new("dog"), now)).asset
    with pytest.raises(Invalid, match=r"^to_public_id dog already exists$"):
        await catalogue.rename(session, cat, "dog", now=now)
    with pytest.raises(Invalid, match=r"^to_public_id cat already exists$"):
        await catalogue.rename(session, cat, "cat", now=now)
    assert (await catalogue.rename(session, cat, "cat", may_overwrite=True, now=now)).id == cat.id
    assert (await catalogue.rename(session, cat, "dog", may_overwrite=True, now=now)).id == cat.id
    assert await catalogue.find_by_id(session, CLOUD, dog.id) is None
    facts = [(topic, fact["asset_id"]) for topic, fact in await jobs(session) if topic != "AssetsErased"]
    assert facts[-2:] == [("AssetErased", dog.id), ("AssetRenamed", cat.id)]
    with pytest.raises(NotFound):
        await catalogue.rename(session, dog, "bird", now=now)


async def test_two_that_swap_and_take_names_at_once_leave_one_row_a_name(database, new, now):
    async with database.transaction() as session:
        found = [(await add(session, new(name), now)).asset for name in ("a", "b", "c")]

    async def rename(asset, name):
        async with database.transaction() as session:
            return await catalogue.rename(session, asset, name, may_overwrite=True, now=now)

    async def upload(name):
        async with database.transaction() as session:
            return (await add(session, new(name), now)).asset

    moves = [rename(found[0], "b"), rename(found[1], "a"), rename(found[2], "new"), upload("new"), upload("a")]
    outcomes = await asyncio.gather(*moves, return_exceptions=True)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, NotFound)]
    async with database.transaction() as session:
        assert await catalogue.find(session, CLOUD, ref("new")) is not None


async def test_deleting_twice_is_no_error_and_one_fact(session, new, now, jobs):
    asset = (await add(session, new(), now)).asset
    await catalogue.delete(session, asset, now, notification_url="http://n")
    await catalogue.delete(session, asset, now)
    assert await catalogue.delete_many(session, [], now) == []
    (erased,) = [fact for topic, fact in await jobs(session) if topic == "AssetErased"]
    assert (erased["version_id"], erased["name"]) == (asset.version_id, "cat")
    (told,) = [fact for topic, fact in await jobs(session) if topic == "AssetsErased"]
    assert ([each["name"] for each in told["assets"]], told["notification_url"]) == (["cat"], "http://n")


async def test_an_update_writes_what_is_given_and_tells_the_difference(session, new, now, jobs):
    asset = (await add(session, new(tags=("a", "b"), context={"k": "1", "gone": "x"}), now)).asset
    later = now + timedelta(minutes=1)
    changed = await catalogue.update(
        session, asset, tags=["c", "b", "c"], context={"k": "2", "more": "é"}, display_name="Tom", now=later
    )
    assert (changed.tags, changed.context, changed.display_name) == (("b", "c"), {"k": "2", "more": "é"}, "Tom")
    assert (changed.tags_updated_at, changed.context_updated_at, changed.updated_at) == (later, later, later)
    assert changed.version_id == asset.version_id
    topic, fact = (await jobs(session))[-1]
    assert topic == "AssetChanged"
    assert (fact["tags_added"], fact["tags_removed"]) == (["c"], ["a"])
    assert (fact["context_added"], fact["context_removed"]) == ({"more": "é"}, ["gone"])
    assert (fact["context_updated"], fact["previous_display_name"]) == ({"k": "2"}, "cat")
    assert fact["previous_folder"] is None
    told = len(await jobs(session))
    await catalogue.update(session, changed, tags=["b", "c"], display_name="Tom", now=later)
    assert len(await jobs(session)) == told  # nothing is different: nothing is told
    same = await catalogue.update(session, changed, folder="in", now=later)
    assert (same.tags, same.folder, same.display_name) == (("b", "c"), "in", "Tom")
    await catalogue.delete(session, asset, now)
    with pytest.raises(NotFound):
        await catalogue.update(session, asset, tags=[], now=now)


async def test_how_an_asset_is_served_stays_until_its_next_version(session, new, now, jobs):
    serving = Serving({"x-robots-tag": "noindex"}, "auto:best")
    asset = (await add(session, new(serving=serving), now)).asset
    assert (await catalogue.find(session, CLOUD, ref("cat"))).serving == serving
    told = len(await jobs(session))
    changed = await catalogue.update(session, asset, serving=lambda before: replace(before, quality="80"), now=now)
    assert changed.serving == Serving({"x-robots-tag": "noindex"}, "80")
    assert len(await jobs(session)) == told  # it is nobody's news
    assert (await catalogue.update(session, changed, tags=["a"], now=now)).serving == changed.serving
    assert (await add(session, new(), now)).asset.serving == Serving()
