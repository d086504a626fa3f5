"""What interrupted uploads left behind."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.kernel.ids import new_id
from safelight.uploads.sweep import born_at
from tests.intake import intake_on, pieces


async def test_only_what_is_old_and_unknown_is_collected(intake, clock):
    asset = (await intake.upload()).asset
    orphan, odd = new_id(), "c/cloud/zz/not-an-id/original"
    await intake.blobs.put(f"c/{intake.cloud.id}/{orphan[-2:]}/{orphan}/original", pieces(b"lost"))
    await intake.blobs.put(f"c/{intake.cloud.id}/{orphan[-2:]}/{orphan}/d/key.jpg", pieces(b"lost"))
    await intake.blobs.put(f"u/{intake.cloud.id}/session/{new_id()}", pieces(b"lost"))
    await intake.blobs.put(odd, pieces(b"somebody else's"))
    staged = await intake.stage(b"lost")
    born = born_at(orphan)
    assert born is not None

    clock.set(born + timedelta(hours=23))
    os.utime(staged.path, (born.timestamp(), born.timestamp()))
    await intake.sweep.sweep_leftovers({})
    assert len(await intake.stored()) == 5
    assert staged.path.exists()

    clock.set(born + timedelta(hours=25))
    for _ in range(2):
        await intake.sweep.sweep_leftovers({})
        assert set(await intake.stored()) == {intake.originals.key(asset.cloud_id, asset.version_id), odd}
        assert intake.staged_files() == []


class Hurried(MemoryBlobs):
    """As soon as an original lies there, a sweep begins whose clock is two days ahead; it has looked before the row."""

    def __init__(self, clock):
        super().__init__()
        self._clock, self._looked = clock, asyncio.Event()
        self.broom, self.swept = None, None

    async def adopt(self, key, path):
        stat = await super().adopt(key, path)
        self._clock.set(born_at(new_id()) + timedelta(days=2))
        self.swept = asyncio.create_task(self.broom.sweep_leftovers({}))
        await asyncio.wait_for(self._looked.wait(), 30)
        return stat

    async def list(self, prefix=""):
        async for stat in super().list(prefix):
            yield stat
        self._looked.set()


async def test_what_comes_in_while_the_clock_jumps_is_no_leftover(database, clock, tmp_path):
    blobs = Hurried(clock)
    intake = await intake_on(database, clock, tmp_path, blobs=blobs)
    blobs.broom = replace(intake.sweep, pause_seconds=1)
    asset = (await intake.upload()).asset
    await blobs.swept
    assert set(await intake.stored()) == {intake.originals.key(asset.cloud_id, asset.version_id)}


async def test_what_is_being_written_is_no_leftover(intake):
    """It looked old, by a clock that jumped; but when we looked again somebody had written to it."""
    quiet, busy = await intake.stage(b"lost"), await intake.stage(b"under way")
    left = await intake.staging.old(born_at(new_id()) + timedelta(days=1))
    os.utime(busy.path)
    assert await intake.staging.sweep(left) == 1
    assert not quiet.path.exists()
    assert busy.path.exists()


async def test_a_machine_drops_what_it_alone_can_reach_and_nothing_of_the_store(database, clock, tmp_path):
    far = MemoryBlobs()
    near = TieredBlobs(far, tmp_path / "cache", 1024 * 1024)
    intake = await intake_on(database, clock, tmp_path, blobs=near)
    await intake.upload()
    staged = await intake.stage(b"lost")
    old = (clock.now() - timedelta(hours=25)).timestamp()
    copies = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert copies
    for path in (staged.path, *copies):
        os.utime(path, (old, old))
    await intake.sweep.sweep_machine()
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert intake.staged_files() == []
    assert len([stat async for stat in far.list("c/")]) == 1
    await near.close()


@pytest.mark.parametrize("id", ["", "x" * 32, "f" * 32, "0123", "../../etc"])
def test_what_is_no_id_has_no_birthday(id):
    assert born_at(id) is None
