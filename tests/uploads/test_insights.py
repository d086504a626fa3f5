"""What programs and models see in stored pictures, for their owner."""

from dataclasses import replace

import pytest

from safelight.assets import analyses, catalogue
from safelight.assets.model import AssetRef
from safelight.derived.looking import Look
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.render.pool import Darkroom
from safelight.render.sight.models import Models
from safelight.render.sight.reading import Reader
from safelight.settings import RenderSettings
from safelight.uploads.insights import Insights
from safelight.uploads.model import InsightsAsk, NameWishes
from safelight.wire import insights as wire
from tests.intake import intake_on
from tests.pictures import photo
from tests.render.sight import onnx_files
from tests.seeing import model_files, sign

COCO, TAGGING, OCR = "detection:coco_v2", "categorization:google_tagging", "ocr:adv_ocr"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return onnx_files.write(tmp_path_factory.mktemp("models") / "models", model_files())


@pytest.fixture
async def intake(database, clock, tmp_path, models):
    async with Darkroom(RenderSettings(children=1, models=models)) as darkroom:
        yield await intake_on(database, clock, tmp_path, render=darkroom)


@pytest.fixture
def insights(intake, models):
    look = Look(intake.database, intake.originals, intake.render, Models(models), Reader(RenderSettings()))
    return Insights(look, intake.clock)


def blind(insights, **words):
    """The same where nothing was brought to see with."""
    reader = words.get("reader", insights.look.reader)
    return replace(insights, look=replace(insights.look, models=Models(), reader=reader))


async def test_things_are_found_and_told_by_their_names_in_px(intake, insights):
    asset = (await intake.upload(photo(320, 160))).asset
    asset, found = await insights(asset, InsightsAsk((COCO,)))
    told = wire.told(found, asset)["info"]["detection"]["object_detection"]
    assert told["status"] == "complete"
    coco = told["data"]["coco"]
    assert (coco["model_name"], coco["model_version"]) == ("coco", 2)
    (cat,) = coco["tags"]["cat"]
    assert cat["bounding-box"] == pytest.approx([120, 60, 80, 40], abs=2)
    assert cat["confidence"] == pytest.approx(0.9, abs=0.01)
    assert set(coco["tags"]) == {"cat", "potted_plant"}


async def test_what_is_seen_surely_becomes_a_tag(intake, insights):
    asset = (await intake.upload(photo(64, 64), tags=("old",))).asset
    asset, found = await insights(asset, InsightsAsk((TAGGING,), tags_from=0.8))
    assert asset.tags == ("cat", "old")
    data = wire.told(found, asset)["info"]["categorization"]["google_tagging"]["data"]
    assert [one["tag"] for one in data] == ["cat", "potted plant"]
    assert data[0]["confidence"] > data[1]["confidence"] == pytest.approx(0.5, abs=0.01)
    # Later, of what is kept.
    asset, _ = await insights(asset, InsightsAsk(tags_from=0.3))
    assert asset.tags == ("cat", "old", "potted plant")


async def test_text_is_read_with_the_corners_of_its_words(intake, insights):
    asset = (await intake.upload(sign())).asset
    asset, found = await insights(asset, InsightsAsk((OCR,)))
    told = wire.told(found, asset)["info"]["ocr"]["adv_ocr"]
    assert told["status"] == "complete"
    (page,) = told["data"]
    assert page["fullTextAnnotation"]["text"] == "HELLO WORLD"
    whole, hello, world = page["textAnnotations"]
    assert (whole["description"], hello["description"], world["description"]) == ("HELLO WORLD", "HELLO", "WORLD")
    first, _, third, _ = hello["boundingPoly"]["vertices"]
    assert (first["x"], first["y"]) == (pytest.approx(100, abs=6), pytest.approx(67, abs=8))
    assert third["x"] < world["boundingPoly"]["vertices"][0]["x"]


async def test_faces_and_quality_need_no_model(intake, insights):
    asset = (await intake.upload(photo(64, 64))).asset
    asset, found = await blind(insights)(asset, InsightsAsk(("detection:adv_face", "detection:iqa")))
    told = wire.told(found, asset)["info"]["detection"]
    assert told["adv_face"] == {"status": "complete", "data": []}
    assert told["iqa"]["data"]["iqa-analysis"]["quality"] in {"low", "medium", "high"}


async def test_what_was_found_is_kept_and_not_looked_for_again(intake, insights):
    asset = (await intake.upload(photo(64, 64))).asset
    await insights(asset, InsightsAsk((COCO,)))
    async with intake.database.transaction() as session:
        await analyses.keep(session, asset, COCO, {"eye": Models(insights.look.models.folder).identity("objects")})
    _, found = await insights(asset, InsightsAsk((COCO,)))
    assert "things" not in found[COCO]
    assert set(await insights.kept(asset)) == {COCO}
    async with intake.database.transaction() as session:
        await analyses.keep(session, asset, COCO, {"eye": "another"})
    _, found = await insights(asset, InsightsAsk((COCO,)))
    assert "things" in found[COCO]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (COCO, "You don't have an active subscription for AI Content Analysis: This installation cannot see objects: "),
        (TAGGING, "You don't have an active subscription for Auto Tagging: This installation cannot see objects: "),
        (OCR, "You don't have an active subscription for OCR Text Detection and Extraction: This installation cannot "),
        ("detection:captioning", "You don't have an active subscription for AI Content Analysis (captioning)"),
        ("categorization:google_video_tagging", "You don't have an active subscription for Google Automatic Video"),
    ],
)
async def test_without_an_eye_it_is_a_service_without_a_subscription(insights, tmp_path, word, message):
    reader = Reader(RenderSettings(tesseract=tmp_path / "nothing"))
    with pytest.raises(Invalid) as caught:
        blind(insights, reader=reader).check(InsightsAsk((word,)))
    assert caught.value.message.startswith(message)


async def test_what_was_asked_too_late_to_be_refused_is_told_as_a_failure(intake, insights):
    asset = (await intake.upload(photo(64, 64))).asset
    asset, found = await blind(insights)(asset, InsightsAsk((COCO,)))
    assert wire.told(found, asset)["info"]["detection"] == {"object_detection": {"status": "failed"}}


async def test_what_is_no_picture_is_told_as_a_failure(intake, insights):
    asset = (await intake.upload(b"a text", kind=Kind.RAW)).asset
    asset, found = await insights(asset, InsightsAsk((COCO, OCR)))
    assert wire.told(found, asset) == {
        "info": {"detection": {"object_detection": {"status": "failed"}}, "ocr": {"adv_ocr": {"status": "failed"}}}
    }
    assert await insights.kept(asset) == {}


async def test_nothing_is_kept_of_a_version_that_went(intake, insights):
    asset = (await intake.upload(photo(64, 64), names=NameWishes(public_id="a"))).asset
    async with intake.database.transaction() as session:
        old = await catalogue.get(session, intake.cloud.id, AssetRef(Kind.IMAGE, Access.UPLOAD, "a"))
    await intake.upload(photo(32, 32), names=NameWishes(public_id="a"))
    async with intake.database.transaction() as session:
        await analyses.keep(session, old, COCO, {"eye": "x"})
    assert await insights.kept(asset) == {}
