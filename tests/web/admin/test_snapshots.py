"""Snapshots over HTTP: taken, read at any place, let go of."""

from datetime import timedelta

import pytest

from safelight.assets import catalogue
from safelight.settings import SelectionSettings
from safelight.web.admin.snapshots import Snapshots

IDS = {"expression": "tags=cat", "sort_by": [{"public_id": "asc"}]}


@pytest.fixture
async def client(api):
    for number in range(5):
        await api.add(f"cat{number}", tags=("cat",))
    await api.add("dog")
    async with api.client(Snapshots(api.door, SelectionSettings(assets_max=5)).routes()) as client:
        yield client


async def taken(client, **words):
    answer = await client.post("snapshots", json={**IDS, **words})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_result_is_held_for_a_quarter_of_an_hour(client, api):
    told = await taken(client)
    assert told["total_count"] == 5
    assert (told["created_at"], told["expires_at"]) == ("2026-01-02T03:04:05Z", "2026-01-02T03:19:05Z")
    window = (await client.get(f"snapshots/{told['snapshot_id']}", params={"position": 3, "limit": 60})).json()
    assert [(line["position"], line["public_id"]) for line in window["resources"]] == [(3, "cat3"), (4, "cat4")]
    assert (window["total_count"], window["position"]) == (5, 3)
    api.clock.advance(timedelta(minutes=15))
    over = await client.get(f"snapshots/{told['snapshot_id']}")
    assert (over.status_code, over.json()["error"]["message"]) == (
        404, "Snapshot not found: it is over, or never was; make another"
    )  # fmt: skip


async def test_what_is_gone_keeps_its_place_and_the_others_are_as_they_are_now(client, api):
    told = await taken(client)
    window = (await client.get(f"snapshots/{told['snapshot_id']}")).json()["resources"]
    async with api.database.transaction() as session:
        doomed = await catalogue.find_by_id(session, api.cloud.id, window[1]["asset_id"])
        await catalogue.delete(session, doomed, api.clock.now())
        other = await catalogue.find_by_id(session, api.cloud.id, window[2]["asset_id"])
        await catalogue.rename(session, other, "zebra", now=api.clock.now())
    after = (await client.get(f"snapshots/{told['snapshot_id']}", params={"limit": 3})).json()["resources"]
    assert after[1] == {"position": 1, "asset_id": window[1]["asset_id"], "status": "gone"}
    assert [line.get("public_id") for line in after] == ["cat0", None, "zebra"]


async def test_lines_show_what_is_asked_for(client):
    snapshot_id = (await taken(client))["snapshot_id"]
    (line,) = (await client.get(f"snapshots/{snapshot_id}?limit=1&with_field=tags")).json()["resources"]
    assert line["tags"] == ["cat"]
    (line,) = (await client.get(f"snapshots/{snapshot_id}?limit=1&fields=bytes")).json()["resources"]
    assert line["bytes"] == 7
    assert "width" not in line


@pytest.mark.parametrize(
    ("method", "path", "words", "status", "told"),
    [
        ("POST", "snapshots", {"expression": "(("}, 400, "Invalid expression"),
        ("POST", "snapshots", {"expresion": "tags=cat"}, 400, "Unknown parameter expresion"),
        ("POST", "snapshots", {"sort_by": [{"nope": "asc"}]}, 400, "Invalid sort_by field nope"),
        ("POST", "snapshots", {}, 400, "More than 5 assets are found"),
        ("GET", "snapshots/nope", {}, 404, "Snapshot not found"),
        ("GET", "snapshots/nope", {"limit": "501"}, 400, "must be a number from 1 to 500"),
        ("GET", "snapshots/nope", {"position": "-1"}, 400, "must be a number from 0"),
        ("GET", "snapshots/nope", {"with_field": "image_metadata"}, 400, "A snapshot shows tags, context and metadata"),
        ("DELETE", "snapshots/nope", {}, 404, "Snapshot not found"),
    ],
)
async def test_faults_are_told(client, method, path, words, status, told):
    sent = {"json": words} if method == "POST" else {"params": words}
    answer = await client.request(method, path, **sent)
    assert (answer.status_code, told in answer.json()["error"]["message"]) == (status, True), answer.text


async def test_who_needs_it_no_longer_lets_it_go(client):
    path = f"snapshots/{(await taken(client))['snapshot_id']}"
    assert (await client.delete(path)).json() == {"message": "ok"}
    assert (await client.get(path)).status_code == 404
