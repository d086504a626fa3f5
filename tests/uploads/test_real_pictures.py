"""Real pictures through the real darkroom."""

import io

import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import Kind
from safelight.render.pool import Darkroom
from safelight.settings import RenderSettings
from safelight.uploads.model import EagerAsk, NameWishes
from tests.intake import intake_on
from tests.pictures import photo


@pytest.fixture
async def intake(database, clock, tmp_path):
    settings = RenderSettings(children=1, source_pixels_max=1_000_000)
    async with Darkroom(settings) as darkroom:
        yield await intake_on(database, clock, tmp_path, render=darkroom)


async def test_a_photo_is_measured_as_it_is_seen_and_derived_at_once(intake):
    data = photo(320, 240, orientation=6)
    received = await intake.upload(
        data,
        kind=None,
        names=NameWishes(public_id="photo"),
        eager=(EagerAsk("c_scale,w_60"), EagerAsk("c_scale,w_60", "png")),
    )
    facts = received.asset.facts
    assert (received.asset.kind, facts.format, facts.width, facts.height) == (Kind.IMAGE, "jpg", 240, 320)
    assert await intake.original(received.asset) == data
    assert [(item.format, item.width, item.height) for item in received.eager] == [("jpg", 60, 80), ("png", 60, 80)]


async def test_a_picture_is_changed_before_it_is_stored(intake):
    asset = (await intake.upload(photo(320, 240), transformation="c_scale,w_100", format="png")).asset
    picture = Image.open(io.BytesIO(await intake.original(asset)))
    assert (picture.format, picture.size) == ("PNG", (100, 75))
    assert (asset.facts.format, asset.facts.width, asset.facts.height) == ("png", 100, 75)
    assert await intake.is_whole(asset)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (photo(800, 600)[:20_000], Invalid),
        (photo(800, 600)[:700], Invalid),
        (photo(1200, 900), TooMuch),
    ],
)
async def test_what_cannot_be_opened_leaves_nothing(intake, data, error):
    with pytest.raises(error):
        await intake.upload(data, eager=(EagerAsk("w_10"),))
    assert await intake.stored() == {}
    assert intake.staged_files() == []
