"""Bulk over HTTP: asked for in the words of clients, watched, stopped, taken back; failures as a sheet."""

import csv
import io

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets import metadata_fields
from safelight.assets.bulk_run import RunBulk
from safelight.assets.metadata import Field, FieldType
from safelight.assets.originals import Originals
from safelight.assets.restoring import Restore
from safelight.settings import SelectionSettings
from safelight.web.admin.bulk import BulkCalls
from safelight.web.admin.routes import routes
from safelight.web.admin.snapshots import Snapshots
from tests.web.admin.conftest import VOCABULARY


@pytest.fixture
async def cats(api):
    return [await api.add(f"cat{number}", tags=("cat",), context={"k": "v"}) for number in range(4)]


@pytest.fixture
async def client(api):
    settings = SelectionSettings()
    ours = [*Snapshots(api.door, settings).routes(), *BulkCalls(api.door, settings).routes()]
    async with api.client([*ours, *routes(api.door, VOCABULARY)]) as client:
        yield client


@pytest.fixture
def run(api, tmp_path):
    restore = Restore(api.database, Originals(MemoryBlobs(), tmp_path), api.clock)
    job = RunBulk(api.database, restore, api.clock, batch=3)

    async def run(bulk):
        await job.run_bulk({"cloud_id": api.cloud.id, "bulk_id": bulk["id"]})

    return run


async def begun(client, **words):
    answer = await client.post("bulk", json=words)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def show(client, bulk):
    return (await client.get(f"bulk/{bulk['id']}")).json()


async def assets(client, **words):
    found = (await client.get("resources/image/upload", params={"tags": 1, "context": 1, "prefix": "", **words})).json()
    return {line["public_id"]: line for line in found["resources"]}


async def test_an_action_is_asked_for_watched_and_taken_back(client, cats, run):
    bulk = await begun(client, action="add_tags", expression="tags=cat", tags=["new", "two words"])
    assert bulk == {
        "id": bulk["id"], "action": "add_tags", "state": "waiting", "total": 4, "done": 0, "ok": 0, "failed": 0,
        "skipped": 0, "can_undo": False, "undoes": None, "undone_by": None,
        "created_at": "2026-01-02T03:04:05Z", "ended_at": None,
    }  # fmt: skip
    await run(bulk)
    done = await show(client, bulk)
    assert (done["state"], done["done"], done["ok"], done["can_undo"]) == ("done", 4, 4, True)
    assert {tuple(line["tags"]) for line in (await assets(client)).values()} == {("cat", "new", "two words")}
    back = (await client.post(f"bulk/{bulk['id']}/undo")).json()
    assert (back["action"], back["undoes"]) == ("undo", bulk["id"])
    await run(back)
    assert {tuple(line["tags"]) for line in (await assets(client)).values()} == {("cat",)}
    assert (await show(client, bulk))["undone_by"] == back["id"]
    listed = (await client.get("bulk")).json()["bulks"]
    assert [one["id"] for one in listed] == [back["id"], bulk["id"]]


@pytest.mark.parametrize(
    ("words", "field", "expected"),
    [
        ({"action": "remove_tags", "tags": "cat"}, "tags", []),
        ({"action": "replace_tags", "tags": "b,a"}, "tags", ["a", "b"]),
        ({"action": "replace_tags", "tags": []}, "tags", []),
        ({"action": "add_context", "context": {"a": "1"}}, "context", {"custom": {"a": "1", "k": "v"}}),
        ({"action": "add_context", "context": "a=1|k=w"}, "context", {"custom": {"a": "1", "k": "w"}}),
        ({"action": "remove_context", "context_keys": "*"}, "context", None),
        ({"action": "move", "asset_folder": "zoo/cats"}, "asset_folder", "zoo/cats"),
        ({"action": "move", "asset_folder": ""}, "asset_folder", ""),
        ({"action": "set_access", "access_mode": "authenticated"}, "access_mode", "authenticated"),
        ({"action": "set_access", "access_control": [{"access_type": "token"}]}, "access_mode", "authenticated"),
        ({"action": "set_access", "access_mode": "public"}, "access_mode", "public"),
    ],
)
async def test_each_action_reads_its_words(client, cats, run, words, field, expected):
    bulk = await begun(client, all=True, **words)
    await run(bulk)
    assert (await show(client, bulk))["ok"] == 4
    assert [line.get(field) for line in (await assets(client)).values()] == [expected] * 4


async def test_all_of_a_snapshot_but_some_is_one_token(client, cats, run):
    words = {"expression": "tags=cat", "sort_by": [{"public_id": "asc"}]}
    snapshot_id = (await client.post("snapshots", json=words)).json()["snapshot_id"]
    bulk = await begun(
        client, action="delete", snapshot_id=snapshot_id, positions="0-1,3", except_asset_ids=[cats[0].id]
    )
    assert bulk["total"] == 2
    await run(bulk)
    assert sorted(await assets(client)) == ["cat0", "cat2"]


async def test_what_could_not_be_done_comes_as_a_sheet(client, api, cats, run):
    field = Field("size", FieldType.INTEGER, "Size")
    await api.add("=SUM(A1)", tags=("cat",))
    async with api.database.transaction() as session:
        await metadata_fields.create(session, api.cloud.id, field, now=api.clock.now())
    bulk = await begun(client, action="set_metadata", expression="tags=cat", metadata={"size": "3"})
    async with api.database.transaction() as session:
        await metadata_fields.delete(session, api.cloud.id, "size", now=api.clock.now())
    await run(bulk)
    assert (await show(client, bulk))["failed"] == 5
    answer = await client.get(f"bulk/{bulk['id']}/failures.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["position", "asset_id", "public_id", "reason"]
    assert {row[2] for row in rows[1:]} == {"cat0", "cat1", "cat2", "cat3", "'=SUM(A1)"}
    assert {row[3] for row in rows[1:]} == {"Metadata field size doesn't exist"}


async def test_one_that_waits_is_cancelled(client, cats, run):
    bulk = await begun(client, action="delete", all=True)
    assert (await client.post(f"bulk/{bulk['id']}/cancel")).json()["state"] == "cancelled"
    await run(bulk)
    assert len(await assets(client)) == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "Missing required parameter - action; known are add_tags"),
        ({"action": "undo", "all": True}, "Invalid action undo"),
        ({"action": "delete"}, "Exactly one of expression, snapshot_id, asset_ids or all is required"),
        ({"action": "delete", "expression": ""}, "Exactly one of"),
        ({"action": "delete", "expression": "cat", "all": True}, "Exactly one of"),
        ({"action": "delete", "all": True, "except_asset_ids": ["0" * 32]}, "except_asset_ids goes with a snapshot_id"),
        ({"action": "delete", "all": True, "except": "x"}, "Unknown parameter except"),
        ({"action": "delete", "all": True, "tags": "x"}, "Unknown parameter tags"),
        ({"action": "delete", "asset_ids": ["cat"]}, "cat is no asset_id"),
        ({"action": "delete", "snapshot_id": "nope"}, "Snapshot not found"),
        ({"action": "delete", "snapshot_id": "x", "positions": "3-1"}, "Invalid positions 3-1"),
        ({"action": "add_tags", "all": True}, "Missing required parameter - tags"),
        ({"action": "replace_tags", "all": True}, "Missing required parameter - tags"),
        ({"action": "add_context", "all": True}, "Missing required parameter - context"),
        ({"action": "remove_context", "all": True}, "Missing required parameter - context_keys"),
        ({"action": "set_metadata", "all": True}, "Missing required parameter - metadata"),
        ({"action": "set_metadata", "all": True, "metadata": {"nope": "1"}}, "Metadata field nope doesn't exist"),
        ({"action": "move", "all": True}, "Missing required parameter - asset_folder"),
        ({"action": "set_access", "all": True}, "Missing required parameter - access_control or access_mode"),
        ({"action": "moderate", "all": True}, "Missing required parameter - moderation_status"),
        ({"action": "moderate", "all": True, "moderation_status": "nope"}, "Illegal value nope"),
    ],
)
async def test_faults_are_told_before_anything_is_done(client, cats, words, told):
    answer = await client.post("bulk", json=words)
    assert answer.status_code in (400, 404)
    assert told in answer.json()["error"]["message"]
    assert (await client.get("bulk")).json() == {"bulks": []}


@pytest.mark.parametrize("path", ["bulk/nope", "bulk/nope/failures.csv", "bulk/nope/cancel", "bulk/nope/undo"])
async def test_one_that_is_not_there_is_not_found(client, path):
    method = "POST" if path.endswith(("cancel", "undo")) else "GET"
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "Action not found - nope")
