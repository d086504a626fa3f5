"""One way to make a derived file, and one maker for each in the whole installation."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.edge.memory import MemoryEdge
from safelight.adapters.queue import procrastinate
from safelight.assets import catalogue
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.derived import files, named
from safelight.derived.ensure import Ensure, source_facts
from safelight.derived.forget import Forget
from safelight.derived.maker import OneMaker
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Busy, Invalid, NotFound, TooMuch
from safelight.ports.database import Database
from safelight.render.effect import vocabulary
from safelight.transform.auto import Hints, settle
from safelight.transform.limits import Limits
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from tests.conftest import NOW
from tests.twins import CountingRender, add_asset

CLOUD = "c" * 32
LIMITS = Limits(source_pixels_max=1_000_000, output_pixels_max=1_000_000, side_max=5000, frames_max=10)


@dataclass
class Bench:
    """One process, with its own connections, over the store that all share."""

    database: Database
    blobs: LocalBlobs
    originals: Originals
    render: CountingRender
    ensure: Ensure

    async def asset(self, name: str = "tom", data: bytes = b"the picture") -> Asset:
        return await add_asset(self.database, self.originals, CLOUD, name, data, now=NOW)


@dataclass(frozen=True)
class CountingMaker(OneMaker):
    comers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """One place more each time somebody comes who has found nothing."""

    async def __call__(self, *words: Any) -> Any:
        self.comers.release()
        return await super().__call__(*words)


def plan(asset: Asset, text: str) -> Plan:
    return settle(parse(text, vocabulary()), Hints(), source_facts(asset), None)


def bench(database: Database, folder: Path, render: CountingRender, maker: OneMaker | None = None) -> Bench:
    blobs = LocalBlobs(folder / "blobs")
    originals = Originals(blobs, folder / "copies")
    clock = StillClock(NOW)
    ensure = Ensure(database, blobs, originals, render, clock, LIMITS, maker or OneMaker())
    return Bench(database, blobs, originals, render, ensure)


@pytest.fixture
async def here(database: PostgresDatabase, tmp_path: Path) -> Bench:
    return bench(database, tmp_path, CountingRender())


@pytest.fixture
async def there(here: Bench, tables: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """Another process: other connections, the same rows, the same bytes, the same counting darkroom."""
    other = PostgresDatabase(tables, defer=procrastinate.defer, pool_size=4)
    yield bench(other, tmp_path, here.render)
    await other.close()


async def test_fifty_callers_in_two_processes_make_one_render(here: Bench, there: Bench):
    asset = await here.asset()
    here.render.seconds = 0.2
    asked = [one.ensure(asset, plan(asset, "w_10"), "w_10") for one in (here, there) for _ in range(25)]
    made = await asyncio.gather(*asked)
    assert len({derived.id for derived in made}) == 1
    assert len(here.render.renders) == 1


async def test_two_sizes_are_made_side_by_side(here: Bench):
    asset = await here.asset()
    here.render.may_end = asyncio.Event()
    both = [asyncio.create_task(here.ensure(asset, plan(asset, f"w_{width}"), f"w_{width}")) for width in (10, 20)]
    for _ in both:
        await here.render.began.acquire()
    here.render.may_end.set()
    assert len({derived.key for derived in await asyncio.gather(*both)}) == 2


async def test_a_second_call_makes_nothing(here: Bench, there: Bench):
    asset = await here.asset()
    first = await here.ensure(asset, plan(asset, "w_10"), "w_10")
    assert await here.ensure(asset, plan(asset, "w_10"), "w_10") == first
    assert await there.ensure(asset, plan(asset, "w_10"), "w_10") == first
    assert len(here.render.renders) == 1


async def test_what_is_made_is_kept_with_its_facts(here: Bench, jobs):
    asset = await here.asset()
    derived = await here.ensure(asset, plan(asset, "w_10"), "w_10")
    stored = b"".join([chunk async for chunk in here.blobs.open(derived.blob_key)])
    assert stored.endswith(b" of the picture")
    assert (derived.size_bytes, derived.format, derived.transformation) == (len(stored), "jpg", "w_10")
    assert derived.blob_key.startswith(here.originals.key(CLOUD, asset.version_id).removesuffix("original"))
    async with here.database.transaction() as session:
        assert (await files.list(session, CLOUD, asset.id, asset.version_id)).items == [derived]
        assert [one.name for one in (await named.list(session, CLOUD)).items] == ["w_10"]
    assert ("DerivedMade", asset.id) in [(name, payload.get("asset_id")) for name, payload in await jobs()]


async def test_a_row_whose_bytes_are_missing_is_mended(here: Bench):
    asset = await here.asset()
    first = await here.ensure(asset, plan(asset, "w_10"), "w_10")
    await here.blobs.delete(first.blob_key)
    assert await here.ensure.find(asset, plan(asset, "w_10")) is None
    again = await here.ensure(asset, plan(asset, "w_10"), "w_10")
    assert again.id == first.id
    assert (await here.blobs.stat(again.blob_key)).size_bytes == again.size_bytes


@pytest.mark.parametrize("fault", [Invalid("Invalid image file"), Busy("full", retry_after_seconds=1)])
async def test_a_fault_is_told_to_all_and_leaves_nothing(here: Bench, there: Bench, fault: Exception, tmp_path: Path):
    maker = CountingMaker()
    one = bench(here.database, tmp_path, here.render, maker)
    asset = await one.asset()
    one.render.fault, one.render.may_end = fault, asyncio.Event()
    asked = [asyncio.create_task(one.ensure(asset, plan(asset, "w_10"), "w_10")) for _ in range(5)]
    for _ in asked:
        await maker.comers.acquire()
    one.render.may_end.set()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {type(fault)}
    assert len(one.render.renders) == 1
    assert await one.ensure.find(asset, plan(asset, "w_10")) is None
    one.render.fault = None
    await there.ensure(asset, plan(asset, "w_10"), "w_10")


async def test_a_caller_who_leaves_does_not_stop_the_others(here: Bench):
    asset = await here.asset()
    here.render.may_end = asyncio.Event()
    leaver = asyncio.create_task(here.ensure(asset, plan(asset, "w_10"), "w_10"))
    await here.render.began.acquire()
    stayer = asyncio.create_task(here.ensure(asset, plan(asset, "w_10"), "w_10"))
    await asyncio.sleep(0.01)
    leaver.cancel()
    here.render.may_end.set()
    assert (await stayer).asset_id == asset.id


async def test_what_was_replaced_meanwhile_is_served_but_not_kept(here: Bench, jobs):
    asset = await here.asset()
    here.render.may_end = asyncio.Event()
    making = asyncio.create_task(here.ensure(asset, plan(asset, "w_10"), "w_10"))
    await here.render.began.acquire()
    newer = await here.asset(data=b"another picture")
    here.render.may_end.set()
    derived = await making
    assert (await here.blobs.stat(derived.blob_key)).size_bytes == derived.size_bytes
    assert await here.ensure.find(asset, plan(asset, "w_10")) is None
    assert await here.ensure.find(newer, plan(newer, "w_10")) is None
    assert ("drop_version", asset.version_id) in [(name, told.get("version_id")) for name, told in await jobs()]


async def test_a_missing_original_is_not_found(here: Bench):
    asset = await here.asset()
    await here.originals.drop(CLOUD, asset.version_id)
    with pytest.raises(NotFound):
        await here.ensure(asset, plan(asset, "w_10"), "w_10")


async def test_what_is_too_large_is_refused_before_anything_is_opened(here: Bench):
    asset = await here.asset()
    with pytest.raises(TooMuch):
        await here.ensure(asset, plan(asset, "w_4000,h_4000"), "w_4000,h_4000")
    assert here.render.renders == []


async def test_past_the_bound_it_says_busy_and_another_cloud_has_its_own_queue(database, tmp_path):
    here = bench(database, tmp_path, CountingRender(), OneMaker(making_max_each=1, waiting_max=3, waiting_min_each=1))
    asset = await here.asset()
    here.render.may_end = asyncio.Event()
    waiting = [asyncio.create_task(here.ensure(asset, plan(asset, f"w_{n}"), f"w_{n}")) for n in (1, 2)]
    await here.render.began.acquire()
    await asyncio.sleep(0.05)
    assert len(here.render.renders) == 1
    other = await add_asset(database, here.originals, "d" * 32, "tom", b"theirs", now=NOW)
    theirs = asyncio.create_task(here.ensure(other, plan(other, "w_1"), "w_1"))
    await here.render.began.acquire()
    with pytest.raises(Busy):
        await here.ensure(asset, plan(asset, "w_3"), "w_3")
    here.render.may_end.set()
    await asyncio.gather(theirs, *waiting)


async def test_a_flood_of_one_cloud_leaves_room_for_the_others(database):
    maker = OneMaker(waiting_max=4, waiting_max_each=3, waiting_min_each=1)
    may_end = asyncio.Event()

    async def ask(cloud: str, number: int) -> str:
        async def nothing() -> str | None:
            return None

        async def made() -> str:
            await may_end.wait()
            return f"{cloud}{number}"

        return await maker(database, cloud, f"{cloud}{number}", nothing, made)

    flood = [asyncio.create_task(ask("a", number)) for number in range(10)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(ask(cloud, 1)) for cloud in ("b", "c", "d")]
    await asyncio.sleep(0)
    assert [task.done() for task in flood].count(False) == 3
    more = asyncio.create_task(ask("b", 2))
    await asyncio.sleep(0)
    may_end.set()
    assert await asyncio.gather(*others) == ["b1", "c1", "d1"]
    answers = await asyncio.gather(*flood, more, return_exceptions=True)
    assert [isinstance(answer, Busy) for answer in answers] == [False] * 3 + [True] * 8
    assert await ask("a", 11) == "a11"


async def test_who_waits_for_another_process_gives_up_in_the_end(database, tables, tmp_path):
    other = PostgresDatabase(tables, defer=procrastinate.defer, pool_size=2)
    here = bench(database, tmp_path, CountingRender())
    there = bench(other, tmp_path, CountingRender(), OneMaker(seconds_max=0.1))
    asset = await here.asset()
    here.render.may_end = asyncio.Event()
    making = asyncio.create_task(here.ensure(asset, plan(asset, "w_10"), "w_10"))
    await here.render.began.acquire()
    with pytest.raises(Busy):
        await there.ensure(asset, plan(asset, "w_10"), "w_10")
    here.render.may_end.set()
    await making
    await other.close()


async def test_forgetting_a_version_takes_rows_bytes_and_edge_and_may_be_done_twice(here: Bench):
    asset = await here.asset()
    edge = MemoryEdge()
    forget = Forget(here.database, here.blobs, here.originals, edge)
    derived = await here.ensure(asset, plan(asset, "w_10"), "w_10")
    payload = {"cloud_id": CLOUD, "asset_id": asset.id, "version_id": asset.version_id}
    await forget.drop_version(payload)
    assert await here.ensure.find(asset, plan(asset, "w_10")) == derived, "the present version is never dropped"
    async with here.database.transaction() as session:
        await catalogue.delete(session, asset, NOW)
    for _ in range(2):
        await forget.drop_version(payload)
        async with here.database.transaction() as session:
            assert not (await files.list(session, CLOUD, asset.id, asset.version_id)).items
        assert [stat async for stat in here.blobs.list(f"c/{CLOUD}/")] == []
    assert edge.purged == [asset.id, asset.id]


async def test_dropped_rows_take_their_bytes_along_unless_they_are_back(here: Bench, jobs):
    asset = await here.asset()
    forget = Forget(here.database, here.blobs, here.originals, MemoryEdge())
    first = await here.ensure(asset, plan(asset, "w_10"), "w_10")
    second = await here.ensure(asset, plan(asset, "w_20"), "w_20")
    async with here.database.transaction() as session:
        assert await files.drop(session, CLOUD, [first.id, second.id, "unknown"]) == [first.id, second.id]
        assert await files.drop(session, "d" * 32, [first.id]) == []
    await here.ensure(asset, plan(asset, "w_20"), "w_20")
    for name, payload in await jobs():
        if name == "DerivedDropped":
            await forget.drop_derived(payload)
    assert await here.ensure.find(asset, plan(asset, "w_10")) is None
    with pytest.raises(NotFound):
        await here.blobs.stat(first.blob_key)
    assert await here.ensure.find(asset, plan(asset, "w_20")) is not None


async def test_drop_of_takes_some_transformations_or_all(here: Bench):
    asset = await here.asset()
    for text in ("w_10", "w_20", "w_30"):
        await here.ensure(asset, plan(asset, text), text)
    async with here.database.transaction() as session:
        assert await files.drop_of(session, asset, ["w_10", "w_99"]) == 1
        assert await files.drop_of(session, asset) == 2


async def test_files_are_listed_in_pages(here: Bench):
    asset = await here.asset()
    made = [await here.ensure(asset, plan(asset, f"w_{n}"), f"w_{n}") for n in range(1, 6)]
    seen, cursor = [], None
    async with here.database.transaction() as session:
        while True:
            page = await files.list(session, CLOUD, asset.id, asset.version_id, max_results=2, cursor=cursor)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        with pytest.raises(Invalid):
            await files.list(session, CLOUD, asset.id, asset.version_id, cursor="nonsense")
    assert sorted(seen, key=lambda one: one.id) == sorted(made, key=lambda one: one.id)
    assert len(seen) == 5
