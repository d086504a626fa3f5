"""Folders over HTTP, in both modes."""

import pytest

from safelight.accounts.model import FolderMode
from safelight.web.admin.routes import routes
from tests.api import Api
from tests.web.admin.conftest import VOCABULARY


async def test_a_folder_is_made_listed_moved_and_deleted(api, client):
    made = (await client.post("folders/a%2Fb")).json()
    assert made == {"success": True, "path": "a/b", "name": "b"}
    assert (await client.post("folders/a/b")).json() == made
    listed = (await client.get("folders", params={"max_results": "500"})).json()
    (root,) = listed["folders"]
    assert (root["name"], root["path"], len(root["external_id"])) == ("a", "a", 32)
    assert (listed["next_cursor"], listed["total_count"]) == (None, 1)
    moved = await client.put("folders/a/b", json={"to_folder": "c/d"})
    assert moved.json() == {"from": {"name": "b", "path": "a/b"}, "to": {"name": "d", "path": "c/d"}}
    assert (await client.get("folders/a")).json() == {"folders": [], "next_cursor": None, "total_count": 0}
    assert (await client.delete("folders/c")).json() == {"deleted": ["c", "c/d"]}


@pytest.mark.parametrize(
    ("method", "path", "words", "status", "message"),
    [
        ("GET", "folders/none", {}, 404, "Can't find folder with path none"),
        ("PUT", "folders/none", {"to_folder": "x"}, 404, "Can't find folder with path none"),
        ("DELETE", "folders/none", {}, 404, "Can't find folder with path none"),
        ("DELETE", "folders/none", {"with_assets": "true"}, 404, "Can't find folder with path none"),
        ("POST", "folders/a%3Fb", {}, 400, "folder is invalid"),
        ("POST", "folders/..%2Fa", {}, 400, "folder is invalid"),
        ("POST", "folders/", {}, 400, "Missing required parameter - folder"),
        ("PUT", "folders/full", {}, 400, "Missing required parameter - to_folder"),
        ("PUT", "folders/full", {"to_folder": "full/deep"}, 400, "Folder full cannot be moved into itself"),
        ("DELETE", "folders/full", {}, 400, "Folder is not empty"),
        ("GET", "folders", {"next_cursor": "none"}, 400, "Invalid next_cursor"),
    ],
)
async def test_refusals(api, client, method, path, words, status, message):
    await api.add("cat", folder="full")
    answer = await client.request(method, path, params=words)
    assert (answer.status_code, answer.json()) == (status, {"error": {"message": message}})


async def test_a_folder_with_assets_is_cleared_by_a_job(api, client, jobs):
    await api.add("cat", folder="full/deep")
    answer = await client.delete("folders/full", params={"with_assets": "true"})
    assert answer.json() == {"deleted": ["full", "full/deep"], "status": "pending"}
    assert "clear_folder" in [name for name, _ in await jobs()]


async def test_in_fixed_mode_folders_come_from_names_and_stay_where_they_are(database, clock):
    api = Api(database, clock)
    await api.open(FolderMode.FIXED)
    await api.add("x/y/cat", folder="x/y")
    async with api.client(routes(api.door, VOCABULARY)) as client:
        assert [one["path"] for one in (await client.get("folders/x")).json()["folders"]] == ["x/y"]
        refused = await client.put("folders/x", json={"to_folder": "z"})
        assert refused.status_code == 400
        assert "only in dynamic folder mode" in refused.json()["error"]["message"]
