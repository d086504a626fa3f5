"""Of each large photo a smaller one is kept, from which sizes are cut; it comes and goes with its version."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.derived.ensure import Ensure, source_facts
from safelight.derived.intermediates import MAKE, Intermediates, intermediate_key, is_worth_one
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid, NotFound
from safelight.render import reduced
from safelight.render.effect import vocabulary
from safelight.render.model import PartFile, Rendered
from safelight.transform.auto import Hints, settle
from safelight.transform.limits import Limits
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference
from tests.conftest import NOW, Jobs
from tests.twins import CountingRender, add_asset

CLOUD = "c" * 32
LIMITS = Limits(source_pixels_max=1_000_000, output_pixels_max=1_000_000, side_max=5000, frames_max=10)
SIDE = 50
"""The assets of these tests have 100 px."""


class Headed(LocalBlobs):
    """A store of which the beginning of a file is easier to have than the whole."""

    @asynccontextmanager
    async def head(self, key: str, size_bytes: int) -> AsyncGenerator[Path | None]:
        path = self.path(key).with_name("head")
        await asyncio.to_thread(path.write_bytes, b"its head")
        yield path


class NeedsAll(CountingRender):
    """Asked for pixels that a head has not."""

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        made = await super().render(plan, source, source_format=source_format, tenant=tenant, parts=parts)
        if b"its head" in made.data:
            raise Invalid("Of this picture only the head was sent")
        return made


class Bench:
    def __init__(
        self,
        database: PostgresDatabase,
        folder: Path,
        side_px: int = SIDE,
        blobs: LocalBlobs | None = None,
        render: CountingRender | None = None,
    ) -> None:
        self.database, self.render = database, render or CountingRender()
        self.blobs = blobs or LocalBlobs(folder / "blobs")
        self.originals = Originals(self.blobs, folder / "copies")
        self.intermediates = Intermediates(database, self.blobs, self.originals, self.render, side_px)
        self.ensure = Ensure(
            database,
            self.blobs,
            self.originals,
            self.render,
            StillClock(NOW),
            LIMITS,
            intermediates=self.intermediates,
        )

    async def asset(self, format: str = "jpg") -> Asset:
        return await add_asset(self.database, self.originals, CLOUD, "tom", b"the picture", now=NOW, format=format)

    async def derive(self, asset: Asset, text: str) -> bool:
        """Make it; was there an intermediate to cut it from?"""
        await self.ensure(asset, plan(asset, text), text)
        return [part.part.reference for part in self.render.parts[-1]] == [reduced.INTERMEDIATE]

    async def is_there(self, asset: Asset) -> bool:
        try:
            await self.blobs.stat(intermediate_key(CLOUD, asset.version_id, SIDE))
        except NotFound:
            return False
        return True


def plan(asset: Asset, text: str) -> Plan:
    return settle(parse(text, vocabulary()), Hints(), source_facts(asset), None)


def payload(asset: Asset) -> dict[str, str]:
    return {"cloud_id": CLOUD, "asset_id": asset.id, "version_id": asset.version_id}


@pytest.fixture
def bench(database: PostgresDatabase, tmp_path: Path) -> Bench:
    return Bench(database, tmp_path)


async def test_the_first_size_asks_for_one_and_the_next_is_cut_from_it(bench: Bench, jobs: Jobs):
    asset = await bench.asset()
    assert not await bench.derive(asset, "w_10")
    assert not await bench.derive(asset, "w_11")
    (asked,) = [payload for name, payload in await jobs() if name == MAKE]
    await bench.intermediates.make_intermediate(asked)
    assert await bench.derive(asset, "w_12")


@pytest.mark.parametrize(
    ("render", "asked"),
    [
        (CountingRender(), [reduced.BESIDE_HEAD]),
        (NeedsAll(), [reduced.BESIDE_HEAD, reduced.INTERMEDIATE]),
    ],
)
async def test_a_sealed_original_is_opened_as_a_whole_only_where_its_pixels_are_needed(
    database: PostgresDatabase, tmp_path: Path, render: CountingRender, asked: list[Reference]
):
    bench = Bench(database, tmp_path, blobs=Headed(tmp_path / "blobs"), render=render)
    asset = await bench.asset()
    await bench.intermediates.make_intermediate(payload(asset))
    render.parts.clear()
    await bench.derive(asset, "w_12")
    assert [part.part.reference for parts in render.parts for part in parts] == asked


async def test_it_is_made_once(bench: Bench):
    asset = await bench.asset()
    for _ in range(2):
        await bench.intermediates.make_intermediate(payload(asset))
    assert len(bench.render.renders) == 1


async def test_what_is_cut_from_the_original_alone_brings_none_along(bench: Bench):
    asset = await bench.asset()
    await bench.intermediates.make_intermediate(payload(asset))
    assert not await bench.derive(asset, "w_12,f_png")


@pytest.mark.parametrize(("format", "side_px"), [("png", SIDE), ("svg", SIDE), ("jpg", 51), ("jpg", 0)])
async def test_small_see_through_and_drawn_pictures_get_none(bench: Bench, format: str, side_px: int):
    assert not is_worth_one(await bench.asset(format), side_px)


async def test_a_broken_picture_gets_none_and_no_error(bench: Bench):
    asset = await bench.asset()
    bench.render.fault = Invalid("Invalid image file")
    await bench.intermediates.make_intermediate(payload(asset))
    assert not await bench.is_there(asset)


async def test_it_goes_with_its_version(bench: Bench):
    asset = await bench.asset()
    await bench.intermediates.make_intermediate(payload(asset))
    assert await bench.is_there(asset)
    await bench.originals.drop(CLOUD, asset.version_id)
    assert not await bench.is_there(asset)


async def test_of_a_version_that_is_gone_none_is_made(bench: Bench):
    asset = await bench.asset()
    await bench.asset()
    await bench.intermediates.make_intermediate(payload(asset))
    assert not await bench.is_there(asset)


async def test_of_a_version_that_goes_meanwhile_none_stays(bench: Bench):
    asset = await bench.asset()
    bench.render.may_end = asyncio.Event()
    making = asyncio.create_task(bench.intermediates.make_intermediate(payload(asset)))
    await bench.render.began.acquire()
    await bench.asset()
    bench.render.may_end.set()
    await making
    assert not await bench.is_there(asset)
