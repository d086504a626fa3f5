"""The Python SDK with keys that may less: a viewer, a key of one folder, one that is disabled, and roles by the API."""

import io
import json
import zipfile

import cloudinary
import httpx
import pytest
from cloudinary import Search, SearchFolders, api, provisioning, uploader, utils
from cloudinary.exceptions import AuthorizationRequired, NotAllowed, NotFound
from cloudinary.provisioning.account_config import account_config, reset_config

FOLDER = "roles/shop"
LACKS = r"lacks the permission folder_and_asset_management::"


def point(safelight, key=None):
    """From here on the SDK speaks with this key; the installation's own if none is said."""
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=safelight.cloud,
        api_key=key["api_key"] if key else safelight.key,
        api_secret=key["api_secret"] if key else safelight.secret,
        upload_prefix=safelight.base,
        cname=f"127.0.0.1:{safelight.port}",
        secure=False,
    )


def created(safelight, *words):
    return json.loads(safelight.run("key", "create", safelight.cloud, *words, "--json").stdout)


@pytest.fixture(scope="module")
def assets(safelight, photo):
    point(safelight)
    inside = uploader.upload(photo, public_id="roles-inside", asset_folder=f"{FOLDER}/red", tags="roles,roles-in")
    outside = uploader.upload(photo, public_id="roles-outside", asset_folder="roles", tags="roles,roles-out")
    secret = uploader.upload(photo, public_id="roles-secret", asset_folder=FOLDER, type="authenticated")
    yield {"inside": inside, "outside": outside, "secret": secret}
    point(safelight)
    api.delete_resources_by_prefix("roles-")
    api.delete_resources_by_prefix("roles-", type="authenticated")
    api.delete_folder("roles")
    cloudinary.reset_config()


@pytest.fixture(scope="module")
def viewer(safelight):
    return created(safelight, "--role", "viewer")


@pytest.fixture(scope="module")
def shop(safelight, assets):
    return created(safelight, "--role", "manager", "--folder", FOLDER)


def names(answer):
    return sorted(one["public_id"] for one in answer["resources"] if one["public_id"].startswith("roles-"))


def test_a_viewer_reads_and_changes_nothing(safelight, assets, viewer, photo):
    point(safelight, viewer)
    assert api.ping()["status"] == "ok"
    assert api.resource("roles-outside")["asset_folder"] == "roles"
    assert names(api.resources(type="upload", prefix="roles-")) == ["roles-inside", "roles-outside"]
    assert names(Search().expression("tags:roles").execute()) == ["roles-inside", "roles-outside"]
    hidden = api.resource("roles-secret", type="authenticated")["url"]
    assert httpx.get(hidden).content == photo, "an address in an answer to a viewer opens what they may see"
    for refused, permission in (
        (lambda: api.update("roles-inside", tags="x"), f"{LACKS}update_asset"),
        (lambda: api.delete_resources(["roles-inside"]), f"{LACKS}delete_asset"),
        (lambda: api.create_folder("roles/new"), f"{LACKS}manage_folder"),
        (lambda: api.create_upload_preset(name="roles"), "lacks the permission upload_presets::manage"),
        (lambda: api.usage(), "lacks the permission reports::usage::view"),
    ):
        with pytest.raises(NotAllowed, match=f"Not permitted: api_key {viewer['api_key']} {permission}"):
            refused()
    for refused, permission in (
        (lambda: uploader.upload(photo), "create_asset"),
        (lambda: uploader.upload(photo, **{"async": True}), "create_asset"),
        (lambda: uploader.destroy("roles-inside"), "delete_asset"),
        (lambda: uploader.rename("roles-inside", "roles-other"), "update_asset"),
        (lambda: uploader.add_tag("x", ["roles-inside"]), "update_asset"),
        (lambda: uploader.explicit("roles-inside", type="upload", tags="x"), "update_asset"),
    ):
        # Libraries that upload know 401 and not 403.
        with pytest.raises(AuthorizationRequired, match=f"{LACKS}{permission}"):
            refused()


def test_a_key_of_a_folder_sees_that_folder_alone(safelight, assets, shop):
    point(safelight, shop)
    for listed in (
        api.resources(type="upload", prefix="roles-", max_results=100),
        api.resources_by_tag("roles"),
        api.resources_by_ids(["roles-inside", "roles-outside"]),
        api.resources_by_asset_ids([assets["inside"]["asset_id"], assets["outside"]["asset_id"]]),
        Search().expression("tags:roles").execute(),
        Search().expression("folder:roles/*").execute(),
    ):
        assert "roles-outside" not in names(listed)
        assert "roles-inside" in names(listed)
    found = Search().expression("tags:roles").aggregate("resource_type").execute()
    assert (found["total_count"], found["aggregations"]["resource_type"]) == (1, {"image": 1})
    assert api.resources_by_asset_folder("roles")["resources"] == []
    assert api.tags(prefix="roles-")["tags"] == ["roles-in"]
    assert [one["path"] for one in api.root_folders()["folders"]] == ["roles"]
    assert [one["path"] for one in api.subfolders("roles")["folders"]] == [FOLDER]
    assert sorted(one["path"] for one in SearchFolders().expression("path:roles*").execute()["folders"]) == [
        FOLDER,
        f"{FOLDER}/red",
    ]
    for missing in (
        lambda: api.resource("roles-outside"),
        lambda: api.resource_by_asset_id(assets["outside"]["asset_id"]),
        lambda: api.update("roles-outside", tags="x"),
        lambda: uploader.rename("roles-outside", "roles-mine"),
        lambda: uploader.explicit("roles-outside", type="upload", tags="x"),
        lambda: api.restore(["roles-outside"])["roles-outside"]["never"],
    ):
        with pytest.raises((NotFound, TypeError, KeyError)):
            missing()
    assert uploader.destroy("roles-outside")["result"] == "not found"
    assert api.delete_resources(["roles-outside"])["deleted"] == {"roles-outside": "not_found"}
    assert uploader.add_tag("x", ["roles-inside", "roles-outside"])["public_ids"] == ["roles-inside"]
    assert uploader.add_context("k=v", ["roles-outside"])["public_ids"] == []


def test_a_key_of_a_folder_works_inside_of_it_and_not_outside(safelight, assets, shop, photo):
    point(safelight, shop)
    made = uploader.upload(photo, public_id="roles-mine", asset_folder=f"{FOLDER}/new", tags="roles-mine")
    assert (made["asset_folder"], made["api_key"]) == (f"{FOLDER}/new", shop["api_key"])
    assert uploader.upload(photo, public_id="roles-mine", asset_folder=FOLDER)["overwritten"] is True
    refused = f"{LACKS}create_asset in the folder"
    for place in ({}, {"asset_folder": "roles"}, {"asset_folder": f"{FOLDER}-two"}):
        with pytest.raises(AuthorizationRequired, match=refused if place else f"{LACKS}create_asset"):
            uploader.upload(photo, public_id="roles-elsewhere", **place)
    with pytest.raises(AuthorizationRequired, match=f"{LACKS}update_asset"):
        uploader.upload(photo, public_id="roles-outside", asset_folder=FOLDER)
    with pytest.raises(NotAllowed, match=f"{LACKS}update_asset in the folder roles"):
        api.update("roles-mine", asset_folder="roles")
    assert uploader.rename("roles-mine", "roles-renamed")["public_id"] == "roles-renamed"
    assert api.update("roles-renamed", asset_folder=f"{FOLDER}/red")["asset_folder"] == f"{FOLDER}/red"
    overlaid = [{"overlay": "authenticated:roles-secret", "width": 50}]
    with pytest.raises((AuthorizationRequired, NotAllowed), match="may see all assets"):
        uploader.upload(photo, public_id="roles-peep", asset_folder=FOLDER, eager=overlaid)
    assert uploader.destroy("roles-renamed")["result"] == "ok"
    assert api.create_folder(f"{FOLDER}/blue")["success"] is True
    assert api.delete_folder(f"{FOLDER}/blue")["deleted"] == [f"{FOLDER}/blue"]
    for call in (
        lambda: api.create_folder("roles/blue"),
        lambda: api.rename_folder(f"{FOLDER}/red", "roles/red"),
        lambda: api.delete_folder("roles"),
    ):
        with pytest.raises(NotAllowed, match=f"{LACKS}manage_folder in the folder roles"):
            call()


def test_archives_and_downloads_hold_what_may_be_seen(safelight, assets, shop, photo):
    point(safelight, shop)
    packed = zipfile.ZipFile(io.BytesIO(httpx.get(utils.download_zip_url(tags="roles")).content))
    assert [name.rpartition("/")[2] for name in packed.namelist()] == ["roles-inside.jpg"]
    assert httpx.get(utils.private_download_url("roles-inside", "jpg", type="upload")).content == photo
    assert httpx.get(utils.private_download_url("roles-outside", "jpg", type="upload")).status_code == 404
    kept = uploader.create_zip(tags="roles", target_asset_folder=FOLDER, target_public_id="roles-packed")
    assert (kept["file_count"], kept["resource_count"]) == (1, 1)
    with pytest.raises(AuthorizationRequired, match=f"{LACKS}create_asset"):
        uploader.create_zip(tags="roles", target_public_id="roles-packed-two")
    assert uploader.destroy("roles-packed.zip", resource_type="raw")["result"] == "ok"


def test_what_a_limited_key_signs_opens_nothing_at_delivery(safelight, assets, shop, viewer, photo):
    for key in (shop, viewer):
        point(safelight, key)
        url, _ = utils.cloudinary_url("roles-secret", type="authenticated", sign_url=True, version=1, format="jpg")
        assert httpx.get(url).status_code == 401
        address = Search().expression("tags:roles").to_url()
        assert httpx.get(address).status_code == 401
    point(safelight)
    url, _ = utils.cloudinary_url("roles-secret", type="authenticated", sign_url=True, version=1, format="jpg")
    assert httpx.get(url).content == photo


def test_what_is_given_or_taken_counts_for_the_next_request(safelight, assets, photo):
    key = created(safelight, "--role", "viewer", "--folder", FOLDER)
    point(safelight, key)
    with pytest.raises(AuthorizationRequired, match=f"{LACKS}create_asset"):
        uploader.upload(photo, public_id="roles-mine", asset_folder=FOLDER)
    permit = ("key", "permit", safelight.cloud, key["api_key"])
    safelight.run(*permit, "--role", "contributor", "--role", "viewer", "--folder", FOLDER)
    uploader.upload(photo, public_id="roles-mine", asset_folder=FOLDER)
    with pytest.raises(AuthorizationRequired, match=f"{LACKS}delete_asset"):
        uploader.destroy("roles-mine")
    safelight.run(*permit, "--role", "owner")
    assert uploader.destroy("roles-mine")["result"] == "ok"
    assert api.resource("roles-outside")["public_id"] == "roles-outside"
    safelight.run("key", "disable", safelight.cloud, key["api_key"])
    with pytest.raises(AuthorizationRequired, match=f"Invalid api_key {key['api_key']}"):
        api.ping()


def test_the_list_of_keys_tells_what_each_may(safelight, shop, viewer):
    listed = json.loads(safelight.run("key", "list", safelight.cloud, "--json").stdout)
    told = {one["api_key"]: one["roles"] for one in listed}
    assert told[shop["api_key"]] == f"manager in {FOLDER}"
    assert told[viewer["api_key"]] == "viewer"
    assert told[safelight.key] == "owner"


def test_a_role_that_the_account_gives_limits_a_key_and_one_that_it_takes_does_not_free_it(safelight, assets):
    key = created(safelight, "--name", "by the account")
    point(safelight, key)
    assert names(api.resources(type="upload", prefix="roles-")) == ["roles-inside", "roles-outside"]
    who = {"type": "apiKey", "id": key["api_key"]}
    role = {"id": "cld::role::prodenv::media_library_user"}
    url = f"{safelight.base}/v2/accounts/{safelight.account}/permissions/principal_roles"
    account = (safelight.key, safelight.secret)

    def put(operation):
        words = {"operation": operation, "principal": who, "roles": [role]}
        assert httpx.put(url, json=words, auth=account).status_code == 200

    put("add")
    assert names(api.resources(type="upload", prefix="roles-")) == ["roles-inside", "roles-outside"]
    with pytest.raises(NotAllowed, match=f"{LACKS}delete_asset"):
        api.delete_resources(["roles-inside"])
    put("remove")
    with pytest.raises(NotAllowed, match=f"{LACKS}view_asset"):
        api.resources(prefix="roles-")


def test_a_provisioning_key_may_what_its_roles_say(safelight):
    key = json.loads(safelight.run("provisioning-key", "create", "--json").stdout)
    words = {"provisioning_api_key": key["api_key"], "provisioning_api_secret": key["api_secret"]}
    cloudinary.reset_config()
    cloudinary.config(upload_prefix=safelight.base)
    account_config(account_id=safelight.account, **words)
    try:
        assert provisioning.users()["users"] is not None
        url = f"{safelight.base}/v2/accounts/{safelight.account}/permissions/principal_roles"
        given = {"operation": "add", "principal": {"type": "provisioningKey", "id": key["api_key"]}}
        given["roles"] = [{"id": "cld::role::account::billing"}]
        assert httpx.put(url, json=given, auth=(safelight.key, safelight.secret)).status_code == 200
        billing = f"{safelight.base}/v1_1/provisioning/accounts/{safelight.account}/billing_usage"
        assert httpx.get(billing, auth=(key["api_key"], key["api_secret"])).status_code == 200
        with pytest.raises(NotAllowed, match="lacks the permission users_and_groups::manage"):
            provisioning.users()
        with pytest.raises(NotAllowed, match="lacks the permission product_environments::manage"):
            provisioning.sub_accounts()
    finally:
        reset_config()
        cloudinary.reset_config()
