"""Bytes of versions that are kept: they outlive their asset, come back with it, and go when they are erased."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import Manner, Principal
from safelight.adapters.edge.memory import MemoryEdge
from safelight.assets import catalogue, metadata_fields, placeholders, related, versions
from safelight.assets.metadata import Field, FieldType
from safelight.assets.model import AssetRef
from safelight.assets.restoring import Refusal, Restore
from safelight.derived import files
from safelight.derived.forget import Forget
from safelight.kernel.media import Access, Kind
from safelight.uploads.model import NameWishes
from tests.api import derived_of
from tests.intake import JPEG, PNG, pieces

CAT = AssetRef(Kind.IMAGE, Access.UPLOAD, "cat")


@pytest.fixture
def restore(intake):
    return Restore(intake.database, intake.originals, intake.clock)


@pytest.fixture
def react(intake, jobs):
    """Do what the facts of now ask for, twice."""
    forget = Forget(intake.database, intake.blobs, intake.originals, MemoryEdge())

    async def done():
        for _ in range(2):
            for topic, fact in await jobs():
                if topic in ("AssetReplaced", "AssetErased", "VersionErased"):
                    await forget.drop_version(fact)

    return done


async def upload(intake, data=JPEG, name="cat", **words):
    words = {"is_backed_up": True, "names": NameWishes(public_id=name), **words}
    return (await intake.upload(data, **words)).asset


async def erase(intake, asset):
    async with intake.database.transaction() as session:
        await catalogue.delete(session, asset, intake.clock.now())


async def present(intake, ref=CAT):
    async with intake.database.transaction() as session:
        return await catalogue.find(session, intake.cloud.id, ref)


async def kept(intake, asset):
    async with intake.database.transaction() as session:
        return await versions.list(session, intake.cloud.id, asset.id, 100)


@pytest.mark.parametrize(
    ("backs_up", "said", "is_kept"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, False), (True, True, True)],
)
async def test_an_upload_says_whether_it_is_kept_and_else_the_cloud_does(intake, backs_up, said, is_kept):
    async with intake.database.transaction() as session:
        cloud = await clouds.change(session, intake.cloud.id, backs_up=backs_up)
    asset = await upload(intake, principal=Principal(cloud, Manner.SIGNATURE, intake.key), is_backed_up=said)
    assert bool(await kept(intake, asset)) is is_kept


async def test_an_old_original_stays_without_what_was_made_of_it(intake, react):
    first = await upload(intake)
    key = files.derived_blob_key(first.cloud_id, first.version_id, "key", "jpg")
    await intake.blobs.put(key, pieces(b"made"))
    async with intake.database.transaction() as session:
        await files.add(session, replace(derived_of(first, 1, "w_1"), blob_key=key))
    second = await upload(intake, PNG)
    await react()
    originals = [intake.originals.key(one.cloud_id, one.version_id) for one in (first, second)]
    assert sorted(await intake.stored()) == sorted(originals)
    intake.clock.advance(timedelta(days=3000))
    await intake.sweep.sweep_leftovers({})
    assert sorted(await intake.stored()) == sorted(originals)


async def test_what_is_not_kept_goes_as_ever(intake, react):
    await upload(intake, is_backed_up=False)
    await erase(intake, await upload(intake, PNG, is_backed_up=False))
    await react()
    assert await intake.stored() == {}


async def test_an_erased_asset_comes_back_with_all_that_was_written(intake, restore, react):
    asset = await upload(intake, tags=("a",), context={"k": "v"}, names=NameWishes(public_id="cat", asset_folder="in"))
    await erase(intake, asset)
    await react()
    intake.clock.advance(timedelta(days=1))
    back = await restore(intake.cloud.id, CAT)
    assert back == await present(intake)
    assert (back.id, back.tags, back.context, back.folder) == (asset.id, asset.tags, asset.context, "in")
    assert (back.created_at, back.facts) == (asset.created_at, asset.facts)
    assert back.version > asset.version
    assert back.version_id != asset.version_id
    assert await intake.original(back) == JPEG
    assert [one.id for one in await kept(intake, asset)] == [asset.version_id, back.version_id]
    async with intake.database.transaction() as session:
        assert await placeholders.find(session, intake.cloud.id, CAT) is None


async def test_an_asset_that_is_there_gets_an_older_version_back(intake, restore, react):
    first = await upload(intake, JPEG)
    second = await upload(intake, PNG, tags=("new",))
    for which in (CAT, first.id):
        back = await restore(intake.cloud.id, which, first.version_id)
        assert (back.id, back.facts, back.tags) == (first.id, first.facts, ("new",))
        assert await intake.original(back) == JPEG
    await react()
    assert await intake.is_whole(await present(intake))
    assert [one.facts.md5 for one in await kept(intake, second)] == [
        *(one.facts.md5 for one in (first, second, first, first)),
    ]


async def test_to_restore_twice_changes_nothing_more(intake, restore):
    await erase(intake, await upload(intake))
    back = await restore(intake.cloud.id, CAT)
    assert await restore(intake.cloud.id, CAT) == back
    assert await restore(intake.cloud.id, CAT, back.version_id) == back


@pytest.mark.parametrize("which", [AssetRef(Kind.IMAGE, Access.UPLOAD, "none"), "none"])
async def test_what_never_was_has_no_backup(intake, restore, which):
    assert await restore(intake.cloud.id, which) is Refusal.NO_BACKUP


async def test_a_version_of_another_asset_or_cloud_is_none_of_this(intake, restore):
    cat, dog = await upload(intake), await upload(intake, name="dog")
    assert await restore(intake.cloud.id, CAT, dog.version_id) is Refusal.NO_BACKUP
    assert await restore("another", cat.id, cat.version_id) is Refusal.NO_BACKUP
    plain = await upload(intake, name="plain", is_backed_up=False)
    assert await restore(intake.cloud.id, plain.id) is Refusal.NO_BACKUP


async def test_a_name_that_is_taken_and_bytes_that_are_lost_fail_and_leave_no_bytes(intake, restore):
    cat = await upload(intake)
    await erase(intake, cat)
    dog = await upload(intake, PNG, name="dog", is_backed_up=False)
    async with intake.database.transaction() as session:
        await catalogue.rename(session, dog, "cat", now=intake.clock.now())
    before = set(await intake.stored())
    assert await restore(intake.cloud.id, cat.id) is Refusal.FAILED
    assert set(await intake.stored()) == before
    async with intake.database.transaction() as session:
        assert await placeholders.find_by_id(session, intake.cloud.id, cat.id) is not None
        await catalogue.delete(session, await catalogue.get(session, intake.cloud.id, CAT), intake.clock.now())
    await intake.originals.drop(cat.cloud_id, cat.version_id)
    assert await restore(intake.cloud.id, cat.id) is Refusal.FAILED
    assert await present(intake) is None


async def test_erased_versions_take_their_bytes_along(intake, react):
    first, second = await upload(intake, JPEG), await upload(intake, PNG)
    async with intake.database.transaction() as session:
        assert len(await versions.erase(session, intake.cloud.id, first.id)) == 2
    await react()
    assert set(await intake.stored()) == {intake.originals.key(second.cloud_id, second.version_id)}
    await erase(intake, second)
    await react()
    assert await intake.stored() == {}


async def test_values_of_fields_that_are_gone_do_not_come_back(intake, restore):
    async with intake.database.transaction() as session:
        for name in ("stays", "goes"):
            field = Field(name, FieldType.STRING, name)
            await metadata_fields.create(session, intake.cloud.id, field, now=intake.clock.now())
    asset = await upload(intake, metadata={"stays": "1", "goes": "2"})
    await erase(intake, asset)
    async with intake.database.transaction() as session:
        await metadata_fields.delete(session, intake.cloud.id, "goes", now=intake.clock.now())
    assert (await restore(intake.cloud.id, CAT)).metadata == {"stays": "1"}


async def test_of_two_that_change_an_asset_at_once_one_is_first(intake, restore):
    first = await upload(intake, JPEG)
    await upload(intake, PNG)
    await asyncio.gather(restore(intake.cloud.id, CAT, first.version_id), upload(intake, PNG))
    assert await intake.is_whole(await present(intake))
    told = await kept(intake, first)
    assert (len(told), len([one for one in told if one.ended_at is None])) == (4, 1)


async def test_of_two_that_restore_an_erased_asset_at_once_none_leaves_bytes_behind(intake, restore):
    asset = await upload(intake)
    await erase(intake, asset)
    found = await asyncio.gather(*[restore(intake.cloud.id, CAT) for _ in range(3)])
    back = await present(intake)
    assert {one.id if one != Refusal.FAILED else one for one in found} <= {back.id, Refusal.FAILED}
    keys = {intake.originals.key(one.cloud_id, one.version_id) for one in (asset, back)}
    assert set(await intake.stored()) == keys


async def test_relations_come_back_with_an_asset_and_go_with_its_last_version(intake, restore):
    cat, dog = await upload(intake), await upload(intake, PNG, name="dog")

    async def related_to_dog():
        async with intake.database.transaction() as session:
            page = await related.list(session, intake.cloud.id, dog.id, max_results=10)
            return [one.name for one in page.items]

    async with intake.database.transaction() as session:
        await related.relate(session, cat, {"dog": dog}, intake.clock.now())
    await erase(intake, cat)
    assert await related_to_dog() == []
    await restore(intake.cloud.id, CAT)
    assert await related_to_dog() == ["cat"]
    await erase(intake, cat)
    async with intake.database.transaction() as session:
        await versions.erase(session, intake.cloud.id, cat.id)
    assert (await upload(intake)).id != cat.id
    assert await related_to_dog() == []
