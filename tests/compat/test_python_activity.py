"""What the unmodified Python SDK does leaves its line: with its key, the family of its program, and no address."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import cloudinary.api
import cloudinary.uploader
import httpx
import pytest

from tests.installation import Installation

WAIT_SECONDS_MAX = 20


@pytest.fixture
def cloudinary_config(safelight: Installation):
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=safelight.cloud,
        api_key=safelight.key,
        api_secret=safelight.secret,
        upload_prefix=safelight.base,
        secure=False,
    )
    yield
    cloudinary.reset_config()


def listed(safelight: Installation, *words: str) -> list[dict]:
    command = ("activity", "list", "--json", "--cloud", safelight.cloud, "--hours", "1", "--limit", "10000", *words)
    return json.loads(safelight.run(*command).stdout)


def test_what_the_sdk_does_leaves_its_line(safelight, cloudinary_config, photo):
    began = datetime.now(UTC) - timedelta(seconds=2)
    cloudinary.uploader.upload(photo, public_id="noted/one")
    cloudinary.api.resource("noted/one")
    with pytest.raises(cloudinary.exceptions.NotFound):
        cloudinary.api.resource("noted/nothing")
    for _ in range(3):
        assert httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/w_31/noted/one.jpg").status_code == 200
    wanted = {
        ("POST", "/v1_1/{cloud}/{kind}/upload", 200, "SDK"),
        ("GET", "/v1_1/{cloud}/resources/{kind}/{access}/{name:path}", 200, "SDK"),
        ("GET", "/v1_1/{cloud}/resources/{kind}/{access}/{name:path}", 404, "SDK"),
        ("GET", "/{delivery}", 200, "Python"),
    }
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        rows = [row for row in listed(safelight) if row["at"] >= began.strftime("%Y-%m-%dT%H:%M:%SZ")]
        seen = {(row["method"], row["route"], row["status"], row["agent"]) for row in rows}
        if wanted <= seen or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    assert wanted <= seen, seen
    assert {row["network"] for row in rows} == {"127.0.0.0/24"}
    assert {row["country"] for row in rows} == {"ZZ"}
    assert all(row["key"] for row in rows if row["agent"] == "SDK")
    assert sum(row["requests"] for row in rows if row["route"] == "/{delivery}") >= 3
    assert "noted" not in json.dumps(rows)


def test_the_operator_reads_whole_addresses_and_nobody_else(safelight, cloudinary_config):
    cloudinary.api.ping()
    time.sleep(2)
    clients = [client for row in listed(safelight, "--clients") for client in row["clients"]]
    assert {client["address"] for client in clients} == {"127.0.0.1"}
    assert any(client["agent"].startswith("CloudinaryPython/") for client in clients)
    assert all("address" not in row for row in listed(safelight))


def test_the_state_of_the_record(safelight, cloudinary_config):
    cloudinary.api.ping()
    time.sleep(2)
    state = json.loads(safelight.run("activity", "status", "--json").stdout)
    today = datetime.now(UTC).date().isoformat()
    assert state["on"] is True
    assert state["lost"] == 0
    assert today in state["address_keys"]
    assert set(state["days"]) == {"traffic", "traffic_clients", "page_views", "asset_events", "asset_visits"}
    assert "last_written_at" in safelight.run("activity", "status").stdout
    assert "safelight_activity_recorded_total" in httpx.get(f"{safelight.base}/metrics").text


def taken_in(safelight: Installation, expected: set[str]) -> dict[str, list[dict]]:
    """Uploads in the record, by asset, as soon as those that are expected are there."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        answer = safelight.run("activity", "assets", safelight.cloud, "--json", "--limit", "10000").stdout
        found: dict[str, list[dict]] = {}
        for row in json.loads(answer):
            if row["act"] == "upload":
                found.setdefault(row["asset"], []).append(row)
        if expected <= found.keys() or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def test_whatever_came_in_is_in_the_record_once_whoever_waited_for_it(safelight, cloudinary_config, photo):
    url = "data:image/png;base64," + base64.b64encode(photo).decode()
    cloudinary.uploader.upload(photo, public_id="taken/now", tags="taken")
    cloudinary.uploader.upload(photo, public_id="taken/later", tags="taken", **{"async": True})
    cloudinary.uploader.upload(url, public_id="taken/fetched", tags="taken", **{"async": True})
    cloudinary.uploader.text("Taken", public_id="taken/text")
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while len(cloudinary.api.resources_by_tag("taken")["resources"]) < 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    cloudinary.uploader.create_archive(tags=["taken"], target_public_id="taken/at-once.zip", resource_type="image")
    cloudinary.uploader.create_archive(
        tags=["taken"], target_public_id="taken/some-day.zip", resource_type="image", **{"async": True}
    )
    cloudinary.uploader.multi("taken", format="gif")
    names = {
        ("taken/now", "image", "upload"),
        ("taken/later", "image", "upload"),
        ("taken/fetched", "image", "upload"),
        ("taken/text", "image", "text"),
        ("taken/at-once.zip", "raw", "upload"),
        ("taken/some-day.zip", "raw", "upload"),
    }
    ids = {name: asset_id(*name) for name in names}
    found = taken_in(safelight, set(ids.values()))
    counted = {name: [row["requests"] for row in found.get(id, [])] for name, id in ids.items()}
    assert counted == {name: [1] for name in names}
    assert all(row["key"] for id in ids.values() for row in found[id])
    assert any(row["bytes"] == len(photo) for row in found[ids["taken/later", "image", "upload"]])


def asset_id(name: str, kind: str, access: str) -> str:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        try:
            return cloudinary.api.resource(name, resource_type=kind, type=access)["asset_id"]
        except cloudinary.exceptions.NotFound:
            assert time.monotonic() < deadline
            time.sleep(0.2)
