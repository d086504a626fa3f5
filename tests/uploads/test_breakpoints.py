"""Widths of real pictures that are worth having."""

import io
import itertools

import pytest
from PIL import Image

from safelight.assets.model import AssetRef
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.render.pool import Darkroom
from safelight.settings import RenderSettings
from safelight.uploads.breakpoints import Breakpoints
from safelight.uploads.explicit import ExplicitAsk
from safelight.uploads.model import BreakpointsAsk, NameWishes
from tests.intake import LIMITS, intake_on
from tests.pictures import encoded, photo


@pytest.fixture
async def intake(database, clock, tmp_path):
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        yield await intake_on(database, clock, tmp_path, render=darkroom)


@pytest.fixture
def breakpoints(intake):
    return Breakpoints(intake.eager, intake.originals, intake.render, LIMITS)


def noise() -> bytes:
    """640 x 480, and hard to compress."""
    out = io.BytesIO()
    Image.effect_noise((640, 480), 90).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


async def test_a_small_picture_that_is_turned_has_its_own_width_and_the_least(intake, breakpoints):
    logo = encoded(Image.new("RGBA", (241, 51), (200, 30, 30, 255)), "PNG")
    asset = (await intake.upload(logo, names=NameWishes(public_id="logo"))).asset
    (found,) = await breakpoints(asset, [BreakpointsAsk("a_45")])
    assert (found.transformation, found.reason) == ("a_45", None)
    assert [(item.width, item.transformation) for item in found.items] == [
        (206, "a_45/c_scale,w_206"),
        (50, "a_45/c_scale,w_50"),
    ]


async def test_each_width_is_weighed_and_saves_about_a_step(intake, breakpoints):
    asset = (await intake.upload(noise())).asset
    (found,) = await breakpoints(asset, [BreakpointsAsk(bytes_step=30_000, low_px=100, high_px=5000, widths_max=5)])
    widths, weights = [item.width for item in found.items], [item.size_bytes for item in found.items]
    assert widths[0] == 640
    assert widths[-1] == 100
    assert 3 <= len(widths) <= 5
    assert widths == sorted(widths, reverse=True)
    assert weights == sorted(weights, reverse=True)
    steps = [larger - smaller for larger, smaller in itertools.pairwise(weights[:-1])]
    assert all(15_000 < step < 60_000 for step in steps)
    assert [item.height for item in found.items] == [round(width * 0.75) for width in widths]


async def test_the_files_are_kept_only_where_that_is_asked(intake, breakpoints):
    asset = (await intake.upload(photo(320, 240))).asset
    before = len(await intake.stored())
    (weighed,) = await breakpoints(asset, [BreakpointsAsk("a_180", "webp")])
    assert len(await intake.stored()) == before
    (kept,) = await breakpoints(asset, [BreakpointsAsk("a_180", "webp", is_kept=True)])
    assert len(await intake.stored()) == before + len(kept.items)
    assert kept == weighed
    assert {item.format for item in kept.items} == {"webp"}


async def test_what_is_no_picture_has_none(intake, breakpoints):
    asset = (await intake.upload(b"a text", kind=Kind.RAW)).asset
    assert await breakpoints(asset, [BreakpointsAsk()]) == ()


async def test_what_can_never_be_made_is_refused_before_anything_is_stored(intake):
    with pytest.raises(Invalid):
        await intake.upload(photo(32, 24), breakpoints=(BreakpointsAsk("w_x"),))
    assert await intake.assets() == []


async def test_what_cannot_be_made_says_why(intake, breakpoints):
    asset = (await intake.upload(photo(32, 24))).asset
    (found,) = await breakpoints(asset, [BreakpointsAsk("l_nobody/fl_layer_apply")])
    assert found.items == ()
    assert "nobody" in (found.reason or "")


async def test_what_is_asked_comes_back_with_what_was_stored(intake):
    asks = (BreakpointsAsk("a_90"), BreakpointsAsk("a_45"))
    received = await intake.upload(photo(32, 24), names=NameWishes(public_id="a"), breakpoints=asks)
    assert received.breakpoints == asks
    ref = AssetRef(Kind.IMAGE, Access.UPLOAD, "a")
    assert (await intake.explicit(intake.signed, ExplicitAsk(ref, breakpoints=asks))).breakpoints == asks
