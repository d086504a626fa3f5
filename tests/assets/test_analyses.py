"""Analyses are made once for each version, kept, and forgotten with it."""

from datetime import UTC, datetime

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets import analyses
from safelight.assets.analyses import Analyse
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.kernel.media import Kind
from tests.twins import CountingRender, add_asset

CLOUD = "cloud1"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
FACTS = {"phash": "0" * 16, "colors": [["#FF0000", 100.0]], "quality_score": 0.5}


class Talking(CountingRender):
    """Tells whatever it is asked, and counts."""

    async def analyse(self, source, *, format, kinds, tenant=""):
        self.looks.append(tuple(kinds))
        return {name: value for name, value in FACTS.items() if name.startswith(tuple(kinds))}


@pytest.fixture
async def analyse(database, tmp_path) -> Analyse:
    return Analyse(database, Originals(MemoryBlobs(), tmp_path), Talking())


async def added(analyse: Analyse, name: str = "tom", **words: object) -> Asset:
    return await add_asset(analyse.database, analyse.originals, CLOUD, name, b"bytes", now=NOW, **words)


async def test_each_kind_is_found_once_and_all_come_in_one(analyse):
    asset = await added(analyse)
    assert await analyse(asset, {"phash"}) == {"phash": "0" * 16}
    assert await analyse(asset, {"phash", "colors"}) == {"phash": "0" * 16, "colors": [["#FF0000", 100.0]]}
    assert await analyse(asset, set()) == {}
    assert analyse.render.looks == [("phash",), ("colors",)]


async def test_what_is_no_picture_tells_nothing(analyse):
    assert await analyse(await added(analyse, kind=Kind.RAW), {"phash"}) == {}
    assert analyse.render.looks == []


async def test_what_was_found_goes_with_its_version(analyse):
    first, second = await added(analyse), await added(analyse, "tim")
    for asset in (first, second):
        await analyse(asset, {"phash"})
    for _ in range(2):
        async with analyse.database.transaction() as session:
            await analyses.forget(session, CLOUD, first.version_id)
    await analyse(first, {"phash"})
    await analyse(second, {"phash"})
    assert len(analyse.render.looks) == 3
