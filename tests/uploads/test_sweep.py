"""What interrupted uploads left behind."""

import os
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
