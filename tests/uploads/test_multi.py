"""Several pictures as one: which, in what order, what is asked of the darkroom, and what is kept."""

import json
from dataclasses import replace

import pytest

from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.media import Access, Kind
from safelight.settings import UploadSettings
from safelight.transform.plan import Fit, Px, Resize
from safelight.uploads.composing import Asked
from safelight.uploads.frames import Frames
from safelight.uploads.keep import Keep
from safelight.uploads.model import NameWishes
from safelight.uploads.multi import Multi, SeveralAsk, ref_of
from safelight.uploads.sprite import Sprite
from safelight.wire.several import several_ask
from tests.intake import GIF, JPEG, LIMITS, Intake

BASE = "http://media.test:8000"


@pytest.fixture
def frames(intake: Intake) -> Frames:
    async def take_in(cloud, kind, url):
        raise Invalid(f"Not reached: {url}")

    return Frames(
        intake.database, intake.originals, intake.eager, intake.render, intake.staging, take_in, LIMITS,
        UploadSettings(composed_images_max=3), BASE,
    )  # fmt: skip


@pytest.fixture
def keep(intake: Intake) -> Keep:
    return Keep(intake.database, intake.originals, intake.staging, intake.clock)


@pytest.fixture
async def pictures(intake: Intake):
    for name in ("b", "a"):
        await intake.upload(JPEG, names=NameWishes(public_id=name), tags=("t",))
    await intake.upload(JPEG, names=NameWishes(public_id="own"), tags=("t",), access=Access.PRIVATE)
    await intake.upload(b"words", names=NameWishes(public_id="notes"), tags=("t",), kind=Kind.RAW)


def asked(intake: Intake, access: Access, **words) -> Asked:
    ask = several_ask(words)
    return Asked(intake.signed, access.value, words, Kind.IMAGE, ref_of(ask, access))


@pytest.mark.usefixtures("pictures")
async def test_public_pictures_of_a_tag_come_by_their_names(intake, frames):
    assert [one.asset.name for one in await frames.tagged(intake.cloud, "t")] == ["a", "b"]
    with pytest.raises(NotFound, match="No images found with the tag u"):
        await frames.tagged(intake.cloud, "u")
    for name in ("c", "d"):
        await intake.upload(JPEG, names=NameWishes(public_id=name), tags=("t",))
    with pytest.raises(TooMuch, match="Maximum is 3"):
        await frames.tagged(intake.cloud, "t")


@pytest.mark.usefixtures("pictures")
async def test_what_is_delivered_from_here_is_not_fetched(intake, frames):
    urls = [f"{BASE}/demo/image/upload/w_5/e_sepia/v1/b.jpg", "https://media.test:8000/demo/image/private/own.png"]
    found = await frames.at(intake.cloud, urls)
    assert [(one.asset.name, one.transformation) for one in found] == [("b", "w_5/e_sepia"), ("own", "")]


@pytest.mark.parametrize(
    ("url", "fault", "told"),
    [
        (f"{BASE}/other/image/upload/b.jpg", Invalid, "only pictures of the same cloud"),
        (f"{BASE}/demo/image/fetch/http://a.example/b.jpg", Invalid, "only pictures of the same cloud"),
        (f"{BASE}/demo/image/upload/nobody.jpg", NotFound, "Resource not found - nobody"),
        ("http://a.example/b.jpg", Invalid, "Not reached"),
        ("http://[::1", Invalid, "Invalid URL"),
    ],
)
@pytest.mark.usefixtures("pictures")
async def test_what_is_elsewhere_is_fetched_or_refused(intake, frames, url, fault, told):
    with pytest.raises(fault, match=told):
        await frames.at(intake.cloud, [url])


@pytest.mark.usefixtures("pictures")
async def test_an_animation_is_kept_with_its_words_in_its_name(intake: Intake, frames, keep):
    multi = Multi(frames, keep, several_ask)
    composed = await multi(asked(intake, Access.MULTI, tag="t", transformation="w_10,c_scale,dl_70", format="webp"))
    asset = composed.asset
    assert (asset.kind, asset.access, asset.name) == (Kind.IMAGE, Access.MULTI, "t,c_scale,dl_70,w_10;f_webp")
    one, two, whole = intake.render.rendered
    assert (one.steps, one.encode.format) == (two.steps, "png")
    assert (whole.steps, whole.source.page) == ((Resize(Px(10), Px(8), Fit.LPAD),), 1)
    assert (whole.encode.format, whole.encode.is_animated, whole.encode.delay_ms) == ("webp", True, 70)
    assert [reference.name for reference in whole.joined] == ["1"]
    assert [part.part.format for part in intake.render.parts[-1]] == ["png"]
    assert intake.staged_files() == []
    assert await intake.is_whole(asset)


@pytest.mark.usefixtures("pictures")
async def test_a_picture_that_nothing_is_done_to_goes_in_as_it_is(intake: Intake, frames, keep):
    await Multi(frames, keep, several_ask)(asked(intake, Access.MULTI, tag="t", transformation="f_gif"))
    (whole,) = intake.render.rendered
    assert whole.steps == (Resize(Px(64), Px(48), Fit.LPAD),)
    assert [part.part.format for part in intake.render.parts[-1]] == ["jpg"]


@pytest.mark.parametrize("format", ["jpg", "svg", "heic", "mp4"])
@pytest.mark.usefixtures("pictures")
async def test_a_format_that_cannot_hold_several_is_refused(intake: Intake, frames, keep, format):
    with pytest.raises(Invalid, match="format"):
        await Multi(frames, keep, several_ask).made(intake.cloud, SeveralAsk("t", "t", transformation=f"f_{format}"))


@pytest.mark.usefixtures("pictures")
async def test_a_sprite_is_three_assets(intake: Intake, frames, keep):
    composed = await Sprite(frames, keep, several_ask)(asked(intake, Access.SPRITE, tag="t", public_id="icons/all"))
    found = {(asset.kind.value, asset.name): asset for asset in await intake.assets() if asset.access is Access.SPRITE}
    assert set(found) == {("image", "icons/all"), ("raw", "icons/all.css"), ("raw", "icons/all.json")}
    places = {
        "a": {"width": 64, "height": 48, "x": 0, "y": 0},
        "b": {"width": 64, "height": 48, "x": 64, "y": 0},
    }
    assert composed.facts["places"] == places
    assert json.loads(await intake.original(found["raw", "icons/all.json"])) == places
    styles = (await intake.original(found["raw", "icons/all.css"])).decode()
    assert styles.startswith(".a { background: url('all.png') no-repeat; width: 64px; height: 48px;")
    (whole,) = intake.render.rendered
    assert [(layer.x, layer.y) for layer in whole.steps[1:]] == [(Px(0), Px(0)), (Px(64), Px(0))]
    assert intake.staged_files() == []


@pytest.mark.usefixtures("pictures")
async def test_what_fails_keeps_nothing(intake: Intake, frames, keep):
    before = await intake.stored()
    intake.render.refuses = Invalid("Too wide")
    for make, access in ((Multi, Access.MULTI), (Sprite, Access.SPRITE)):
        with pytest.raises(Invalid, match="Too wide"):
            await make(frames, keep, several_ask)(asked(intake, access, tag="t"))
    assert await intake.stored() == before
    assert intake.staged_files() == []


async def test_one_picture_may_be_there_twice(intake: Intake, frames, keep):
    await intake.upload(GIF, names=NameWishes(public_id="x"))
    url = f"{BASE}/demo/image/upload/x.gif"
    drawn = await Sprite(replace(frames), keep, several_ask).drawn(intake.cloud, SeveralAsk("s", urls=(url, url)))
    assert [*drawn.places] == ["x", "x_2"]
