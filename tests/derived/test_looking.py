"""What is in a picture is looked for once for each version, kind and eye; people's own words go before it."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.edge.memory import MemoryEdge
from safelight.assets import catalogue, sights
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.derived.ensure import source_facts
from safelight.derived.forget import Forget
from safelight.derived.looking import Look
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.ports.database import Database
from safelight.render.effect import vocabulary
from safelight.render.sight import Models
from safelight.render.sight.reading import Reader
from safelight.settings import RenderSettings
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import derived_key
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.sighting import is_nothing
from safelight.transform.source import Region
from tests.conftest import NOW
from tests.twins import CountingRender, add_asset

CLOUD = "c" * 32
FACE = Region("face", 0.25, 0.125, 0.5, 0.25, 0.75)


@dataclass
class Bench:
    database: Database
    originals: Originals
    render: CountingRender
    look: Look
    forget: Forget

    async def asset(self, data: bytes = b"the picture") -> Asset:
        return await add_asset(self.database, self.originals, CLOUD, "tom", data, now=NOW)

    async def rows(self, asset: Asset, eyes: dict[str, str]) -> dict[str, tuple[Region, ...]]:
        async with self.database.transaction() as session:
            return await sights.kept(session, asset, eyes)


def bench(database: Database, folder: Path, models: Models, program: Path) -> Bench:
    blobs = LocalBlobs(folder / "blobs")
    originals = Originals(blobs, folder / "copies")
    render = CountingRender(regions=(FACE,))
    look = Look(database, originals, render, models, Reader(RenderSettings(tesseract=program)))
    return Bench(database, originals, render, look, Forget(database, blobs, originals, MemoryEdge()))


@pytest.fixture
def here(database: PostgresDatabase, tmp_path: Path) -> Bench:
    return bench(database, tmp_path, Models(), tmp_path / "no-such-program")


def plan(text: str) -> Plan:
    return parse(text, vocabulary())


async def test_a_plan_that_asks_for_nothing_looks_at_nothing(here: Bench):
    facts = await here.look(await here.asset(), plan("c_fill,w_10,h_10,g_north"))
    assert (facts.seen, facts.faces) == (None, None)
    assert here.render.looks == []


async def test_faces_are_looked_for_once_and_kept(here: Bench):
    asset = await here.asset()
    first = await here.look(asset, plan("c_thumb,g_face,w_10,h_10"))
    again = await here.look(asset, plan("e_blur_faces"))
    assert first.seen == again.seen == (FACE,)
    assert first.faces == 1
    assert here.render.looks == [("face",)]


async def test_many_who_ask_at_once_look_once(here: Bench):
    asset = await here.asset()
    asked = [here.look(asset, plan(f"c_thumb,g_face,w_{width},h_10")) for width in range(10, 30)]
    assert {facts.seen for facts in await asyncio.gather(*asked)} == {(FACE,)}
    assert here.render.looks == [("face",)]


async def test_a_file_that_is_not_stored_is_looked_at_and_forgotten(here: Bench):
    asset = await here.asset()
    facts = source_facts(asset)
    async with here.originals.local(asset) as path:
        seen = await here.look.at(path, facts, plan("c_thumb,g_face,w_10,h_10"), cloud_id=CLOUD)
        assert await here.look.at(path, facts, plan("w_10"), cloud_id=CLOUD) == facts
    assert (seen.seen, seen.faces) == ((FACE,), 1)
    assert here.render.looks == [("face",)]
    await here.look(asset, plan("c_thumb,g_face,w_10,h_10"))
    assert here.render.looks == [("face",), ("face",)]


async def test_faces_are_told_in_px_and_people_know_better(here: Bench):
    asset = await here.asset()
    assert await here.look.faces(asset) == ((25, 10, 50, 20),)
    assert await here.look.faces(replace(asset, kind=Kind.RAW)) == ()
    for told in ((1, 2, 3, 4), (90, 70, 500, 400)):
        assert await here.look.faces(replace(asset, coordinates={"faces": (told,)})) == (told,)


async def test_that_nothing_is_there_is_known_too(here: Bench):
    here.render.regions = ()
    asset = await here.asset()
    for _ in range(2):
        facts = await here.look(asset, plan("c_thumb,g_face,w_10,h_10"))
        assert facts.faces == 0
        assert facts.seen is not None
        assert [(region.kind, is_nothing(region)) for region in facts.seen] == [("face", True)]
    assert len(here.render.looks) == 1


async def test_other_eyes_look_again(here: Bench, tmp_path: Path):
    asset = await here.asset()
    await here.look(asset, plan("e_blur_faces"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "faces.onnx").write_bytes(b"a better detector")
    better = Look(here.database, here.originals, here.render, Models(tmp_path / "models"), here.look.reader)
    await better(asset, plan("e_blur_faces"))
    await better(asset, plan("e_blur_faces"))
    assert len(here.render.looks) == 2


async def test_what_is_seen_is_part_of_the_key(here: Bench):
    asset = await here.asset()
    asked = plan("c_thumb,g_face,w_10,h_10")
    one = settle(asked, Hints(), await here.look(asset, asked), None)
    here.render.regions = (Region("face", 0, 0, 0.5, 0.5),)
    asset = await here.asset(b"the next version")
    other = settle(asked, Hints(), await here.look(asset, asked), None)
    assert one.seen == (FACE,)
    assert derived_key(one) != derived_key(other)


async def test_conditions_can_ask_how_many_faces_there_are(here: Bench):
    asked = plan("if_fc_gte_1,c_thumb,g_face,w_10,h_10/if_else,c_pad,w_20,h_20")
    settled = settle(asked, Hints(), await here.look(await here.asset(), asked), None)
    assert settled.seen == (FACE,)


async def test_people_say_where_something_is(here: Bench):
    asset = await here.asset()
    async with here.database.transaction() as session:
        asset = await catalogue.update(
            session,
            asset,
            coordinates={"custom": ((10, 8, 50, 40),), "faces": ((0, 0, 10, 8), (90, 72, 50, 50))},
            regions={"sign": ((20, 20), (40, 16), (30, 60))},
            now=NOW,
        )
    facts = await here.look(
        asset, plan("c_crop,g_custom/c_thumb,g_faces,w_9,h_9/c_crop,g_region_!sign!/c_crop,g_region_!x!")
    )
    assert facts.seen is not None
    found = {
        (region.kind, *(round(share, 4) for share in (region.x, region.y, region.width, region.height)))
        for region in facts.seen
    }
    assert found == {
        ("custom", 0.1, 0.1, 0.5, 0.5),
        ("face", 0, 0, 0.1, 0.1),
        ("face", 0.9, 0.9, 0.1, 0.1),
        ("region:sign", 0.2, 0.2, 0.2, 0.55),
        ("region:x", 0, 0, 0, 0),
    }
    assert facts.faces == 2
    assert here.render.looks == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("c_thumb,g_cat,w_9,h_9", "objects.onnx is missing in the folder of SAFELIGHT_MODELS"),
        ("e_blur_region:500,g_ocr_text", "tesseract is not installed, and SAFELIGHT_RENDER_TESSERACT names"),
    ],
)
async def test_what_cannot_be_seen_is_refused_by_name(here: Bench, text: str, missing: str):
    with pytest.raises(Invalid, match=missing):
        await here.look(await here.asset(), plan(text))


@pytest.mark.parametrize("text", ["c_fill,g_auto:cat_50:subject,w_9,h_9", "c_thumb,g_cat:auto,w_9,h_9"])
async def test_a_wish_that_cannot_be_seen_is_passed_over(here: Bench, text: str):
    facts = await here.look(await here.asset(), plan(text))
    assert facts.faces == 1  # `g_auto` looks for faces in any case


async def test_what_was_seen_goes_with_its_version(here: Bench):
    asset = await here.asset()
    await here.look(asset, plan("e_blur_faces"))
    next_one = await here.asset(b"the next version")
    gone = {"cloud_id": CLOUD, "asset_id": asset.id, "version_id": asset.version_id}
    await here.forget.drop_version(gone)
    eyes = {"face": here.look._eye("face")}
    assert await here.rows(asset, eyes) == {}
    await here.look(next_one, plan("e_blur_faces"))
    assert await here.rows(next_one, eyes) == {"face": (FACE,)}


async def test_nothing_is_kept_of_a_version_that_went_meanwhile(here: Bench):
    old = await here.asset()
    await here.asset(b"the next version")
    facts = await here.look(old, plan("e_blur_faces"))
    assert facts.seen == (FACE,)
    assert await here.rows(old, {"face": here.look._eye("face")}) == {}
