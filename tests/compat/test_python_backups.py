"""The Python SDK keeps versions, restores them, fetches and erases them."""

import time

import cloudinary
import cloudinary.exceptions
import httpx
import pytest
from cloudinary import api, uploader
from cloudinary.utils import download_backedup_asset

from tests.compat.pointing import point_at

NAME = "backups/cat"


@pytest.fixture(autouse=True)
def _pointed_here(safelight):
    point_at(safelight)
    yield
    for listed in api.resources(type="upload", prefix="backups/", max_results=100)["resources"]:
        asset_id = listed["asset_id"]
        version_ids = [one["version_id"] for one in api.resource_by_asset_id(asset_id, versions=True)["versions"]]
        if version_ids:
            api.delete_backed_up_assets(asset_id, version_ids)
    api.delete_resources_by_prefix("backups/")
    cloudinary.reset_config()


def test_an_erased_asset_is_a_placeholder_and_comes_back(photo):
    sent = uploader.upload(photo, public_id=NAME, backup=True, tags="kept", context={"k": "v"})
    assert api.delete_resources([NAME])["deleted"] == {NAME: "deleted"}
    assert httpx.get(sent["url"]).status_code == 404
    left = api.resource(NAME)
    assert (left["bytes"], left["placeholder"]) == (0, True)
    listed = api.resources(type="upload", prefix="backups/")["resources"]
    assert [(one["public_id"], one["placeholder"]) for one in listed] == [(NAME, True)]
    back = api.restore([NAME])[NAME]
    assert (back["bytes"], back["asset_id"], back["tags"]) == (len(photo), sent["asset_id"], ["kept"])
    assert back["version_id"] != sent["version_id"]
    assert httpx.get(back["url"]).content == photo
    assert api.resource(NAME)["context"] == {"custom": {"k": "v"}}
    assert api.restore_by_asset_ids(["none"]) == {"none": {"error": "no_backup"}}


def test_any_version_comes_back_also_of_what_was_erased_in_between(photo):
    sent = [
        (uploader.upload(photo, public_id=NAME, backup=True, **words), api.delete_resources([NAME]))[0]
        for words in ({}, {"transformation": {"width": 40, "crop": "scale"}})
    ]
    found = api.resource(NAME, versions=True)["versions"]
    assert [one["version_id"] for one in found] == [one["version_id"] for one in sent]
    assert "versions" not in api.resource(NAME)
    for version, one in zip(found, sent, strict=True):
        assert api.restore([NAME], versions=[version["version_id"]])[NAME]["bytes"] == one["bytes"] == version["size"]
        assert api.resource(NAME)["width"] == one["width"]
    asset_id = sent[0]["asset_id"]
    back = api.restore_by_asset_ids([asset_id], versions=[found[0]["version_id"]])
    assert back[asset_id]["bytes"] == len(photo)


def test_a_kept_file_is_fetched_by_a_signed_address_until_it_is_erased(photo):
    sent = uploader.upload(photo, public_id=NAME, backup=True)
    small = uploader.upload(photo, public_id=NAME, backup=True, transformation={"width": 40, "crop": "scale"})
    url = download_backedup_asset(sent["asset_id"], sent["version_id"])
    assert httpx.get(url).content == photo
    assert httpx.get(url.replace(sent["version_id"], small["version_id"])).status_code == 401
    old = download_backedup_asset(sent["asset_id"], sent["version_id"], timestamp=int(time.time()) - 3700)
    assert httpx.get(old).status_code == 400
    gone = api.delete_backed_up_assets(sent["asset_id"], [sent["version_id"], "none"])
    assert (gone["asset_id"], gone["deleted_version_ids"]) == (sent["asset_id"], [sent["version_id"]])
    assert [one["version_id"] for one in gone["failures"]] == ["none"]
    assert httpx.get(url).status_code == 404
    assert httpx.get(small["url"]).status_code == 200
    assert api.restore([NAME], versions=[sent["version_id"]]) == {NAME: {"error": "no_backup"}}


def test_what_is_not_backed_up_is_gone(photo):
    uploader.upload(photo, public_id=NAME)
    uploader.destroy(NAME)
    with pytest.raises(cloudinary.exceptions.NotFound, match=f"Resource not found - {NAME}"):
        api.resource(NAME)
    assert api.restore([NAME]) == {NAME: {"error": "no_backup"}}


def test_a_cloud_that_keeps_versions_keeps_those_of_which_nothing_is_said(safelight, photo):
    safelight.run("cloud", "set", safelight.cloud, "--backup", "on")
    try:
        for name, words in (("kept", {}), ("dropped", {"backup": False})):
            uploader.upload(photo, public_id=f"backups/{name}", asset_folder="backups", **words)
            uploader.destroy(f"backups/{name}")
        assert api.resource("backups/kept")["placeholder"] is True
        with pytest.raises(cloudinary.exceptions.NotFound):
            api.resource("backups/dropped")
        with pytest.raises(cloudinary.exceptions.BadRequest, match="Folder is not empty"):
            api.delete_folder("backups")
        assert api.delete_folder("backups", skip_backup=True)["deleted"] == ["backups"]
    finally:
        safelight.run("cloud", "set", safelight.cloud, "--backup", "off")
