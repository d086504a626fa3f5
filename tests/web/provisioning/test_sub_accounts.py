"""Clouds of an account and their keys, over HTTP as SDKs ask."""

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode

ORDER = ["name", "api_key", "api_secret", "created_at", "updated_at", "enabled", "root"]


async def made(owner, **words):
    return await owner.ask("POST", "sub_accounts", **{"name": "Shop", **words})


async def test_a_cloud_is_made_with_a_key_and_shown(owner):
    cloud = await made(owner, cloud_name="shop", custom_attributes={"team": {"id": 7}}, enabled="true")
    assert cloud["name"] == "Shop"
    assert cloud["cloud_name"] == "shop"
    assert cloud["enabled"] is True
    assert cloud["custom_attributes"] == {"team": {"id": 7}}
    assert [[*key] for key in cloud["api_access_keys"]] == [["key", "secret", "enabled"]]
    assert await owner.ask("GET", f"sub_accounts/{cloud['id']}") == cloud
    assert (await owner.ask("GET", "sub_accounts"))["sub_accounts"] == [cloud]


async def test_what_is_not_said_is_made_up(owner):
    cloud = await made(owner, cloud_name="", custom_attributes={}, enabled=None, base_sub_account_id=None)
    assert clouds.check_name(cloud["cloud_name"])
    assert (cloud["enabled"], cloud["custom_attributes"]) == (True, {})


async def test_only_what_is_given_changes(owner):
    cloud = await made(owner, cloud_name="shop", custom_attributes={"a": "b"})
    path = f"sub_accounts/{cloud['id']}"
    changed = await owner.ask("PUT", path, name="Store", cloud_name=None, enabled=None)
    assert changed == {**cloud, "name": "Store"}
    changed = await owner.ask("PUT", path, enabled="false", cloud_name="store", custom_attributes={"c": "d"})
    assert (changed["enabled"], changed["cloud_name"], changed["custom_attributes"]) == (False, "store", {"c": "d"})
    assert await owner.refused("POST", "sub_accounts", name="Old", cloud_name="shop") == (
        409,
        "cloud_name shop already exists",
    )


async def test_clouds_are_listed_as_each_sdk_asks(owner):
    one, two = await made(owner), await made(owner, name="Shelf", enabled="false")
    for words, found in (
        ({"enabled": "true", "ids": "", "prefix": ""}, [one]),
        ({"enabled": "false"}, [two]),
        ({"ids": [one["id"], two["id"]]}, [two, one]),
        ({"ids[]": one["id"]}, [one]),
        ({"ids": f"{one['id']},none"}, [one]),
        ({"prefix": "SHO"}, [one]),
        ({"cloud_names": two["cloud_name"]}, [two]),
    ):
        assert (await owner.ask("GET", "sub_accounts", **words))["sub_accounts"] == found, words


async def test_a_new_cloud_can_be_set_up_as_another(owner):
    base = await made(owner)
    async with owner.door.database.transaction() as session:
        await clouds.change(session, base["id"], is_strict=True, folder_mode=FolderMode.FIXED)
    cloud = await made(owner, base_sub_account_id=base["id"], cloud_name="copy")
    async with owner.door.database.transaction() as session:
        copied = await clouds.find(session, "copy")
    assert (copied.id, copied.is_strict, copied.folder_mode) == (cloud["id"], True, FolderMode.FIXED)
    status, message = await owner.refused("POST", "sub_accounts", name="a", base_sub_account_id="none")
    assert (status, message) == (404, "Cannot find sub account with id none")


async def test_a_deleted_cloud_is_gone_and_so_is_its_name(owner):
    cloud = await made(owner, cloud_name="shop")
    path = f"sub_accounts/{cloud['id']}"
    assert await owner.ask("DELETE", path) == {"message": "ok"}
    for method in ("GET", "PUT", "DELETE"):
        assert await owner.refused(method, path) == (404, f"Cannot find sub account with id {cloud['id']}")
    assert (await owner.refused("POST", "sub_accounts", name="Shop", cloud_name="shop"))[0] == 409


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "Missing required parameter - name"),
        ({"name": "a" * 256}, "name must have 1 to 255 characters, and none that control"),
        ({"name": "a", "cloud_name": "a b"}, "cloud_name (a b) is invalid"),
        ({"name": "a", "cloud_name": "provisioning"}, "cloud_name (provisioning) is invalid"),
        ({"name": "a", "enabled": "maybe"}, "Invalid boolean value maybe for parameter enabled"),
        (
            {"name": "a", "custom_attributes": "a"},
            "Invalid value for parameter custom_attributes: must be a JSON object",
        ),
        ({"name": "a", "custom_attributes": {"a": "b" * 10_000}}, "custom_attributes may have 10000 characters"),
        (
            {"name": "a", "custom_attributes": '{"a":' + "[" * 30 + "]" * 30 + "}"},
            "Invalid value for parameter custom_attributes: it is nested more than 20 times",
        ),
        ({"name": "a", "custom_attributes": '{"a": NaN}'}, "A value holds letters or numbers that cannot be stored."),
        ({"name": "a", "custom_attributes": {"a": "\0"}}, "A value holds letters or numbers that cannot be stored."),
    ],
)
async def test_what_is_no_cloud_is_refused(owner, words, message):
    assert await owner.refused("POST", "sub_accounts", **words) == (400, message)
    assert (await owner.ask("GET", "sub_accounts"))["sub_accounts"] == []


async def test_too_many_ids_are_refused(owner):
    ids = ",".join(map(str, range(101)))
    assert await owner.refused("GET", "sub_accounts", ids=ids) == (400, "Too many ids: 101. Maximum is 100.")


@pytest.fixture
async def keys(owner) -> str:
    """The path of the keys of a cloud."""
    return f"sub_accounts/{(await made(owner))['id']}/access_keys"


async def test_a_key_is_made_changed_and_deleted(owner, keys):
    key = await owner.ask("POST", keys, name="ci", enabled="false")
    assert [*key] == ORDER
    assert (key["name"], key["enabled"], key["root"]) == ("ci", False, False)
    path = f"{keys}/{key['api_key']}"
    changed = await owner.ask("PUT", path, name="cd", enabled="true", dedicated_for="webhooks")
    assert [*changed] == [*ORDER[:-1], "dedicated_for", "root"]
    assert (changed["name"], changed["enabled"], changed["dedicated_for"]) == ("cd", True, ["webhooks"])
    assert changed["api_secret"] == key["api_secret"]
    assert await owner.ask("DELETE", path) == {"message": "ok"}
    assert await owner.refused("PUT", path, name="a") == (404, f"api_key {key['api_key']} not found")


async def test_a_key_is_deleted_by_its_name_if_only_one_has_it(owner, keys):
    for name in ("one", "two", "two"):
        await owner.ask("POST", keys, name=name)
    assert await owner.ask("DELETE", keys, name="one") == {"message": "ok"}
    for name, status in (("one", 404), ("two", 400)):
        assert (await owner.refused("DELETE", keys, name=name))[0] == status
    assert await owner.refused("DELETE", keys) == (400, "Missing required parameter - name")


async def test_keys_are_sorted_and_cut(owner, keys):
    for name in ("b", "a"):
        await owner.ask("POST", keys, name=name)

    async def names(**words):
        answer = await owner.ask("GET", keys, **words)
        assert [*answer] == ["access_keys", "total"]
        assert answer["total"] == 3
        return [key["name"] for key in answer["access_keys"]]

    assert await names() == ["Root", "b", "a"]
    assert await names(sort_by="name", sort_order="asc") == ["a", "b", "Root"]
    assert await names(sort_by="created_at") == ["a", "b", "Root"]
    assert await names(sort_by="name", sort_order="desc", page_size=2, page=2) == ["a"]
    assert await names(page=9, page_size=2) == []
    for words in ({"sort_by": "age"}, {"sort_order": "up"}, {"page": 0}, {"page_size": 1001}):
        assert (await owner.refused("GET", keys, **words))[0] == 400


async def test_keys_of_a_cloud_that_is_not_there_are_not_found(owner):
    for method in ("GET", "POST"):
        assert (await owner.refused(method, "sub_accounts/none/access_keys"))[0] == 404
