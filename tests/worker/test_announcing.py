"""Facts become notifications."""

import json

import pytest
from sqlalchemy import text

from safelight.assets import catalogue
from safelight.uploads.model import EagerAsk, NameWishes
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
    await scene.announcing.announce_delete(await scene.fact("AssetErased"))
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
