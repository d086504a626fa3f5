"""Versions are told, restored and erased through the Admin API, and fetched from signed addresses."""

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets import versions
from safelight.assets.model import Facts
from safelight.assets.originals import Originals
from safelight.assets.restoring import Restore
from safelight.kernel.media import Kind
from safelight.web.admin.routes import routes
from safelight.web.admin.versions import Versions
from safelight.web.backups import BackupDoor
from tests.intake import pieces


@pytest.fixture
def originals(tmp_path):
    return Originals(MemoryBlobs(), tmp_path)


@pytest.fixture
async def client(api, originals):
    restoring = Restore(api.database, originals, api.clock)
    door = BackupDoor(api.database, api.auth, originals, api.upload)
    async with api.client([*door.routes(), *Versions(api.door, restoring).routes(), *routes(api.door, {})]) as client:
        yield client


@pytest.fixture
def upload(api, originals):
    """An asset with bytes, whose version is kept."""

    async def done(name="cat", data=b"first", **words):
        facts = Facts(len(data), f"{len(data):032x}", "jpg", 4, 3)
        asset = await api.add(name, facts=facts, **words)
        await originals.blobs.put(originals.key(asset.cloud_id, asset.version_id), pieces(data))
        async with api.database.transaction() as session:
            await versions.keep(session, asset, api.clock.now())
        return asset

    return done


async def erase(client, *names, kind="image"):
    return await client.request("DELETE", f"resources/{kind}/upload", json={"public_ids": list(names)})


async def details(client, name="cat", **words):
    answer = await client.get(f"resources/image/upload/{name}", params=words)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_details_tell_versions_where_they_are_asked_for(api, client, upload):
    first = await upload()
    second = await upload(data=b"second")
    told = await details(client, versions="true")
    assert told["backup"] is True
    assert [(one["version_id"], one["version"], one["size"], one["restorable"]) for one in told["versions"]] == [
        (first.version_id, first.version, 5, True),
        (second.version_id, second.version, 6, True),
    ]
    assert told["versions"][0]["time"] == told["created_at"]
    assert "versions" not in await details(client)
    await api.add("plain")
    assert (await details(client, "plain"))["backup"] is False


async def test_an_erased_asset_is_shown_as_a_placeholder_until_it_is_restored(client, upload, jobs):
    asset = await upload("a/cat", tags=("t",))
    await erase(client, "a/cat")
    told = await details(client, "a/cat", versions="1", colors="1")
    assert (told["placeholder"], told["bytes"], told["asset_id"], told["derived"]) == (True, 0, asset.id, [])
    assert [one["version_id"] for one in told["versions"]] == [asset.version_id]
    assert (await client.get(f"resources/{asset.id}")).json()["placeholder"] is True
    listed = (await client.get("resources/image/upload", params={"tags": "1"})).json()["resources"]
    assert [(one["public_id"], one["placeholder"], one["bytes"], one["tags"]) for one in listed] == [
        ("a/cat", True, 0, ["t"])
    ]
    back = (await client.post("resources/image/upload/restore", json={"public_ids": ["a/cat", "none"]})).json()
    assert (back["a/cat"]["bytes"], back["a/cat"]["placeholder"], back["a/cat"]["asset_id"]) == (5, False, asset.id)
    assert back["none"] == {"error": "no_backup"}
    assert (await details(client, "a/cat"))["bytes"] == 5
    (fact,) = [fact for topic, fact in await jobs() if topic == "Reported"]
    assert (fact["about"], fact["fields"]["resources"][0]["public_id"]) == ("restore", "a/cat")


async def test_only_assets_that_are_there_are_deleted_or_rewritten(client, upload):
    await upload()
    await erase(client, "cat")
    assert (await erase(client, "cat")).json()["deleted"] == {"cat": "not_found"}
    assert (await client.post("resources/image/upload/cat", json={"tags": "a"})).status_code == 404


async def test_versions_are_restored_by_ids_in_the_order_in_which_they_are_named(client, upload):
    first = await upload()
    await upload(data=b"second")
    dog = await upload("dog", kind=Kind.RAW)
    await erase(client, "dog", kind="raw")
    words = {"asset_ids": [first.id, dog.id, "none"], "versions": [first.version_id, dog.version_id, "x"]}
    told = (await client.post("resources/restore", json=words)).json()
    assert [told[one].get("bytes") for one in (first.id, dog.id)] == [5, 5]
    assert told["none"] == {"error": "no_backup"}
    again = await client.post("resources/restore", json={"asset_ids": [first.id], "versions": ["none"]})
    assert again.json() == {first.id: {"error": "no_backup"}}


@pytest.mark.parametrize(
    ("path", "words", "told"),
    [
        ("image/upload/restore", {}, "Missing required parameter - public_ids"),
        ("restore", {}, "Missing required parameter - asset_ids"),
        ("restore", {"asset_ids": ["a", "b"], "versions": ["c"]}, "versions must name one version for each asset"),
        ("restore", {"asset_ids": [str(n) for n in range(101)]}, "Too many asset_ids: 101. Maximum is 100."),
        ("images/upload/restore", {"public_ids": ["a"]}, "Invalid resource_type images"),
    ],
)
async def test_what_cannot_be_restored_is_told_in_clear_words(client, path, words, told):
    answer = await client.post(f"resources/{path}", json=words)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, told)


async def test_versions_are_erased_for_good(client, upload):
    first = await upload()
    second = await upload(data=b"second")
    await erase(client, "cat")
    words = {"version_ids": [first.version_id, "none"]}
    told = (await client.request("DELETE", f"resources/backup/{first.id}", json=words)).json()
    assert (told["asset_id"], told["deleted_version_ids"]) == (first.id, [first.version_id])
    assert [one["version_id"] for one in told["failures"]] == ["none"]
    told = (await client.request("DELETE", f"resources/backup/{first.id}", params={"all": "true"})).json()
    assert told == {"asset_id": first.id, "deleted_version_ids": [second.version_id]}
    assert (await client.get("resources/image/upload/cat")).status_code == 404
    answer = await client.request("DELETE", f"resources/backup/{first.id}", json=words)
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, f"Resource not found - {first.id}")


async def test_nothing_is_erased_that_is_not_named(client, upload):
    asset = await upload()
    answer = await client.request("DELETE", f"resources/backup/{asset.id}")
    assert answer.json()["error"]["message"] == "Missing required parameter - version_ids"


async def test_a_cloud_says_whether_it_keeps_versions(api, client):
    assert (await client.get("backup_settings")).json() == {"backup": False, "backup_days": 0}
    assert (await client.put("backup_settings", json={"backup": True})).json()["backup"] is True
    assert (await client.get("backup_settings")).json()["backup"] is True
    assert (await client.put("backup_settings", json={})).status_code == 400


async def test_a_folder_is_deleted_with_what_could_be_restored_only_where_that_is_said(client, upload):
    await upload("x", folder="in")
    await erase(client, "x")
    answer = await client.request("DELETE", "folders/in")
    assert (answer.status_code, answer.json()["error"]["message"][:19]) == (400, "Folder is not empty")
    assert (await client.request("DELETE", "folders/in", json={"skip_backup": True})).json() == {"deleted": ["in"]}
    assert (await client.post("resources/image/upload/restore", json={"public_ids": ["x"]})).json()["x"]["bytes"] == 5
    assert [one["path"] for one in (await client.get("folders")).json()["folders"]] == ["in"]


async def test_a_kept_file_comes_from_a_signed_address_and_from_no_other(api, client, upload):
    asset = await upload("in/cat")
    await erase(client, "in/cat")
    words = {"asset_id": asset.id, "version_id": asset.version_id}
    answer = await client.get("download_backup", params=api.signed(words), auth=None)
    assert (answer.status_code, answer.content) == (200, b"first")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "image/jpeg"
    part = await client.get("download_backup", params=api.signed(words), headers={"Range": "bytes=1-2"})
    assert (part.status_code, part.content) == (206, b"ir")
    for wrong in (
        {"asset_id": asset.id, "version_id": "none"},
        {"asset_id": "none", "version_id": asset.version_id},
    ):
        assert (await client.get("download_backup", params=api.signed(wrong))).status_code == 404
    signed = api.signed(words)
    assert (await client.get("download_backup", params={**signed, "version_id": "other"})).status_code == 401
    assert (await client.get("download_backup", params=api.signed({"asset_id": asset.id}))).status_code == 400
