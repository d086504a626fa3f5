"""Snapshots and actions on many assets with the unmodified Python SDK, by its own way to call what it does not name."""

import csv
import io
import time

import cloudinary
import httpx
import pytest
from cloudinary import Search, api, uploader
from cloudinary.api_client.call_api import call_json_api
from cloudinary.exceptions import BadRequest, NotFound

NAMES = tuple(f"herd/{number}" for number in range(6))
HERD = "tags=herd"
SECONDS_MAX = 60


@pytest.fixture(scope="module")
def herd(safelight, photo):
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=safelight.cloud,
        api_key=safelight.key,
        api_secret=safelight.secret,
        upload_prefix=safelight.base,
    )
    ids = [uploader.upload(photo, public_id=name, tags=["herd"], context={"n": "1"})["asset_id"] for name in NAMES]
    yield ids
    api.delete_resources_by_prefix("herd/")
    cloudinary.reset_config()


def ended(bulk):
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        told = call_json_api("get", ["bulk", bulk["id"]], {})
        if told["ended_at"] is not None:
            return told
        time.sleep(0.1)
    raise AssertionError(f"it has not ended: {told}")


def done(**words):
    return ended(call_json_api("post", ["bulk"], words))


def tags():
    return {
        line["public_id"]: line["tags"] for line in api.resources(type="upload", prefix="herd/", tags=True)["resources"]
    }


def test_a_grid_jumps_to_any_place(herd):
    order = [{"public_id": "asc"}]
    held = call_json_api("post", ["snapshots"], {"expression": HERD, "sort_by": order})
    assert held["total_count"] == len(Search().expression(HERD).execute()["resources"]) == 6
    window = httpx.get(
        f"{cloudinary.config().upload_prefix}/v1_1/{cloudinary.config().cloud_name}/snapshots/{held['snapshot_id']}",
        params={"position": 4, "limit": 60},
        auth=(cloudinary.config().api_key, cloudinary.config().api_secret),
    ).json()
    assert [(line["position"], line["public_id"]) for line in window["resources"]] == [(4, "herd/4"), (5, "herd/5")]
    with pytest.raises(NotFound, match="it is over"):
        call_json_api("get", ["snapshots", "0" * 32], {})


def test_select_all_but_one_tag_them_and_take_it_back(herd):
    held = call_json_api("post", ["snapshots"], {"expression": HERD, "sort_by": [{"public_id": "asc"}]})
    words = {"snapshot_id": held["snapshot_id"], "except_asset_ids": [herd[2]]}
    told = done(action="add_tags", tags=["counted"], **words)
    assert (told["state"], told["ok"], told["failed"], told["skipped"], told["can_undo"]) == ("done", 5, 0, 0, True)
    assert [name for name, found in sorted(tags().items()) if "counted" not in found] == ["herd/2"]
    uploader.add_tag("since", ["herd/0"])
    back = ended(call_json_api("post", ["bulk", told["id"], "undo"], {}))
    assert (back["state"], back["ok"]) == ("done", 5)
    assert tags() == {name: ["herd", "since"] if name == "herd/0" else ["herd"] for name in NAMES}


def test_what_cannot_be_done_is_a_line_and_the_rest_is_done(herd):
    api.add_metadata_field({"external_id": "weight", "type": "integer", "label": "Weight of the herd"})
    try:
        with pytest.raises(BadRequest, match="must be a whole number"):
            done(action="set_metadata", expression=HERD, metadata={"weight": "heavy"})
        told = done(action="set_metadata", expression=HERD, metadata={"weight": "3"})
        assert (told["ok"], told["failed"]) == (6, 0)
        assert api.resource("herd/1")["metadata"]["weight"] == 3
    finally:
        api.delete_metadata_field("weight")
    config = cloudinary.config()
    sheet = httpx.get(
        f"{config.upload_prefix}/v1_1/{config.cloud_name}/bulk/{told['id']}/failures.csv",
        auth=(config.api_key, config.api_secret),
    )
    assert list(csv.reader(io.StringIO(sheet.text))) == [["position", "asset_id", "public_id", "reason"]]


def test_what_was_deleted_comes_back_where_a_version_is_kept(herd, photo):
    kept = uploader.upload(photo, public_id="herd/kept", backup=True)["asset_id"]
    bare = uploader.upload(photo, public_id="herd/bare")["asset_id"]
    told = done(action="delete", asset_ids=[kept, bare])
    assert told["ok"] == 2
    back = ended(call_json_api("post", ["bulk", told["id"], "undo"], {}))
    assert (back["ok"], back["failed"]) == (1, 1)
    assert api.resource("herd/kept")["asset_id"] == kept
    config = cloudinary.config()
    sheet = httpx.get(
        f"{config.upload_prefix}/v1_1/{config.cloud_name}/bulk/{back['id']}/failures.csv",
        auth=(config.api_key, config.api_secret),
    )
    assert [row[1::2] for row in csv.reader(io.StringIO(sheet.text))][1:] == [[bare, "No version of it is kept"]]


def test_nothing_is_chosen_by_a_slip_of_the_pen(herd):
    for words in ({"action": "delete"}, {"action": "delete", "expression": HERD, "except": "x"}):
        with pytest.raises(BadRequest):
            call_json_api("post", ["bulk"], words)
    assert len(tags()) >= len(NAMES)
