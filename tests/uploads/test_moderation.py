"""What comes in is looked at before it counts as good."""

from dataclasses import replace

import pytest

from safelight.assets import catalogue
from safelight.assets.analyses import Analyse
from safelight.assets.model import AssetRef, Listing, Status
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.kernel.rights import FOLDER_ACTS, Right, Rights, Where
from safelight.uploads.explicit import ExplicitAsk
from safelight.uploads.model import NameWishes
from safelight.uploads.moderation import Moderate
from tests.intake import JPEG, FakeRender

FIRST = "f0f0f0f0f0f0f0f0"
# Three bits of 64, and eight.
NEAR, FAR = "f0f0f0f0f0f0f0f7", "f0f0f0f0f0f0ff0f"
MANUAL = (("manual", ""),)


class Looks(FakeRender):
    """Pictures whose looks are the letters at their end."""

    async def analyse(self, source, *, format, kinds, tenant=""):
        if self.cannot_be_analysed:
            raise Invalid("Invalid image file")
        return {"phash": source.read_bytes()[-16:].decode()}


@pytest.fixture
async def intake(database, clock, tmp_path):
    from tests.intake import intake_on

    return await intake_on(database, clock, tmp_path, render=Looks())


def duplicate(threshold):
    return (("duplicate", str(threshold)),)


@pytest.fixture
def moderate(intake):
    return Moderate(intake.database, Analyse(intake.database, intake.originals, intake.render), intake.clock)


@pytest.fixture
def run(moderate, jobs):
    """All that was asked of programs, each twice."""

    async def do():
        for name, payload in await jobs():
            if name == "ModerationAsked":
                await moderate.moderate_asset(payload)
                await moderate.moderate_asset(payload)

    return do


def upload(intake, name, looks, moderation, **words):
    data = JPEG + name.encode() + looks.encode()
    return intake.upload(data, names=NameWishes(public_id=name), moderation=moderation, **words)


async def statuses(intake):
    return {
        asset.name: " ".join(f"{one.kind}:{one.status}" for one in asset.moderation) for asset in await intake.assets()
    }


async def test_a_person_is_waited_for_and_no_program_runs(intake, jobs):
    await upload(intake, "a", FIRST, MANUAL)
    assert await statuses(intake) == {"a": "manual:pending"}
    assert [name for name, _ in await jobs() if name == "ModerationAsked"] == []


async def test_a_picture_that_looks_like_an_earlier_one_is_rejected_and_the_earlier_one_is_named(intake, run):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await run()
    await upload(intake, "near", NEAR, (*duplicate(0.8), *MANUAL))
    await upload(intake, "far", FAR, (*duplicate(0.8), *MANUAL))
    await run()
    assert await statuses(intake) == {
        "a": "duplicate:approved",
        "near": "duplicate:rejected manual:aborted",
        "far": "duplicate:approved manual:pending",
    }
    near = next(asset for asset in await intake.assets() if asset.name == "near")
    assert [dict(found) for found in near.moderation[0].response] == [{"public_id": "a", "confidence": 0.91}]


@pytest.mark.parametrize(
    ("threshold", "expected"), [(1, "approved"), (0.95, "approved"), (0.9, "rejected"), (0.5, "rejected")]
)
async def test_the_threshold_says_how_much_alike_is_too_much(intake, run, threshold, expected):
    await upload(intake, "a", FIRST, duplicate(0))
    await run()
    await upload(intake, "b", NEAR, duplicate(threshold))
    await run()
    assert (await statuses(intake))["b"] == f"duplicate:{expected}"


async def test_with_a_threshold_of_nothing_it_is_only_kept_in_mind(intake, run):
    await upload(intake, "a", FIRST, duplicate(0))
    await upload(intake, "b", FIRST, duplicate(0))
    await run()
    assert set((await statuses(intake)).values()) == {"duplicate:approved"}


async def test_only_what_was_kept_in_mind_is_compared_with(intake, run):
    await upload(intake, "unmoderated", FIRST, ())
    await upload(intake, "by hand", FIRST, MANUAL)
    await upload(intake, "b", FIRST, duplicate(0.8))
    await run()
    assert (await statuses(intake))["b"] == "duplicate:approved"


async def test_of_two_alike_that_come_at_once_one_stays(intake, run):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await upload(intake, "b", FIRST, duplicate(0.8))
    await run()
    assert sorted((await statuses(intake)).values()) == ["duplicate:approved", "duplicate:rejected"]


async def test_what_is_no_picture_is_compared_by_its_bytes(intake, run):
    for name in ("a.bin", "b.bin", "c.bin"):
        data = b"other" if name == "c.bin" else b"same"
        names = NameWishes(public_id=name)
        await intake.upload(data, kind=Kind.RAW, names=names, moderation=duplicate(0.8))
        await run()
    assert await statuses(intake) == {
        "a.bin": "duplicate:approved",
        "b.bin": "duplicate:rejected",
        "c.bin": "duplicate:approved",
    }


async def test_plain_pictures_are_alike_only_if_they_are_the_same(intake, run):
    for name in ("a", "b"):
        await upload(intake, name, "0" * 16, duplicate(0.8))
        await run()
    assert set((await statuses(intake)).values()) == {"duplicate:approved"}


async def test_a_picture_that_cannot_be_opened_is_its_bytes(intake, run):
    intake.render.cannot_be_analysed = True
    await upload(intake, "a", FIRST, duplicate(0.8))
    await run()
    assert await statuses(intake) == {"a": "duplicate:approved"}


async def test_what_was_replaced_meanwhile_is_not_decided(intake, moderate, jobs):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await upload(intake, "a", NEAR, MANUAL)
    for name, payload in await jobs():
        if name == "ModerationAsked":
            await moderate.moderate_asset(payload)
    assert await statuses(intake) == {"a": "manual:pending"}


async def test_each_decision_is_told_once_and_what_comes_of_all(intake, run, jobs):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await run()
    await upload(intake, "b", FIRST, (*duplicate(0.8), *MANUAL), notification_urls=("https://a.example/",))
    await run()
    told = [payload for name, payload in await jobs() if name == "AssetModerated" and payload["name"] == "b"]
    assert [(one["review"], one["status"]) for one in told] == [("duplicate", "rejected"), ("", "rejected")]
    assert {one["notification_url"] for one in told} == {"https://a.example/"}


async def test_who_may_not_see_all_hears_no_name_of_another(intake, run, jobs):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await run()
    folder = Where(intake.cloud.id, "mine")
    limited = replace(intake.signed, rights=Rights("key", frozenset(Right(act, folder) for act in FOLDER_ACTS)))
    url = "https://a.example/"
    words = {"names": NameWishes(public_id="b", asset_folder="mine"), "moderation": duplicate(0.8)}
    await intake.upload(JPEG + FIRST.encode(), principal=limited, notification_urls=(url,), **words)
    await run()
    told = [payload for name, payload in await jobs() if name == "AssetModerated" and payload["name"] == "b"]
    by_listener = {one["notification_url"]: one["response"] for one in told}
    assert by_listener == {None: [{"public_id": "a", "confidence": 1.0}], url: [{"confidence": 1.0}]}
    assert [one["is_for_asker"] for one in told] == [one["notification_url"] == url for one in told]


async def test_a_stored_asset_is_looked_at_anew(intake, run, jobs):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await upload(intake, "b", FIRST, MANUAL)
    ref = AssetRef(Kind.IMAGE, Access.UPLOAD, "b")
    await intake.explicit(intake.signed, ExplicitAsk(ref, moderation=duplicate(0.8)))
    await run()
    assert (await statuses(intake))["b"] == "duplicate:rejected"


async def test_assets_are_listed_by_a_review_and_how_far_it_is(intake, run):
    await upload(intake, "a", FIRST, duplicate(0.8))
    await run()
    await upload(intake, "b", FIRST, (*duplicate(0.8), *MANUAL))
    await run()
    found = {}
    for kind, status in (("duplicate", "approved"), ("duplicate", "rejected"), ("manual", "aborted"), ("manual", "x")):
        if status == "x":
            status = "pending"
        async with intake.database.transaction() as session:
            listing = replace(Listing(), moderation=(kind, Status(status)))
            page = await catalogue.list(session, intake.cloud.id, listing)
        found[kind, status] = [asset.name for asset in page.items]
    assert found == {
        ("duplicate", "approved"): ["a"],
        ("duplicate", "rejected"): ["b"],
        ("manual", "aborted"): ["b"],
        ("manual", "pending"): [],
    }
