"""Facts become notifications."""

import json

import pytest
from sqlalchemy import text

from safelight.assets import analyses, catalogue, context, tags
from safelight.assets.events import TOLD_MAX, AssetChanged, AssetsChanged, tell_erased
from safelight.assets.model import Asset, Facts, Listing
from safelight.kernel.media import Access, Kind
from safelight.uploads.events import InsightsFound
from safelight.uploads.model import EagerAsk, NameWishes
from safelight.webhooks import triggers
from safelight.webhooks.events import ReceiverPaused
from safelight.webhooks.model import UriType
from safelight.worker.announcing import Announcing
from tests.intake import PNG, Intake, intake_on

URL, OTHER = "https://a.example/hook", "https://b.example/eager"


class Scene:
    """An intake whose facts are announced, and what is then due to be sent."""

    def __init__(self, intake: Intake, jobs) -> None:
        self.intake = intake
        self.jobs = jobs
        self.announcing = Announcing(intake.database, intake.keys, intake.clock, "http://media.test")

    async def fact(self, topic: str) -> dict:
        return [payload for name, payload in await self.jobs() if name == topic][-1]

    async def told(self) -> list[tuple[str, dict]]:
        """(address, body) of every delivery, in the order of addresses."""
        async with self.intake.database.transaction() as session:
            rows = await session.fetch(text("SELECT url, body FROM webhook_deliveries ORDER BY url, topic"))
        return [(row["url"], json.loads(bytes(row["body"]))) for row in rows]


@pytest.fixture
async def scene(database, clock, tmp_path, jobs):
    return Scene(await intake_on(database, clock, tmp_path), jobs)


async def test_an_upload_is_told_with_the_fields_of_its_answer(scene):
    asset = (
        await scene.intake.upload(names=NameWishes(public_id="tom"), tags=("a",), notification_urls=(URL, OTHER))
    ).asset
    fact = await scene.fact("UploadReceived")
    await scene.announcing.announce_upload(fact)
    await scene.announcing.announce_upload(fact)
    (first, body), (second, same) = await scene.told()
    assert (first, second, body) == (URL, OTHER, same)
    assert body["notification_type"] == "upload"
    assert (body["public_id"], body["asset_id"], body["version"]) == ("tom", asset.id, asset.version)
    assert (body["tags"], body["resource_type"], body["type"], body["etag"]) == (
        ["a"],
        "image",
        "upload",
        asset.facts.md5,
    )
    assert body["secure_url"] == f"https://media.test/demo/image/upload/v{asset.version}/tom.jpg"
    assert (body["timestamp"], body["signature_key"]) == ("2026-01-02T03:04:05+00:00", "123456")
    assert body["notification_context"]["triggered_by"]["source"] == "api"
    assert body["request_id"]


async def test_who_named_no_address_hears_nothing(scene):
    await scene.intake.upload()
    await scene.announcing.announce_upload(await scene.fact("UploadReceived"))
    assert await scene.told() == []


async def test_an_asset_that_was_replaced_meanwhile_is_told_by_its_own_upload_only(scene):
    for data in (None, PNG):
        words = {"data": data} if data else {}
        await scene.intake.upload(names=NameWishes(public_id="tom"), notification_urls=(URL,), **words)
    for name, payload in await scene.jobs():
        if name == "UploadReceived":
            await scene.announcing.announce_upload(payload)
    assert [body["format"] for _, body in await scene.told()] == ["png"]


async def test_eager_files_are_told_when_they_are_made(scene):
    received = await scene.intake.upload(
        names=NameWishes(public_id="tom"),
        eager=(EagerAsk("w_10,c_scale"), EagerAsk("w_5", "png")),
        eager_is_async=True,
        eager_notification_urls=(OTHER,),
    )
    await scene.intake.eager.make_eager(await scene.fact("UploadReceived"))
    fact = await scene.fact("EagerReady")
    for _ in range(2):
        await scene.announcing.announce_eager(fact)
    ((url, body),) = await scene.told()
    assert url == OTHER
    assert (body["notification_type"], body["batch_id"], body["public_id"]) == ("eager", received.batch_id, "tom")
    assert [(e["transformation"], e["format"], e["width"]) for e in body["eager"]] == [
        ("c_scale,w_10", "jpg", 10),
        ("w_5", "png", 10),
    ]


async def test_what_is_done_to_an_asset_is_told(scene):
    intake = scene.intake
    asset = (await intake.upload(names=NameWishes(public_id="tom"), tags=("old",), context={"k": "1"})).asset
    async with intake.database.transaction() as session:
        asset = await catalogue.update(
            session,
            asset,
            tags=["new"],
            context={"l": "2"},
            display_name="Tom",
            folder="pets",
            now=intake.clock.now(),
            notification_url=URL,
        )
        asset = await catalogue.rename(session, asset, "tim", now=intake.clock.now(), notification_url=URL)
        await catalogue.delete(session, asset, intake.clock.now(), notification_url=f"{URL}\n{OTHER}")
    await scene.announcing.announce_change(await scene.fact("AssetChanged"))
    await scene.announcing.announce_rename(await scene.fact("AssetRenamed"))
    await scene.announcing.announce_delete(await scene.fact("AssetsErased"))
    told = await scene.told()
    assert [url for url, _ in told] == [URL] * 6 + [OTHER]
    by_type = {body["notification_type"]: body for url, body in told if url == URL}
    ref = {"asset_id": asset.id, "public_id": "tom", "resource_type": "image", "type": "upload"}
    assert by_type["resource_tags_changed"]["resources"] == [
        {**ref, "added": ["new"], "removed": ["old"], "updated": []}
    ]
    assert by_type["resource_context_changed"]["resources"]["tom"] == {
        **ref,
        "added": {"l": "2"},
        "removed": ["k"],
        "updated": {},
    }
    assert by_type["resource_display_name_changed"]["resources"]["tom"]["new_display_name"] == "Tom"
    assert by_type["move"]["resources"]["tom"]["to_asset_folder"] == "pets"
    assert (by_type["rename"]["from_public_id"], by_type["rename"]["to_public_id"]) == ("tom", "tim")
    assert by_type["delete"]["resources"][0]["public_id"] == "tim"
    assert "timestamp" not in by_type["delete"]


async def test_what_is_done_to_many_is_told_once(scene):
    intake, names = scene.intake, ["a", "b", "c"]
    for name in names:
        await intake.upload(names=NameWishes(public_id=name))
    where = (intake.cloud.id, Kind.IMAGE, Access.UPLOAD, names)
    async with intake.database.transaction() as session:
        await tags.add(session, *where, ["new"], intake.clock.now(), notification_url=URL)
        await context.add(session, *where, {"k": "v"}, intake.clock.now(), notification_url=URL)
        page = await catalogue.list(session, intake.cloud.id, Listing(kind=Kind.IMAGE))
        await catalogue.delete_many(session, page.items, intake.clock.now(), notification_url=URL)
    for topic, fact in await scene.jobs():
        if topic == "AssetsChanged":
            await scene.announcing.announce_changes(fact)
    for _ in range(2):
        await scene.announcing.announce_delete(await scene.fact("AssetsErased"))
    told = {body["notification_type"]: body["resources"] for _, body in await scene.told()}
    assert len(await scene.told()) == 3
    assert [each["public_id"] for each in told["resource_tags_changed"]] == names
    added = {name: each["added"] for name, each in told["resource_context_changed"].items()}
    assert added == {name: {"k": "v"} for name in names}
    assert sorted(each["public_id"] for each in told["delete"]) == names


async def test_two_assets_with_one_public_id_are_told_apart(scene, now):
    facts = {"version_id": "v", "access": "upload", "name": "same", "version": 1, "folder": "", "display_name": "same"}
    ids = {"image": "1", "raw": "2"}
    changes = [
        AssetChanged(scene.intake.cloud.id, id, kind=kind, at="", context_added={"k": kind}, **facts).payload()
        for kind, id in ids.items()
    ]
    await scene.announcing.announce_changes(AssetsChanged(scene.intake.cloud.id, changes, "", URL).payload())
    told = [body["resources"]["same"] for _, body in await scene.told()]
    assert sorted((each["asset_id"], each["added"]["k"]) for each in told) == [("1", "image"), ("2", "raw")]


async def test_much_in_one_go_is_told_in_parts(session, now, jobs):
    plain = ("cloud", Kind.IMAGE, Access.UPLOAD, "cat", 1, "version", Facts(1, "0" * 32, "jpg"), "", "cat", now, now)
    assets = [Asset(f"{number:032x}", *plain) for number in range(TOLD_MAX + 1)]
    await tell_erased(session, assets, now, URL)
    told = [fact for topic, fact in await jobs(session) if topic == "AssetsErased"]
    assert [len(fact["assets"]) for fact in told] == [TOLD_MAX, 1]


@pytest.mark.parametrize("topic", ["error", "all"])
async def test_who_listens_to_errors_hears_of_a_receiver_that_is_paused(scene, topic):
    cloud_id, now = scene.intake.cloud.id, scene.intake.clock.now()
    async with scene.intake.database.transaction() as session:
        await triggers.add(session, cloud_id, OTHER, UriType.WEBHOOK, topic, most=1, now=now)
    await scene.announcing.announce_pause(ReceiverPaused(cloud_id, "id", URL, 10, now.isoformat()).payload())
    ((url, body),) = await scene.told()
    assert (url, body["notification_type"], body["receiver_id"]) == (OTHER, "error", "id")
    assert body["error"]["message"] == f"Notifications to {URL} are held: 10 in a row could not be delivered"


async def test_what_was_seen_in_a_picture_is_told_by_each_that_looked(scene):
    asset = (await scene.intake.upload(names=NameWishes(public_id="tom"))).asset
    async with scene.intake.database.transaction() as session:
        await analyses.keep(session, asset, "detection:iqa", {"eye": "quality", "quality_score": 0.9})
    words = ["detection:iqa", "ocr:adv_ocr"]
    fact = InsightsFound(asset.cloud_id, asset.id, asset.version_id, words, "", [URL]).payload()
    for _ in range(2):
        await scene.announcing.announce_insights(fact)
    told = {body["info_kind"]: body for _, body in await scene.told()}
    assert len(await scene.told()) == len(told) == 2
    iqa, ocr = told["iqa"], told["adv_ocr"]
    assert (iqa["notification_type"], iqa["info_status"], iqa["public_id"]) == ("info", "complete", "tom")
    assert iqa["info_data"] == {"iqa-analysis": {"score": 0.9, "quality": "high"}}
    assert (ocr["info_status"], ocr["info_data"]) == ("failed", None), "nothing was kept of it"
    await scene.announcing.announce_insights({**fact, "version_id": "older"})
    assert len(await scene.told()) == 2
