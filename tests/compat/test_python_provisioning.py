"""The official Python SDK manages accounts, unchanged: every method of `cloudinary.provisioning`."""

import inspect
import time
from datetime import UTC, datetime, timedelta

import cloudinary
import cloudinary.api
import cloudinary.uploader
import httpx
import pytest
from cloudinary import provisioning
from cloudinary.exceptions import AlreadyExists, AuthorizationRequired, BadRequest, NotAllowed, NotFound
from cloudinary.provisioning import account as module
from cloudinary.provisioning.account_config import account_config, reset_config

KEY_WORDS = ["name", "api_key", "api_secret", "created_at", "updated_at", "enabled"]


@pytest.fixture(scope="module", autouse=True)
def configured(safelight):
    cloudinary.reset_config()
    cloudinary.config(upload_prefix=safelight.base)
    words = {"provisioning_api_key": safelight.key, "provisioning_api_secret": safelight.secret}
    account_config(account_id=safelight.account, **words)
    yield
    reset_config()
    cloudinary.reset_config()


@pytest.fixture(scope="module")
def cloud(configured):
    made = provisioning.create_sub_account("Python shop", "python-shop", {"team": "a"}, enabled=True)
    yield made
    assert provisioning.delete_sub_account(made["id"])["message"] == "ok"


@pytest.fixture
def user():
    made = provisioning.create_user("Pia", f"pia-{datetime.now(UTC).timestamp()}@firm.example", module.Role.BILLING)
    yield made
    assert provisioning.delete_user(made["id"])["message"] == "ok"


@pytest.fixture
def group():
    made = provisioning.create_user_group("Python editors")
    yield made
    assert provisioning.delete_user_group(made["id"])["ok"] is True


def test_a_cloud_is_made_and_its_key_uploads_at_once(safelight, cloud, photo):
    assert (cloud["name"], cloud["cloud_name"], cloud["enabled"]) == ("Python shop", "python-shop", True)
    assert cloud["custom_attributes"] == {"team": "a"}
    key = cloud["api_access_keys"][0]
    words = {"cloud_name": cloud["cloud_name"], "api_key": key["key"], "api_secret": key["secret"]}
    uploaded = cloudinary.uploader.upload(photo, public_id="first", upload_prefix=safelight.base, **words)
    assert uploaded["url"].startswith(f"{safelight.base}/python-shop/image/upload/")


def test_a_cloud_is_changed_and_shown(cloud):
    provisioning.update_sub_account(cloud["id"], "Python store")
    shown = provisioning.sub_account(cloud["id"])
    assert (shown["name"], shown["cloud_name"], shown["custom_attributes"]) == (
        "Python store",
        "python-shop",
        {"team": "a"},
    )


def test_a_cloud_that_is_disabled_is_shut_within_a_second(safelight, cloud, photo):
    key = cloud["api_access_keys"][0]
    words = {"cloud_name": cloud["cloud_name"], "api_key": key["key"], "api_secret": key["secret"]}
    url = cloudinary.uploader.upload(photo, upload_prefix=safelight.base, **words)["url"]
    assert [httpx.get(url).status_code for _ in range(3)] == [200, 200, 200]
    provisioning.update_sub_account(cloud["id"], enabled=False)
    with pytest.raises(AuthorizationRequired, match="is disabled"):
        cloudinary.api.ping(upload_prefix=safelight.base, **words)
    time.sleep(1)
    assert httpx.get(url).status_code == 404
    provisioning.update_sub_account(cloud["id"], enabled=True)
    assert cloudinary.api.ping(upload_prefix=safelight.base, **words)["status"] == "ok"
    assert httpx.get(url).status_code == 200
    provisioning.update_sub_account(cloud["id"], cloud_name="python-renamed")
    time.sleep(1)
    renamed = url.replace("/python-shop/", "/python-renamed/")
    assert [httpx.get(address).status_code for address in (url, renamed)] == [404, 200]
    provisioning.update_sub_account(cloud["id"], cloud_name="python-shop")


def test_clouds_are_listed(cloud):
    assert cloud["id"] in {each["id"] for each in provisioning.sub_accounts(enabled=True)["sub_accounts"]}
    assert [each["id"] for each in provisioning.sub_accounts(ids=[cloud["id"]])["sub_accounts"]] == [cloud["id"]]
    assert [each["id"] for each in provisioning.sub_accounts(prefix="python st")["sub_accounts"]] == [cloud["id"]]


def test_the_first_cloud_of_the_installation_is_of_the_account_too(safelight):
    names = {each["cloud_name"] for each in provisioning.sub_accounts()["sub_accounts"]}
    assert safelight.cloud in names


def test_keys_are_made_changed_listed_and_deleted(cloud):
    key = provisioning.generate_access_key(cloud["id"], name="ci", enabled=False)
    assert [*key][:6] == KEY_WORDS
    assert (key["name"], key["enabled"]) == ("ci", False)
    changed = provisioning.update_access_key(cloud["id"], key["api_key"], "cd", True, "webhooks")
    assert (changed["name"], changed["enabled"], changed["dedicated_for"]) == ("cd", True, ["webhooks"])
    listed = provisioning.access_keys(cloud["id"], page_size=1, page=1, sort_by="name", sort_order="desc")
    assert ([each["name"] for each in listed["access_keys"]], listed["total"]) == (["Root"], 2)
    assert provisioning.delete_access_key(cloud["id"], key["api_key"])["message"] == "ok"
    provisioning.generate_access_key(cloud["id"], name="by name")
    assert provisioning.delete_access_key(cloud["id"], name="by name")["message"] == "ok"
    with pytest.raises(NotFound):
        provisioning.delete_access_key(cloud["id"], name="by name")


def test_people_are_invited_changed_and_found(cloud, user):
    assert (user["pending"], user["role"], user["all_sub_accounts"]) == (True, "billing", True)
    email = f"new-{user['email']}"
    changed = provisioning.update_user(user["id"], "Pia Q", email, sub_account_ids=[cloud["id"]])
    assert (changed["name"], changed["email"], changed["sub_account_ids"]) == ("Pia Q", email, [cloud["id"]])
    assert provisioning.user(user["id"])["email"] == email
    day = datetime.now(UTC)
    for words, is_found in (
        ({}, True),
        ({"user_ids": [user["id"]]}, True),
        ({"user_ids": [user["id"]], "status": "pending"}, True),
        ({"user_ids": [user["id"]], "status": "active"}, False),
        ({"prefix": "pia q"}, True),
        ({"prefix": "pia qz"}, False),
        ({"user_ids": [user["id"]], "sub_account_id": cloud["id"]}, True),
        ({"last_login": True, "from_date": day - timedelta(days=1), "to_date": day}, False),
        ({"last_login": False, "from_date": day - timedelta(days=1), "to_date": day}, True),
    ):
        found = {each["id"] for each in provisioning.users(**words)["users"]}
        assert (user["id"] in found) is is_found, words


def test_people_join_and_leave_groups(user, group):
    assert provisioning.update_user_group(group["id"], "Python writers")["id"] == group["id"]
    assert provisioning.user_group(group["id"])["name"] == "Python writers"
    assert group["id"] in {each["id"] for each in provisioning.user_groups()["user_groups"]}
    assert len(provisioning.add_user_to_group(group["id"], user["id"])["users"]) == 1
    assert provisioning.user_group_users(group["id"])["users"][0]["id"] == user["id"]
    assert provisioning.user_in_user_groups(user["id"])["user_groups"][0]["id"] == group["id"]
    assert provisioning.remove_user_from_group(group["id"], user["id"])["users"] == []


def test_nobody_registers_by_himself():
    with pytest.raises(NotAllowed, match="ask the owner"):
        provisioning.create_agent_account("a@b.example", "agents", "model", "to try")
    with pytest.raises(NotAllowed, match="ask the owner"):
        provisioning.create_cloud(email="a@b.example")


@pytest.mark.parametrize(
    ("error", "call", "message"),
    [
        (NotFound, lambda: provisioning.sub_account("none"), "Cannot find sub account with id none"),
        (NotFound, lambda: provisioning.users(sub_account_id="none"), "Cannot find sub account with id none"),
        (NotFound, lambda: provisioning.user("none"), "Cannot find user with id none"),
        (NotFound, lambda: provisioning.user_group("none"), "Cannot find user group with id none"),
        (BadRequest, lambda: provisioning.create_user("Ann", "ann", "admin"), "email ann is invalid"),
        (AlreadyExists, lambda: provisioning.create_sub_account("Demo", "demo"), "already exists"),
        (
            AuthorizationRequired,
            lambda: provisioning.users(provisioning_api_key="a", provisioning_api_secret="a"),
            "Invalid provisioning_api_key",
        ),
    ],
)
def test_errors_are_those_that_the_sdk_knows(error, call, message):
    with pytest.raises(error, match=message):
        call()


def test_every_method_of_the_sdk_is_called_here():
    source = inspect.getsource(inspect.getmodule(configured))
    methods = {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }
    assert not {name for name in methods if f"provisioning.{name}(" not in source}
