"""Clearing a folder: round by round, and after a crash from where it stopped."""

from datetime import timedelta

import pytest

from safelight.assets import catalogue, folders
from safelight.assets.clearing import Clear, clear
from safelight.assets.model import Listing
from safelight.kernel.errors import Busy, NotFound

CLOUD = "cloud-one"


class Stopping(Clear):
    """Is stopped after its first round, as by a crash."""

    async def _erase_some(self, cloud_id, path, until):
        await super()._erase_some(cloud_id, path, until)
        raise Busy("stopped")


async def filled(database, new, now, count):
    async with database.transaction() as session:
        for number in range(count):
            folder = "out/deep" if number % 2 else "OUT"
            await catalogue.add(session, new(f"n{number}", folder=folder), may_overwrite=True, now=now)
        await catalogue.add(session, new("other", folder="outer"), may_overwrite=True, now=now)


async def names(database):
    async with database.transaction() as session:
        page = await catalogue.list(session, CLOUD, Listing(max_results=100))
        return sorted(asset.name for asset in page.items)


async def asked(database, jobs, now, path="out"):
    async with database.transaction() as session:
        doomed = await clear(session, CLOUD, path, now)
    ((name, payload),) = [job for job in await jobs() if job[0] == "clear_folder"]
    assert name == "clear_folder"
    return doomed, payload


async def test_all_assets_and_folders_go_and_no_others(database, clock, new, now, jobs):
    await filled(database, new, now, 7)
    doomed, payload = await asked(database, jobs, now)
    assert doomed == ["OUT", "OUT/deep"]
    clearing = Clear(database, clock, chunk=3)
    for _ in range(2):  # It may run twice.
        await clearing.clear_folder(payload)
        assert await names(database) == ["other"]
        async with database.transaction() as session:
            assert [one.path for one in (await folders.list(session, CLOUD, "", 10, None)).items] == ["outer"]
    assert [name for name, _ in await jobs()].count("AssetErased") == 7


async def test_what_was_stopped_goes_on_with_what_is_left(database, clock, new, now, jobs):
    await filled(database, new, now, 7)
    _, payload = await asked(database, jobs, now)
    with pytest.raises(Busy):
        await Stopping(database, clock, chunk=3).clear_folder(payload)
    assert len(await names(database)) == 5
    await Clear(database, clock, chunk=3).clear_folder(payload)
    assert await names(database) == ["other"]
    assert [name for name, _ in await jobs()].count("AssetErased") == 7


async def test_what_came_later_stays_with_its_folder(database, clock, new, now, jobs):
    await filled(database, new, now, 2)
    _, payload = await asked(database, jobs, now)
    async with database.transaction() as session:
        later = now + timedelta(seconds=1)
        await catalogue.add(session, new("late", folder="out"), may_overwrite=True, now=later)
    await Clear(database, clock).clear_folder(payload)
    assert await names(database) == ["late", "other"]
    async with database.transaction() as session:
        assert (await folders.get(session, CLOUD, "out")).path == "OUT"


async def test_a_folder_that_is_not_there_cannot_be_cleared(session, now):
    with pytest.raises(NotFound, match="Can't find folder with path nowhere"):
        await clear(session, CLOUD, "nowhere", now)
