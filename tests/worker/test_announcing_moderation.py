"""Decisions about assets are told, and what was asked of an upload that nobody waits for."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from safelight.assets import catalogue
from safelight.assets.model import Status
from safelight.assets.moderation import by_person, decided
from safelight.uploads.events import UploadReceived
from safelight.uploads.model import BreakpointsAsk, InsightsAsk, NameWishes
from safelight.worker.announcing import Announcing
from tests.intake import intake_on

URL = "https://a.example/hook"


@pytest.fixture
async def intake(database, clock, tmp_path):
    return await intake_on(database, clock, tmp_path)


@pytest.fixture
def announcing(intake):
    return Announcing(intake.database, intake.keys, intake.clock, "http://media.test")


async def bodies(database):
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT body FROM webhook_deliveries ORDER BY topic, id"))
    return [json.loads(bytes(row["body"])) for row in rows]


async def test_each_decision_is_told_and_what_came_of_all(intake, announcing, jobs):
    both = (("duplicate", "0.8"), ("manual", ""))
    asset = (await intake.upload(names=NameWishes(public_id="tom"), moderation=both)).asset
    response = ({"public_id": "tim", "confidence": 0.9},)
    now = intake.clock.now()

    def program(reviews):
        return decided(reviews, "duplicate", Status.REJECTED, now, response)

    def person(reviews):
        return by_person(reviews, Status.APPROVED, now)

    async with intake.database.transaction() as session:
        for reviews in (program, person):
            asset = await catalogue.update(session, asset, reviews=reviews, now=now, notification_url=URL)
    for topic, fact in await jobs():
        if topic == "AssetModerated":
            await announcing.announce_moderation(fact)
            await announcing.announce_moderation(fact)
    told = await bodies(intake.database)
    assert sorted(
        (one["notification_type"], one.get("moderation_kind"), one["moderation_status"]) for one in told
    ) == sorted(
        [
            ("moderation", "duplicate", "rejected"),
            ("moderation_summary", None, "rejected"),
            ("moderation", "manual", "approved"),
            ("moderation_summary", None, "approved"),
        ],
        key=str,
    )
    (rejected,) = [one for one in told if one.get("moderation_kind") == "duplicate"]
    assert rejected["moderation_response"] == [dict(response[0])]
    assert (rejected["public_id"], rejected["asset_id"]) == ("tom", asset.id)
    assert rejected["moderation_updated_at"]


async def test_what_is_found_later_is_told_with_the_upload(intake, announcing, jobs):
    asks = (BreakpointsAsk("a_90", is_kept=True),)
    insights = InsightsAsk(("ocr:adv_ocr",), 0.5)
    await intake.upload(
        batch_id="b", analyses=frozenset({"phash"}), breakpoints=asks, insights=insights, notification_urls=(URL,)
    )
    (fact,) = [payload for topic, payload in await jobs() if topic == "UploadReceived"]
    heard = []

    async def more(event: UploadReceived):
        heard.append(event)
        return {"phash": "0" * 16, "info": {}}

    await replace(announcing, more=more).announce_upload(fact)
    (told,) = await bodies(intake.database)
    assert (told["phash"], told["info"]) == ("0" * 16, {})
    (event,) = heard
    assert [BreakpointsAsk(**ask) for ask in event.breakpoints] == [*asks]
    assert (event.asked, tuple(event.insights["words"]), event.insights["tags_from"]) == (
        ["phash"],
        insights.words,
        0.5,
    )
