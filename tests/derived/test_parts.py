"""The other files that a plan refers to: which asset each word means, who may use it, and how much is too much."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import Cloud, FolderMode
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.edge.memory import MemoryEdge
from safelight.assets import catalogue
from safelight.assets.model import Asset, Facts, Lettering, NewAsset
from safelight.assets.originals import Originals
from safelight.derived import files
from safelight.derived.ensure import Ensure, lock_name
from safelight.derived.files import derived_blob_key
from safelight.derived.forget import Forget
from safelight.derived.parts import Needed, Parts
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid, NotFound, SafelightError, TooMuch, Unauthorized
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database
from safelight.settings import RenderSettings
from safelight.transform.limits import Limits
from safelight.transform.plan import (
    Color,
    Encode,
    ImageLayer,
    Layer,
    Lut,
    Plan,
    Step,
    StyleReference,
    TextLayer,
    TextStyle,
)
from safelight.transform.reference import Reference
from tests.conftest import NOW
from tests.twins import CountingRender, add_asset, chunks_of

LIMITS = Limits(source_pixels_max=1_000_000, output_pixels_max=1_000_000, side_max=5000, frames_max=10)
URL = "http://pictures.test/logo.png"


@dataclass
class Bench:
    """A cloud with a store, and a remote world where every picture is there."""

    database: Database
    originals: Originals
    cloud: Cloud
    render: CountingRender
    ensure: Ensure
    forget: Forget
    fetched: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def asset(self, name: str, data: bytes = b"the picture", **words) -> Asset:
        return await add_asset(self.database, self.originals, self.cloud.id, name, data, now=NOW, **words)

    async def raw(self, name: str, access: Access = Access.UPLOAD) -> Asset:
        return await self.asset(name, b"raw", kind=Kind.RAW, access=access, format=None)

    async def take_in(self, cloud: Cloud, kind: Kind, url: str, came_through: Sequence[str] = ()) -> Asset:
        self.fetched.append((url, tuple(came_through)))
        return await self.asset(url, b"remote", kind=kind, access=Access.FETCH)

    async def parts(self, *steps: Step, is_signed: bool = False, settings=None, **words) -> Needed:
        parts = Parts(self.database, self.take_in, settings or RenderSettings())
        return await parts(self.cloud, plan(*steps), is_signed=is_signed, **words)

    async def make(self, base: Asset, *steps: Step):
        needed = await self.parts(*steps)
        return needed, await self.ensure(base, needed.plan, "l_logo", needed)

    async def is_kept(self, base: Asset, needed: Needed) -> bool:
        return await self.ensure.find(base, needed.plan, needed) is not None


def plan(*steps: Step) -> Plan:
    return Plan(steps=steps, encode=Encode(format="png"))


def picture(name: str, access: Access = Access.UPLOAD, *steps: Step) -> Layer:
    return Layer(ImageLayer(Reference(name, Kind.IMAGE, access)), steps=steps)


def text(font_file: str) -> Layer:
    style = TextStyle(font_file, 20, font_file=Reference(font_file, Kind.RAW, Access.AUTHENTICATED))
    return Layer(TextLayer("Hi", style))


@pytest.fixture
async def here(database, tmp_path: Path) -> Bench:
    async with database.transaction() as session:
        cloud = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=NOW)
    blobs = LocalBlobs(tmp_path / "blobs")
    originals = Originals(blobs, tmp_path / "copies")
    render = CountingRender()
    ensure = Ensure(database, blobs, originals, render, StillClock(NOW), LIMITS)
    return Bench(database, originals, cloud, render, ensure, Forget(database, blobs, originals, MemoryEdge()))


# --- which asset is meant -----------------------------------------------------------------------------------------


async def test_a_plan_without_layers_needs_nothing(here: Bench):
    needed = await here.parts()
    assert (needed.parts, needed.digest, needed.depends_on) == ((), "", ())
    assert needed.is_first_choice


@pytest.mark.parametrize(
    ("kept", "written", "is_first_choice"),
    [
        (["logo"], "logo", True),
        (["logo"], "logo.png", False),  # a "logo.png" may come yet
        (["logo.png", "logo"], "logo.png", True),
        (["brand/logo"], "brand/logo.PNG", False),
        (["logo.v2"], "logo.v2", True),
    ],
)
async def test_a_picture_is_meant_as_written_or_else_without_its_extension(
    here: Bench, kept: list[str], written: str, is_first_choice: bool
):
    assets = {name: await here.asset(name, format="png") for name in kept}
    needed = await here.parts(picture(written))
    ((part, asset),) = needed.parts
    assert asset.id == assets[kept[0]].id
    assert (part.reference.name, part.format) == (written, "png")
    assert needed.is_first_choice == is_first_choice
    assert needed.depends_on == (asset.id,)


async def test_layers_of_layers_tables_and_fonts_are_found_each_once(here: Bench):
    for name in ("logo", "inner"):
        await here.asset(name, format="png")
    await here.raw("warm.3dl")
    await here.raw("cold.CUBE")
    await here.raw("fonts/My.ttf", Access.AUTHENTICATED)
    inner = picture("inner")
    steps = (
        picture("logo", Access.UPLOAD, inner),
        inner,
        Lut(Reference("warm.3dl", Kind.RAW)),
        Lut(Reference("cold.CUBE", Kind.RAW)),
        text("fonts/My.ttf"),
    )
    needed = await here.parts(*steps)
    assert [(part.reference.name, part.format) for part, _ in needed.parts] == [
        ("logo", "png"), ("inner", "png"), ("warm.3dl", "3dl"), ("cold.CUBE", "cube"), ("fonts/My.ttf", "font"),
    ]  # fmt: skip
    assert len(needed.depends_on) == 5


async def test_the_profile_of_the_result_is_a_file_too(here: Bench):
    asset = await here.raw("press/newspaper", Access.AUTHENTICATED)
    parts = Parts(here.database, here.take_in, RenderSettings())
    profile = Reference("press/newspaper", Kind.RAW, Access.AUTHENTICATED)
    wanted = Plan(encode=Encode(format="jpg", icc=profile))
    needed = await parts(here.cloud, wanted, is_signed=False)
    assert [(part.format, found.id) for part, found in needed.parts] == [("icc", asset.id)]
    with pytest.raises(Invalid, match="Unknown or invalid referenced ICC profile no"):
        await parts(here.cloud, replace(wanted, encode=Encode(icc=replace(profile, name="no"))), is_signed=False)


async def test_a_font_is_kept_closed_or_open_and_used_by_everybody(here: Bench):
    await here.raw("a.ttf")
    needed = await here.parts(text("a.ttf"))
    assert not needed.is_first_choice
    assert not needed.is_private
    closed = await here.raw("a.ttf", Access.AUTHENTICATED)
    needed = await here.parts(text("a.ttf"))
    assert needed.depends_on == (closed.id,)
    assert needed.is_first_choice
    assert not needed.is_private


@pytest.mark.parametrize(
    ("step", "error", "words"),
    [
        (picture("nobody"), Invalid, "Unknown or invalid referenced image nobody of type upload"),
        (picture("nobody.png"), Invalid, "Unknown or invalid referenced image nobody.png of type upload"),
        (picture("a\0b"), Invalid, "Unknown or invalid referenced image"),
        (picture("a\udcff"), Invalid, "Unknown or invalid referenced image"),
        (picture("a" * 5000), Invalid, "Unknown or invalid referenced image"),
        (picture("scan"), Invalid, "djvu"),
        (Lut(Reference("no.3dl", Kind.RAW)), Invalid, "Unknown or invalid referenced LUT no.3dl"),
        (text("no.ttf"), Invalid, "Unknown or invalid referenced font no.ttf"),
        (picture("secret", Access.PRIVATE), Unauthorized, "of type private must be signed"),
        (picture("nobody", Access.AUTHENTICATED), Unauthorized, "of type authenticated must be signed"),
    ],
)
async def test_what_cannot_be_used_is_told_in_words(here: Bench, step: Step, error: type[SafelightError], words: str):
    await here.asset("scan", format="djvu")
    await here.asset("secret", access=Access.PRIVATE)
    with pytest.raises(error, match=words):
        await here.parts(step)


@pytest.mark.parametrize("access", [Access.PRIVATE, Access.AUTHENTICATED])
async def test_a_restricted_picture_is_for_requests_that_are_signed(here: Bench, access: Access):
    asset = await here.asset("secret", access=access)
    needed = await here.parts(picture("secret", access), is_signed=True)
    assert needed.depends_on == (asset.id,)
    assert needed.is_private


async def test_a_remote_picture_is_fetched_once(here: Bench):
    layer = picture(URL, Access.FETCH)
    first = await here.parts(layer, came_through=("another",))
    again = await here.parts(layer)
    assert here.fetched == [(URL, ("another",))]
    assert first.digest == again.digest


async def test_nothing_is_fetched_where_it_may_not_be(here: Bench):
    async def refuse() -> None:
        raise Unauthorized("not allowed")

    layer = picture(URL, Access.FETCH)
    with pytest.raises(Unauthorized):
        await here.parts(layer, may_fetch=refuse)
    assert here.fetched == []
    await here.parts(layer)
    await here.parts(layer, may_fetch=refuse)


# --- styles -------------------------------------------------------------------------------------------------------


async def letters(here: Bench, name: str, style: str) -> Asset:
    """A text asset, as uploads/text.py makes one."""
    facts = Facts(3, "0" * 32, "png", 10, 10, 1)
    new = NewAsset(
        here.cloud.id, Kind.IMAGE, Access.TEXT, name, new_id(), facts, "", name, lettering=Lettering(style, "red")
    )
    async with here.database.transaction() as session:
        return (await catalogue.add(session, new, may_overwrite=True, now=NOW)).asset


def styled(name: str) -> Layer:
    return Layer(TextLayer("Hi", StyleReference(Reference(name, Kind.IMAGE, Access.TEXT))))


async def test_the_lettering_of_a_stored_text_is_borrowed_with_its_font(here: Bench):
    asset = await letters(here, "headline", "fonts/My.ttf_40_bold")
    font = await here.raw("fonts/My.ttf", Access.AUTHENTICATED)
    needed = await here.parts(styled("headline"))
    layer = needed.plan.steps[0]
    assert isinstance(layer, Layer)
    assert isinstance(layer.source, TextLayer)
    assert isinstance(layer.source.style, TextStyle)
    assert (layer.source.style.size, layer.source.style.weight) == (40, 700)
    assert layer.source.color == Color(255, 0, 0)
    assert [part.format for part, _ in needed.parts] == ["font"]
    assert set(needed.depends_on) == {asset.id, font.id}
    assert set(needed.versions) == {font.id}


async def test_a_color_that_the_text_says_itself_goes_before(here: Bench):
    await letters(here, "headline", "Arial_40")
    await here.asset("logo")
    layer = styled("headline")
    assert isinstance(layer.source, TextLayer)
    blue = replace(layer, source=replace(layer.source, color=Color(0, 0, 255)))
    needed = await here.parts(Layer(ImageLayer(Reference("logo")), steps=(blue,)), is_signed=True)
    outer = needed.plan.steps[0]
    assert isinstance(outer, Layer)
    (inner,) = outer.steps
    assert isinstance(inner, Layer)
    assert isinstance(inner.source, TextLayer)
    assert inner.source.color == Color(0, 0, 255)


async def test_a_style_that_is_not_there_is_told(here: Bench):
    await here.asset("headline")
    with pytest.raises(Invalid, match="Unknown or invalid referenced image headline of type text"):
        await here.parts(styled("headline"))


# --- how much is too much -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (RenderSettings(parts_max=2), "Too many other files in one transformation. Maximum is 2."),
        (RenderSettings(parts_bytes_max=32), "Got 33. Maximum is 32."),
        (RenderSettings(source_pixels_max=23_999), "exceed 23999 pixels together. Got 24000."),
        (RenderSettings(parts_max=3, parts_bytes_max=33, source_pixels_max=24_000), None),
    ],
)
async def test_the_files_of_one_transformation_are_counted_and_weighed(here: Bench, settings, words: str | None):
    layers = []
    for name in ("a", "b", "c"):
        await here.asset(name)
        layers.append(picture(name))
    if words is None:
        assert len((await here.parts(*layers, settings=settings)).parts) == 3
        return
    with pytest.raises(TooMuch, match=words):
        await here.parts(*layers, settings=settings)


async def test_remote_pictures_are_few(here: Bench):
    layers = [picture(f"{URL}?{number}", Access.FETCH) for number in range(RenderSettings().parts_remote_max + 1)]
    with pytest.raises(TooMuch, match="remote"):
        await here.parts(*layers)
    assert here.fetched == []


# --- what is made of them, and what becomes of it -----------------------------------------------------------------


async def test_the_files_reach_the_darkroom(here: Bench):
    base = await here.asset("base", b"the base")
    await here.asset("logo", b"the logo", format="png")
    _, made = await here.make(base, picture("logo"))
    ((file,),) = here.render.parts
    assert (file.part.reference.name, file.part.format) == ("logo", "png")
    assert b"".join([chunk async for chunk in here.originals.blobs.open(made.blob_key)]).endswith(b" with the logo")


async def test_a_layer_that_was_replaced_makes_another_file(here: Bench):
    base = await here.asset("base")
    await here.asset("logo", b"old")
    old, first = await here.make(base, picture("logo"))
    await here.asset("logo", b"new")
    new, second = await here.make(base, picture("logo"))
    assert old.digest != new.digest
    assert first.key != second.key
    assert len(here.render.renders) == 2


async def erase(here: Bench, asset: Asset) -> None:
    async with here.database.transaction() as session:
        await catalogue.delete(session, asset, NOW)


async def replace_it(here: Bench, asset: Asset) -> None:
    await here.asset(asset.name, b"another")


async def rename(here: Bench, asset: Asset) -> None:
    async with here.database.transaction() as session:
        await catalogue.rename(session, asset, "elsewhere", now=NOW)


async def make_private(here: Bench, asset: Asset) -> None:
    async with here.database.transaction() as session:
        await catalogue.rename(session, asset, asset.name, access=Access.PRIVATE, now=NOW)


@pytest.mark.parametrize("change", [erase, replace_it, rename, make_private])
async def test_what_holds_a_layer_goes_when_the_layer_changes(here: Bench, jobs, change):
    base, other = await here.asset("base"), await here.asset("other")
    logo = await here.asset("logo", b"the logo")
    await here.asset("frame")
    with_logo, made = await here.make(base, picture("logo"))
    _, made_of_other = await here.make(other, picture("logo"), picture("frame"))
    without, kept = await here.make(base, picture("frame"))
    await change(here, logo)
    for _ in range(2):
        for name, payload in await jobs():
            if name in ("AssetErased", "AssetReplaced", "AssetRenamed"):
                await here.forget.drop_holding(payload)
        for name, payload in await jobs():
            if name == "DerivedDropped":
                await here.forget.drop_derived(payload)
    for gone in (made, made_of_other):
        with pytest.raises(NotFound):
            await here.originals.blobs.stat(gone.blob_key)
    assert not await here.is_kept(base, with_logo)
    assert await here.is_kept(base, without)
    assert (await here.originals.blobs.stat(kept.blob_key)).size_bytes == kept.size_bytes


async def test_what_is_made_with_the_new_layer_outlives_the_late_word_of_the_old_one(here: Bench, jobs):
    base = await here.asset("base")
    await here.asset("logo", b"old")
    await here.make(base, picture("logo"))
    await here.asset("logo", b"new")
    needed, _ = await here.make(base, picture("logo"))
    for name, payload in await jobs():
        if name == "AssetReplaced":
            await here.forget.drop_holding(payload)
    assert await here.is_kept(base, needed)


async def test_more_than_one_batch_goes(here: Bench, jobs):
    logo = await here.asset("logo")
    bases = [await here.asset(f"base{number}") for number in range(5)]
    made = [(base, (await here.make(base, picture("logo")))[0]) for base in bases]
    await erase(here, logo)
    payload = next(payload for name, payload in await jobs() if name == "AssetErased")
    await replace(here.forget, batch=2).drop_holding(payload)
    assert not any([await here.is_kept(base, needed) for base, needed in made])


@pytest.mark.parametrize("change", [erase, replace_it])
async def test_a_layer_that_goes_while_it_is_drawn_is_shown_once_and_not_kept(here: Bench, jobs, change):
    base, logo = await here.asset("base"), await here.asset("logo")
    here.render.may_end = asyncio.Event()
    making = asyncio.create_task(here.make(base, picture("logo")))
    await here.render.began.acquire()
    await change(here, logo)
    here.render.may_end.set()
    needed, made = await making
    assert (await here.originals.blobs.stat(made.blob_key)).size_bytes == made.size_bytes
    assert not await here.is_kept(base, needed)
    late = [payload for name, payload in await jobs() if name == "drop_derived"]
    assert [payload["blob_keys"] for payload in late] == [[made.blob_key]]


async def test_rows_of_parts_go_with_their_file(here: Bench):
    base = await here.asset("base")
    logo = await here.asset("logo")
    _, made = await here.make(base, picture("logo"))
    async with here.database.transaction() as session:
        assert await files.drop(session, here.cloud.id, [made.id]) == [made.id]
        words = {"gone": logo.version_id, "present": None, "limit": 10}
        assert await files.drop_holding(session, here.cloud.id, logo.id, **words) == 0


async def test_bytes_that_no_row_knows_are_swept_and_no_others(here: Bench):
    base = await here.asset("base")
    await here.asset("logo")
    _, kept = await here.make(base, picture("logo"))
    blobs = here.originals.blobs
    left = [derived_blob_key(base.cloud_id, base.version_id, f"{number:040x}", "png") for number in range(5)]
    for blob_key in left:
        await blobs.put(blob_key, chunks_of(b"a layer that is gone"))
    before = {stat.key async for stat in blobs.list("")}
    async with here.database.lock(lock_name(left[0])) as is_mine:
        assert is_mine
        await replace(here.forget, batch=2).sweep_derived({})
        assert {stat.key async for stat in blobs.list("")} == before - {*left[1:]}
    await here.forget.sweep_derived({})
    assert {stat.key async for stat in blobs.list("")} == before - {*left}
    assert (await blobs.stat(kept.blob_key)).size_bytes == kept.size_bytes
