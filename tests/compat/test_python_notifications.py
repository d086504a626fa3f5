"""Notifications as the official Python SDK, unchanged, asks for them: sent to triggers, or fetched by channel."""

import io
import json
import time
from datetime import date, timedelta
from queue import Empty

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary.utils import base64url_decode, verify_notification, verify_notification_signature
from PIL import Image

from tests.outside import receiver

SECONDS_MAX = 30
NOWHERE = "http://10.255.255.1/hook"
"""An address that nothing may be sent to: its deliveries are given up at once."""


@pytest.fixture(autouse=True)
def _pointed_here(telling):
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=telling.cloud, api_key=telling.key, api_secret=telling.secret, upload_prefix=telling.base
    )
    yield
    for trigger in api.triggers()["triggers"]:
        api.delete_trigger(trigger["id"])
    cloudinary.reset_config()


@pytest.fixture
def hook():
    with receiver() as hook:
        yield hook


def heard(hook, *wanted):
    """Notifications until all the wanted types have come; type -> body. Each proves that it is from us."""
    found = {}
    deadline = time.monotonic() + SECONDS_MAX
    while not set(wanted) <= found.keys():
        try:
            told = hook.got.get(timeout=max(0.1, deadline - time.monotonic()))
        except Empty:
            raise AssertionError(f"only {sorted(found)} came, not {sorted(set(wanted) - found.keys())}") from None
        assert verify_notification_signature(told.body, told.timestamp, told.signature)
        body = json.loads(told.body)
        found[body["notification_type"]] = body
    return found


def test_triggers_are_made_listed_changed_tried_and_deleted():
    made = api.create_trigger("https://a.example/hook", "upload")
    assert (made["uri_type"], made["event_type"]) == ("webhook", "upload")
    assert api.create_trigger("poll://main", "all", uri_type="poll")["uri"] == "poll://main"
    assert (api.triggers()["total"], api.triggers(event_type="upload")["total"]) == (2, 1)
    assert api.update_trigger(made["id"], "https://b.example/hook")["message"]
    assert api.triggers(event_type="upload")["triggers"][0]["uri"] == "https://b.example/hook"
    assert api.test_trigger(made["id"], {"notification_type": "upload"}) == {
        "trigger_id": made["id"],
        "filter_present": False,
        "filter_result": True,
    }
    assert api.delete_trigger(made["id"])["message"]
    with pytest.raises(cloudinary.exceptions.NotFound):
        api.delete_trigger(made["id"])


def test_a_trigger_of_all_hears_of_everything_that_is_done(hook, photo):
    api.create_trigger(hook.url, "all")
    sent = uploader.upload(photo, public_id="told/one", eager=[{"width": 40, "crop": "scale"}], eager_async=True)
    found = heard(hook, "upload", "eager")
    uploader.add_tag("told", ["told/one"])
    uploader.add_context({"k": "v"}, ["told/one"])
    api.add_metadata_field({"external_id": "told", "label": "Told", "type": "string"})
    uploader.update_metadata({"told": "yes"}, ["told/one"])
    api.update("told/one", display_name="The one", asset_folder="elsewhere")
    api.update("told/one", access_control=[{"access_type": "token"}])
    uploader.rename("told/one", "told/two")
    api.create_folder("empty")
    api.rename_folder("empty", "renamed")
    api.delete_folder("renamed")
    uploader.destroy("told/two")
    found |= heard(
        hook,
        *("resource_tags_changed", "resource_context_changed", "resource_metadata_changed"),
        *("resource_display_name_changed", "move", "access_control_changed", "rename", "delete"),
        *("create_folder", "move_or_rename_asset_folder", "delete_folder"),
    )
    assert found["upload"]["asset_id"] == sent["asset_id"]
    assert found["eager"]["batch_id"] == sent["batch_id"]
    assert found["eager"]["eager"][0]["width"] == 40
    assert found["resource_tags_changed"]["resources"][0]["added"] == ["told"]
    assert found["resource_context_changed"]["resources"]["told/one"]["added"] == {"k": "v"}
    changed = found["resource_metadata_changed"]["resources"]["told/one"]
    assert (changed["previous_metadata"], changed["new_metadata"]) == ({}, {"told": "yes"})
    assert found["move"]["resources"]["told/one"]["to_asset_folder"] == "elsewhere"
    assert found["resource_display_name_changed"]["resources"]["told/one"]["new_display_name"] == "The one"
    assert found["access_control_changed"]["resources"]["told/one"]["new_access_control"][0]["access_type"] == "token"
    assert (found["rename"]["from_public_id"], found["rename"]["to_public_id"]) == ("told/one", "told/two")
    assert found["delete"]["resources"][0]["public_id"] == "told/two"
    assert (found["create_folder"]["folder_path"], found["delete_folder"]["folder_name"]) == ("empty", "renamed")
    moved = found["move_or_rename_asset_folder"]
    assert (moved["from_path"], moved["to_path"]) == ("empty", "renamed")


def frames() -> bytes:
    """An animation of three."""
    pictures = [Image.new("RGB", (32, 24), color) for color in ("red", "green", "blue")]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def test_what_is_made_decided_and_brought_back_is_told(hook, photo, telling):
    api.create_trigger(hook.url, "all")
    for name in ("a", "b"):
        uploader.upload(photo, public_id=f"made/{name}", tags=["made"], moderation="manual", backup=True)
    uploader.upload(photo, public_id="made/hidden", type="private")
    uploader.upload(frames(), public_id="made/frames")
    archive = uploader.create_archive(tags=["made"], target_public_id="made.zip")
    sprite = uploader.generate_sprite("made")
    multi = uploader.multi("made")
    exploded = uploader.explode("made/frames", page="all")
    api.update("made/a", moderation_status="approved")
    api.add_related_assets("made/a", ["image/upload/made/b"])
    api.publish_by_ids(["made/hidden"], type="private")
    api.delete_resources(["made/b"])
    api.restore(["made/b"])
    token = uploader.upload(photo, public_id="made/short", return_delete_token=True)["delete_token"]
    assert httpx.post(f"{telling.api}/delete_by_token", data={"token": token}).json() == {"result": "ok"}
    found = heard(
        hook,
        *("generate_archive", "sprite", "multi", "explode", "moderation", "related_assets", "publish", "delete"),
        *("restore", "delete_by_token"),
    )
    assert found["generate_archive"]["public_id"] == archive["public_id"]
    assert found["sprite"]["image_infos"] == sprite["image_infos"]
    assert found["multi"]["secure_url"] == multi["secure_url"]
    assert (found["explode"]["batch_id"], found["explode"]["public_id"]) == (exploded["batch_id"], "made/frames")
    assert (found["moderation"]["moderation_status"], found["moderation"]["moderation_kind"]) == ("approved", "manual")
    assert found["restore"]["resources"][0]["public_id"] == "made/b"
    assert found["delete_by_token"]["public_id"] == "made/short"


def test_who_did_not_wait_is_told_how_it_ended(hook, photo):
    pending = uploader.upload(photo, public_id="later", notification_url=hook.url, **{"async": True})
    assert heard(hook, "upload")["upload"]["batch_id"] == pending["batch_id"]
    # The receiver has nothing to be fetched.
    pending = uploader.upload(f"{hook.url}/none.jpg", notification_url=hook.url, **{"async": True})
    told = heard(hook, "error")["error"]
    assert (told["batch_id"], bool(told["error"]["message"])) == (pending["batch_id"], True)


def test_what_is_seen_in_a_picture_is_told(hook, photo):
    sent = uploader.upload(photo, public_id="seen", detection="iqa", notification_url=hook.url)
    told = heard(hook, "info")["info"]
    assert (told["info_kind"], told["info_status"], told["asset_id"]) == ("iqa", "complete", sent["asset_id"])
    assert told["info_data"] == sent["info"]["detection"]["iqa"]["data"]


def test_a_channel_is_drained_verified_and_acknowledged(photo):
    api.create_trigger("poll://main", "upload", uri_type="poll")
    sent = uploader.upload(photo, public_id="polled")
    (message,) = api.notifications(channel="main", wait_seconds=SECONDS_MAX)["messages"]
    assert verify_notification(message)
    assert (message["payload"]["notification_type"], message["payload"]["asset_id"]) == ("upload", sent["asset_id"])
    assert json.loads(base64url_decode(message["signed_payload"])) == message["payload"]
    assert api.notifications(channel="main", wait_seconds=0)["messages"] == []
    handle = message["receipt_handle"]
    assert api.ack_notifications(handle)["results"] == [{"receipt_handle": handle, "status": "acked"}]


def test_a_message_that_nobody_acknowledges_comes_again(photo):
    api.create_trigger("poll://again", "upload", uri_type="poll")
    uploader.upload(photo, public_id="again")
    (first,) = api.notifications(channel="again", wait_seconds=SECONDS_MAX, visibility_timeout=1)["messages"]
    (second,) = api.notifications(channel="again", wait_seconds=SECONDS_MAX)["messages"]
    assert first["payload"] == second["payload"]
    late, right = api.ack_notifications([first["receipt_handle"], second["receipt_handle"]])["results"]
    assert (late["status"], right["status"]) == ("not_found", "acked")


def test_a_batch_is_fetched_by_its_id(photo):
    words = {"notification_url": "poll://*", "batch_id": "my-batch", "async": True}
    uploader.upload(photo, public_id="of/batch", **words)
    (message,) = api.notifications(batch_id="my-batch", wait_seconds=SECONDS_MAX)["messages"]
    assert (message["batch_id"], message["payload"]["public_id"]) == ("my-batch", "of/batch")
    uploader.rename("of/batch", "of/another", notification_url="poll://*", batch_id="my-batch")
    (message,) = api.notifications(batch_id="my-batch", wait_seconds=SECONDS_MAX)["messages"]
    assert message["payload"]["to_public_id"] == "of/another"


def test_who_cannot_be_reached_is_paused_reported_and_resumed(telling, hook, photo):
    api.create_trigger(hook.url, "error")
    api.create_trigger(NOWHERE, "upload")
    uploader.upload(photo, public_id="unheard")
    told = heard(hook, "error")["error"]
    assert NOWHERE in told["error"]["message"]
    (paused,) = json.loads(telling.run("webhooks", "receivers", telling.cloud, "--json").stdout)
    assert (paused["id"], paused["url"], bool(paused["paused_at"])) == (told["receiver_id"], NOWHERE, True)
    with httpx.Client(base_url=f"{telling.api}/webhooks/", auth=telling.auth) as ours:
        (given_up,) = ours.get("deliveries?state=given_up").json()["deliveries"]
        assert ours.get(f"deliveries/{given_up['id']}").json()["payload"]["public_id"] == "unheard"
        assert ours.post(f"receivers/{paused['id']}/resume").json() == {"message": "resumed"}
        assert ours.get("receivers").json() == {"receivers": []}
        assert ours.post(f"deliveries/{given_up['id']}/redeliver").status_code == 200
        # Nobody is there still: it is given up once more, and the receiver paused again.
        assert heard(hook, "error")["error"]["receiver_id"] == paused["id"]
    assert (
        json.loads(telling.run("webhooks", "resume", telling.cloud, paused["id"], "--json").stdout)["resumed"] is True
    )


def test_usage_is_counted_now_and_of_a_day(photo):
    before = api.usage()
    uploader.upload(photo, public_id="counted")
    now = api.usage()
    assert now["resources"] - before["resources"] == 1
    assert now["storage"]["usage"] - before["storage"]["usage"] == len(photo)
    assert now["transformations"]["usage"] > before["transformations"]["usage"]
    assert (now.rate_limit_allowed > 0, now["requests"] >= before["requests"] > 0) == (True, True)
    # The SDK writes a date the other way round than a text.
    day = date.fromisoformat(now["last_updated"])
    for asked in (day, now["last_updated"]):
        of_day = api.usage(date=asked)
        assert of_day["resources"] >= before["resources"]
        assert "limit" not in of_day["bandwidth"]
    with pytest.raises(cloudinary.exceptions.BadRequest, match="one of the last 90 days"):
        api.usage(date=day - timedelta(days=91))
    assert api.config(settings=True)["settings"] == {"folder_mode": "dynamic"}
