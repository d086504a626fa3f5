"""The official Node.js SDK manages accounts, unchanged: every method of `provisioning.account`."""

import json

import pytest

from tests.compat import node

PROGRAM = """
const fs = require('fs');
const {account} = require('cloudinary').v2.provisioning;
const calls = JSON.parse(fs.readFileSync(process.argv[2]));
(async () => {
  const told = {methods: Object.keys(account)};
  const cloud = await account.create_sub_account('Node shop', 'node-shop', {}, true);
  const user = await account.create_user('Nils', 'nils@node.example', 'billing', []);
  const group = await account.create_user_group('Node editors');
  const key = await account.generate_access_key(cloud.id, {name: 'ci', enabled: false});
  await account.generate_access_key(cloud.id, {name: 'by name'});
  for (const [name, call] of calls) {
    const run = new Function('account', 'cloud', 'user', 'group', 'key', `return (async () => ${call})()`);
    told[name] = await run(account, cloud, user, group, key).catch(error => ({refused: error.error || String(error)}));
  }
  console.log(JSON.stringify({...told, made: {cloud, user, group, key}}));
})().catch(error => { console.error(JSON.stringify(error)); process.exit(1); });
"""

CALLS = {
    "sub_account": "await account.sub_account(cloud.id)",
    "sub_accounts": "await account.sub_accounts(true, [cloud.id])",
    "sub_accounts by prefix": "await account.sub_accounts(true, [], 'node sh')",
    "update_sub_account": "await account.update_sub_account(cloud.id, 'Node store')",
    "user": "await account.user(user.id)",
    "users": "await account.users(null, [user.id])",
    "users of all": "await account.users()",
    "users with options": "await account.users(true, [], 'nils', cloud.id, {lastLogin: false, fromDate: '2026-01-01'})",
    "users who came": "await account.users(false, [user.id])",
    "update_user": "await account.update_user(user.id, 'Nils N', 'nils@other.example')",
    "update_user_group": "await account.update_user_group(group.id, 'Node writers')",
    "user_groups": "await account.user_groups()",
    "add_user_to_group": "await account.add_user_to_group(group.id, user.id)",
    "user_group": "await account.user_group(group.id)",
    "user_group_users": "await account.user_group_users(group.id)",
    "remove_user_from_group": "await account.remove_user_from_group(group.id, user.id)",
    "update_access_key": "await account.update_access_key(cloud.id, key.api_key, "
    "{name: 'cd', enabled: true, dedicated_for: 'webhooks'})",
    "access_keys": "await account.access_keys(cloud.id, {page_size: 2, page: 1, sort_by: 'name', sort_order: 'desc'})",
    "delete_access_key": "await account.delete_access_key(cloud.id, key.api_key)",
    "delete_access_key_by_name": "await account.delete_access_key_by_name(cloud.id, {name: 'by name'})",
    "wrong key": "await account.users(null, [], '', '', {provisioning_api_key: 'abc', provisioning_api_secret: 'abc'})",
    "delete_user_group": "await account.delete_user_group(group.id)",
    "delete_user": "await account.delete_user(user.id)",
    "delete_sub_account": "await account.delete_sub_account(cloud.id)",
    "sub_account that is gone": "await account.sub_account(cloud.id)",
}
MADE = {"create_sub_account", "create_user", "create_user_group", "generate_access_key"}


@pytest.fixture(scope="module")
def told(safelight, tmp_path_factory):
    """What the program was answered, call by call."""
    folder = tmp_path_factory.mktemp("node")
    (folder / "calls.json").write_text(json.dumps([*CALLS.items()]))
    account = f"account://{safelight.key}:{safelight.secret}@{safelight.account}"
    return node.run(
        PROGRAM, folder, "calls.json", CLOUDINARY_URL=node.address(safelight), CLOUDINARY_ACCOUNT_URL=account
    )


def test_every_method_of_the_sdk_is_called(told):
    assert set(told["methods"]) <= {*CALLS, *MADE}


def test_a_cloud_is_made_changed_listed_and_gone(told):
    cloud = told["made"]["cloud"]
    assert (cloud["cloud_name"], cloud["custom_attributes"], cloud["enabled"]) == ("node-shop", {}, True)
    assert len(cloud["api_access_keys"]) == 1
    assert told["sub_account"]["id"] == cloud["id"]
    for listed in ("sub_accounts", "sub_accounts by prefix"):
        assert [each["id"] for each in told[listed]["sub_accounts"]] == [cloud["id"]]
    assert (told["update_sub_account"]["name"], told["update_sub_account"]["cloud_name"]) == ("Node store", "node-shop")
    assert told["delete_sub_account"]["message"] == "ok"
    gone = told["sub_account that is gone"]["refused"]
    assert (gone["http_code"], gone["message"]) == (404, f"Cannot find sub account with id {cloud['id']}")


def test_somebody_is_invited_changed_found_and_gone(told):
    user = told["made"]["user"]
    assert (user["pending"], user["all_sub_accounts"]) == (True, True)
    assert told["user"]["id"] == user["id"]
    for listed in ("users", "users of all", "users with options"):
        assert user["id"] in {each["id"] for each in told[listed]["users"]}, listed
    assert told["users who came"]["users"] == []
    assert (told["update_user"]["name"], told["update_user"]["email"]) == ("Nils N", "nils@other.example")
    assert told["delete_user"]["message"] == "ok"


def test_a_group_gets_and_loses_people(told):
    group, user = told["made"]["group"], told["made"]["user"]
    assert told["update_user_group"]["id"] == group["id"]
    assert group["id"] in {each["id"] for each in told["user_groups"]["user_groups"]}
    assert [each["id"] for each in told["add_user_to_group"]["users"]] == [user["id"]]
    assert told["user_group"]["name"] == "Node writers"
    assert len(told["user_group_users"]["users"]) == 1
    assert told["remove_user_from_group"]["users"] == []
    assert told["delete_user_group"]["ok"] is True


def test_keys_are_made_changed_listed_and_gone(told):
    words = ["name", "api_key", "api_secret", "created_at", "updated_at", "enabled", "root"]
    key = {name: value for name, value in told["made"]["key"].items() if not name.startswith("rate_limit")}
    assert [*key] == words
    assert (key["name"], key["enabled"]) == ("ci", False)
    changed = told["update_access_key"]
    assert (changed["name"], changed["enabled"], changed["dedicated_for"]) == ("cd", True, ["webhooks"])
    assert (len(told["access_keys"]["access_keys"]), told["access_keys"]["total"]) == (2, 3)
    assert told["delete_access_key"]["message"] == told["delete_access_key_by_name"]["message"] == "ok"


def test_a_wrong_key_is_refused(told):
    assert told["wrong key"]["refused"]["http_code"] == 401
