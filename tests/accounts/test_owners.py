"""Accounts own clouds: which one, whose keys open it, and what its clouds may be called."""

import asyncio
from datetime import timedelta

import pytest

from safelight.accounts import clouds, owned, owners
from safelight.accounts.keys import Keys
from safelight.accounts.model import FolderMode
from safelight.accounts.provisioning_keys import ProvisioningKeys
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.errors import Conflict, Invalid, NotFound


async def cloud_of(session, now, name="acme", **words):
    return await clouds.create(session, name, folder_mode=FolderMode.DYNAMIC, now=now, **words)


async def test_what_is_made_without_a_word_belongs_to_the_oldest_account(session, now):
    one, two = await cloud_of(session, now), await cloud_of(session, now, "two")
    assert one.account_id == two.account_id == (await owners.list_all(session))[0].id
    assert await owners.first(session, now + timedelta(days=1)) == (await owners.list_all(session))[0]


async def test_of_two_first_clouds_at_once_both_belong_to_one_account(database, now):
    async def made(name):
        async with database.transaction() as session:
            return (await cloud_of(session, now, name)).account_id

    assert len(set(await asyncio.gather(*map(made, ("one", "two", "three"))))) == 1


async def test_an_account_is_found_by_its_handle_whatever_its_capitals(session, now):
    account = await owners.create(session, now=now, name="Firm", handle="Firm-1")
    assert await owners.find(session, "FIRM-1") == account
    assert (account.handle, account.name) == ("firm-1", "Firm")
    with pytest.raises(Conflict):
        await owners.create(session, now=now, handle="firm-1")


@pytest.mark.parametrize("handle", ["-a", "a b", "a/b", "ä", "a" * 101])
async def test_what_could_not_stand_in_an_address_is_no_handle(session, now, handle):
    with pytest.raises(Invalid):
        await owners.create(session, now=now, handle=handle)


async def test_the_only_account_without_keys_takes_the_handle_that_is_wanted(session, now):
    cloud = await cloud_of(session, now)
    account = await owners.ensure(session, "house", now)
    assert account.id == cloud.account_id
    assert await owners.ensure(session, "HOUSE", now) == account
    await ProvisioningKeys(MemoryKeys()).issue(session, account.id, now=now)
    other = await owners.ensure(session, "other", now)
    assert other.id != account.id
    assert len(await owners.list_all(session)) == 2


async def test_keys_of_an_account_are_known_to_it_alone_and_can_be_ended(session, now):
    keys = ProvisioningKeys(MemoryKeys())
    account, other = [await owners.create(session, now=now) for _ in range(2)]
    key = await keys.issue(session, account.id, now=now, name="shell", api_key="1234", secret="s3cret")
    assert await keys.find(session, account.id, "1234") == key
    assert await keys.find(session, other.id, "1234") is None
    with pytest.raises(Conflict):
        await keys.issue(session, account.id, now=now, api_key="1234")
    await keys.note_use(session, key, now)
    await keys.disable(session, account.id, "1234")
    found = (await keys.list(session, account.id))[0]
    assert (found.is_enabled, found.last_used_at, found.secret.reveal()) == (False, now, "s3cret")
    with pytest.raises(NotFound):
        await keys.disable(session, other.id, "1234")


async def test_clouds_are_listed_by_every_sign(session, now):
    account = await owners.create(session, now=now)
    one = await cloud_of(session, now, "one", account_id=account.id, label="Shop")
    two = await cloud_of(session, now, "two", account_id=account.id, label="shelf")
    await cloud_of(session, now, "three", account_id=(await owners.create(session, now=now)).id)
    await owned.change(session, two, now=now, is_enabled=False)
    for words, found in (
        ({}, [two.id, one.id]),
        ({"is_enabled": True}, [one.id]),
        ({"is_enabled": False}, [two.id]),
        ({"ids": (one.id, "none")}, [one.id]),
        ({"names": ("two",)}, [two.id]),
        ({"prefix": "SH"}, [two.id, one.id]),
        ({"prefix": "sho"}, [one.id]),
        ({"prefix": "%"}, []),
    ):
        assert [cloud.id for cloud in await owned.list_all(session, account.id, **words)] == found, words
    assert await owned.count(session, account.id) == 2


async def test_a_cloud_that_is_disabled_is_shut_and_opens_again(session, now):
    cloud = await cloud_of(session, now)
    shut = await owned.change(session, cloud, now=now, is_enabled=False)
    assert not shut.is_enabled
    assert await clouds.find(session, "acme") is None
    assert await clouds.find(session, "acme", even_disabled=True) == shut
    assert await clouds.find_by_id(session, cloud.id) == shut
    await owned.change(session, shut, now=now, is_enabled=True)
    assert (await clouds.find(session, "acme")).is_enabled


async def test_a_cloud_gets_another_name_and_its_old_one_is_nobody_else_s(session, now):
    cloud, other = await cloud_of(session, now), await cloud_of(session, now, "other")
    renamed = await owned.rename(session, cloud, "better", now)
    assert (await clouds.find(session, "better")) == renamed
    assert await clouds.find(session, "acme") is None
    for name in ("acme", "better"):
        with pytest.raises(Conflict):
            await cloud_of(session, now, name)
        with pytest.raises(Conflict):
            await owned.rename(session, other, name, now)
    assert (await owned.rename(session, renamed, "acme", now)).name == "acme"
    with pytest.raises(Invalid):
        await owned.rename(session, renamed, "v1_1", now)


async def test_a_cloud_is_set_up_as_another(session, now):
    base, cloud = await cloud_of(session, now), await cloud_of(session, now, "new")
    await clouds.change(session, base.id, is_strict=True, referrers=("a.example",), folder_mode=FolderMode.FIXED)
    copied = await owned.copy_settings(session, base, cloud)
    assert (copied.name, copied.is_strict, copied.referrers, copied.folder_mode) == (
        "new",
        True,
        ("a.example",),
        FolderMode.FIXED,
    )


async def test_what_is_noted_is_kept_and_another_account_s_cloud_is_unknown(session, now):
    cloud = await cloud_of(session, now)
    noted = await owned.change(session, cloud, now=now, label="Shop", attributes={"a": [1, {"b": None}]})
    assert (noted.label, noted.attributes, noted.updated_at) == ("Shop", {"a": [1, {"b": None}]}, now)
    other = await owners.create(session, now=now)
    for account_id, cloud_id in ((other.id, cloud.id), (cloud.account_id, "none")):
        with pytest.raises(NotFound, match="Cannot find sub account with id"):
            await owned.get(session, account_id, cloud_id)


async def test_one_key_of_a_cloud_is_set_apart_for_webhooks(session, now):
    keys, cloud = Keys(MemoryKeys()), await cloud_of(session, now)
    one, two = [await keys.issue(session, cloud.id, name=str(number), now=now) for number in range(2)]
    for key in (one, two):
        changed = await keys.change(session, cloud.id, key.api_key, now=now, dedicated_for=("webhooks",))
        assert changed.dedicated_for == ("webhooks",)
    assert [key.dedicated_for for key in await keys.list(session, cloud.id)] == [(), ("webhooks",)]
    with pytest.raises(Invalid):
        await keys.change(session, cloud.id, one.api_key, now=now, dedicated_for=("everything",))
    assert (await keys.of_clouds(session, [cloud.id]))[cloud.id] == await keys.list(session, cloud.id)
