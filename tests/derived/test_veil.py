"""In a copy of a picture nothing of others can be seen: what is marked, and faces where they are asked for."""

import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from safelight.adapters.blobs.local import LocalBlobs
from safelight.assets import catalogue
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.boot import veiling
from safelight.derived.veil import NO_PICTURE, OTHER_SIZE, Masks, VeilOthers, covered_in, written_as
from safelight.kernel.holdings import Item, Stored
from safelight.kernel.media import Kind
from safelight.kernel.veiled import Covered, Veiled
from safelight.ports.database import Database
from safelight.privacy.selfcheck import failed
from safelight.render.pool import Darkroom
from safelight.settings import RenderSettings
from safelight.transform.source import Region
from tests.conftest import NOW
from tests.pictures import encoded, photo, scene
from tests.twins import CountingRender, add_asset

CLOUD = "c" * 32
BOX = ((20, 10), (60, 50))
FACE = Region("face", 0.5, 0.25, 0.2, 0.25)
SIZE = (100, 80)


@dataclass
class Bench:
    database: Database
    veil: VeilOthers

    async def veiled(self, data: bytes, format: str = "jpg", regions: Any = None, **facts: Any) -> Veiled | None:
        return await self.veil(await self.item(data, format, regions, **facts))

    async def item(self, data: bytes, format: str = "jpg", regions: Any = None, **facts: Any) -> Item:
        asset = await self.asset(data, format)
        told = {"cloud_id": CLOUD, "kind": "image", "format": format, "width": SIZE[0], "height": SIZE[1]}
        marks = (
            {} if regions is None else {"regions": {name: [list(each) for each in at] for name, at in regions.items()}}
        )
        return Item("assets", {**told, **marks, **facts}, self.stored(asset, data))

    async def asset(self, data: bytes, format: str = "jpg", kind: Kind = Kind.IMAGE) -> Asset:
        return await add_asset(
            self.database, self.veil.originals, CLOUD, "tom", data, now=NOW, format=format, kind=kind
        )

    def stored(self, asset: Asset, data: bytes) -> Stored:
        return Stored(self.veil.originals.key(CLOUD, asset.version_id), "tom.jpg", len(data))


@pytest.fixture
async def darkroom() -> AsyncIterator[Darkroom]:
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        yield darkroom


@pytest.fixture
def twin() -> CountingRender:
    return CountingRender(regions=(FACE,))


def bench(database: Database, folder: Path, render: Any, masks: Masks = Masks.MARKED) -> Bench:
    originals = Originals(LocalBlobs(folder / "blobs"), folder / "copies")
    return Bench(database, VeilOthers(database, originals, render, masks))


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


@pytest.mark.parametrize(("format", "written"), [("png", "png"), ("jpg", "jpg"), ("webp", "webp"), ("gif", "gif")])
async def test_what_is_marked_becomes_one_colour_and_the_rest_stays(database, tmp_path, darkroom, format, written):
    original = encoded(scene(*SIZE), {"jpg": "JPEG"}.get(format, format.upper()))
    veiled = await bench(database, tmp_path, darkroom).veiled(
        original, format, {"others 1": BOX, "mine": ((0, 0), (9, 9))}
    )
    assert veiled is not None
    assert (veiled.format, veiled.covered) == (written, (Covered("region", 20, 10, 40, 40),))
    assert veiled.original_sha256 == hashlib.sha256(original).hexdigest()
    before, after = pixels(original), pixels(veiled.data)
    inside = after[16:48, 32:48]
    assert np.ptp(inside, axis=(0, 1)).max() <= 12
    outside = np.abs(after - before)
    outside[6:54, 16:64] = 0
    assert outside.mean() < 6
    assert np.abs(after - before)[10:50, 20:60].mean() > 3


async def test_where_and_by_what_it_was_taken_stays_behind(database, tmp_path, darkroom):
    original = photo(*SIZE, serial="SERIAL-4711", position=(47, 11))
    veiled = await bench(database, tmp_path, darkroom).veiled(original, "jpg", {"others": BOX})
    assert veiled is not None
    assert b"SERIAL-4711" in original
    assert b"SERIAL-4711" not in veiled.data
    assert not Image.open(io.BytesIO(veiled.data)).getexif()


async def test_every_frame_is_covered(database, tmp_path, darkroom):
    frames = [scene(*SIZE).rotate(90 * turn).resize(SIZE) for turn in range(3)]
    original = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    veiled = await bench(database, tmp_path, darkroom).veiled(original, "gif", {"others": BOX})
    assert veiled is not None
    opened = Image.open(io.BytesIO(veiled.data))
    assert opened.n_frames == 3  # pyright: ignore[reportAttributeAccessIssue] - of pictures that move
    for number in range(3):
        opened.seek(number)
        assert np.ptp(np.asarray(opened.convert("RGB")).astype(int)[16:48, 32:48], axis=(0, 1)).max() <= 12


async def test_a_drawing_becomes_a_picture_below_which_nothing_lies(database, tmp_path, darkroom):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="80"><text x="20" y="30">Bob</text></svg>'
    veiled = await bench(database, tmp_path, darkroom).veiled(drawing, "svg", {"others": BOX})
    assert veiled is not None
    assert veiled.format == "png"
    assert b"Bob" not in veiled.data


async def test_nobody_is_looked_for_unless_it_is_asked_and_what_is_ones_own_stays(database, tmp_path, twin):
    asked = {masks: bench(database, tmp_path / masks, twin, masks) for masks in Masks}
    assert await asked[Masks.MARKED].veiled(b"a picture", regions={}) is None
    assert await asked[Masks.NONE].veiled(b"a picture", regions={"others": BOX}) is None
    assert twin.looks == []
    seen = await asked[Masks.FACES].veiled(b"a picture", regions={})
    assert seen is not None
    assert seen.covered == (Covered("face", 45, 12, 30, 36),)
    assert await asked[Masks.FACES].veiled(b"a picture", regions={"self": ((50, 20), (70, 40))}) is None
    assert await asked[Masks.FACES].veiled(b"a film", "mp4", {}, kind="video") is None


@pytest.mark.parametrize(
    ("format", "facts", "why"),
    [
        ("mp4", {"kind": "video"}, NO_PICTURE),
        (None, {"kind": "raw"}, NO_PICTURE),
        ("jpg", {}, "It could not be masked: Invalid image file"),
    ],
)
async def test_what_cannot_be_masked_is_not_handed_out(database, tmp_path, darkroom, format, facts, why):
    here = bench(database, tmp_path, darkroom)
    veiled = await here.veiled(b"no picture at all", format, {"others": BOX}, **facts)
    assert veiled == Veiled(hashlib.sha256(b"no picture at all").hexdigest(), why_not=why)


async def test_older_versions_are_masked_as_the_present_one_if_they_have_its_size(database, tmp_path, twin):
    here = bench(database, tmp_path, twin)
    data = b"a picture"
    asset = await here.asset(data)
    async with database.transaction() as session:
        await catalogue.update(session, asset, regions={"others": BOX}, now=NOW)
    facts = {"cloud_id": CLOUD, "asset_id": asset.id, "kind": "image", "format": "jpg", "width": 100, "height": 80}
    item = Item("backups", facts, here.stored(asset, data))
    veiled = await here.veil(item)
    assert veiled is not None
    assert veiled.covered == (Covered("region", 20, 10, 40, 40),)
    other = await here.veil(replace(item, facts={**facts, "width": 50}))
    assert other == Veiled(hashlib.sha256(data).hexdigest(), why_not=OTHER_SIZE)
    assert await here.veil(replace(item, facts={**facts, "asset_id": "gone"})) is None


@pytest.mark.parametrize(
    ("regions", "faces", "expected"),
    [
        ({}, (), ()),
        ({"other": BOX}, (), ()),
        ({"others": ((60, 50), (20, 10))}, (), (Covered("region", 20, 10, 40, 40),)),
        ({"others": ((90, 70), (900, 700))}, (), (Covered("region", 90, 70, 10, 10),)),
        ({"others": ((500, 500), (900, 700))}, (), (Covered("region", 99, 79, 1, 1),)),
        ({}, (Region("face", 0, 0, 1, 1),), (Covered("face", 0, 0, 100, 80),)),
    ],
)
def test_what_is_covered_lies_inside_and_is_never_nothing(regions, faces, expected):
    assert covered_in(regions, faces, SIZE) == expected


@pytest.mark.parametrize(("format", "written"), [("jpg", "jpg"), ("svg", "png"), ("heic", "png"), ("png", "png")])
def test_what_cannot_be_written_becomes_a_plain_picture(format, written):
    assert written_as(format) == written


async def test_the_check_tells_a_mask_from_none(darkroom, monkeypatch):
    assert await veiling.faults_with(darkroom) == []
    twin = CountingRender()
    assert await veiling.faults_with(twin) == [veiling.SAME]
    monkeypatch.setattr(veiling, "planted", lambda _shift: veiling.planted.__name__.encode())
    assert await veiling.faults_with(twin) == [veiling.OPEN]


async def test_a_check_that_failed_before_says_so_first():
    rooms: Any = None
    assert await veiling.pictures_are_masked(rooms, failed("x")) == failed("x")
