"""What is stored is counted by whoever changes it."""

import pytest
from sqlalchemy import text

from safelight.assets import catalogue, versions
from safelight.assets.model import Facts, NewAsset
from safelight.derived import files
from safelight.derived.counted import Cause
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from tests.api import derived_of

CLOUD = "cloud-one"
SUMS = """
SELECT meter, kind, cause, sum(amount)::bigint AS amount FROM usage_changes GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
"""


async def sums(session):
    rows = await session.fetch(text(SUMS))
    return {(row["meter"], row["kind"], row["cause"]): row["amount"] for row in rows}


def new(name="cat", size_bytes=100, kind=Kind.IMAGE, **words):
    return NewAsset(
        cloud_id=CLOUD,
        kind=kind,
        access=Access.UPLOAD,
        name=name,
        version_id=new_id(),
        facts=Facts(size_bytes, "0" * 32, "jpg" if kind is Kind.IMAGE else None),
        folder="",
        display_name=name,
        **words,
    )


async def add(session, now, **words):
    return (await catalogue.add(session, new(**words), may_overwrite=True, now=now)).asset


async def test_an_upload_counts_its_bytes_and_one_transformation(session, now):
    await add(session, now)
    await add(session, now, name="doc", size_bytes=7, kind=Kind.RAW)
    assert await sums(session) == {
        ("storage_bytes", "image", "original"): 100,
        ("objects", "image", "original"): 1,
        ("transformations", "image", "upload"): 1,
        ("storage_bytes", "raw", "original"): 7,
        ("objects", "raw", "original"): 1,
    }


async def test_to_overwrite_counts_once_more_and_stores_the_difference(session, now):
    await add(session, now)
    await add(session, now, size_bytes=30)
    assert await sums(session) == {
        ("storage_bytes", "image", "original"): 30,
        ("objects", "image", "original"): 1,
        ("transformations", "image", "upload"): 2,
    }


async def test_words_about_an_asset_count_nothing(session, now):
    asset = await add(session, now)
    before = await sums(session)
    asset = await catalogue.update(session, asset, tags=("a",), now=now)
    await catalogue.rename(session, asset, "dog", now=now)
    assert await sums(session) == before


async def test_what_is_erased_takes_no_room_and_was_made_all_the_same(session, now):
    asset = await add(session, now)
    await files.add(session, derived_of(asset, 1, "w_1"))
    assert (await sums(session))["storage_bytes", "image", "derived"] == 99
    await catalogue.delete(session, asset, now)
    await files.forget_version(session, CLOUD, asset.version_id)
    assert await sums(session) == {
        ("transformations", "image", "upload"): 1,
        ("transformations", "image", "delivery"): 1,
    }


async def test_versions_that_are_kept_move_to_the_backups(session, now):
    asset = await add(session, now)
    await versions.keep(session, asset, now)
    assert ("storage_bytes", "image", "backup") not in await sums(session), "the present version lies there once"
    await add(session, now, size_bytes=5)
    found = await sums(session)
    assert (found["storage_bytes", "image", "original"], found["storage_bytes", "image", "backup"]) == (5, 100)
    await versions.erase(session, CLOUD, asset.id)
    assert ("storage_bytes", "image", "backup") not in await sums(session)


async def test_a_derived_file_that_is_mended_counts_no_second_time(session, now):
    asset = await add(session, now)
    first = derived_of(asset, 1, "w_1")
    await files.add(session, first)
    await files.add(session, type(first)(**{**vars(first), "id": "other", "size_bytes": 40}))
    found = await sums(session)
    assert found["transformations", "image", "delivery"] == 1
    assert found["storage_bytes", "image", "derived"] == 40
    assert found["objects", "image", "derived"] == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, ("image", 1, None)),
        ({"transformations": 3}, ("image", 3, None)),
        ({"format": "mp4", "transformations": 12, "seconds": 12}, ("video", 12, 12)),
        ({"format": "json"}, ("raw", 1, None)),
    ],
)
async def test_a_derived_file_counts_what_its_maker_says(session, now, words, expected):
    asset = await add(session, now)
    made = derived_of(asset, 1, "w_1")
    await files.add(session, type(made)(**{**vars(made), **words}))
    found = await sums(session)
    kind, transformations, seconds = expected
    assert found["transformations", kind, "delivery"] == transformations
    assert found.get(("video_seconds", kind, "delivery")) == seconds


@pytest.mark.parametrize("cause", list(Cause))
async def test_a_derived_file_counts_for_whom_it_was_made(database, now, cause):
    async with database.transaction() as session:
        asset = await add(session, now)
        await files.add(session, derived_of(asset, 1, "w_1"), cause=cause)
        await files.add(session, derived_of(asset, 2, "w_2"))
    async with database.transaction() as session:
        found = await sums(session)
        (kept,) = await session.fetch(text("SELECT array_agg(cause ORDER BY cause) AS causes FROM usage_items"))
    assert kept["causes"] == sorted([cause.value, "delivery"])
    assert sum(found.get(("transformations", "image", each), 0) for each in {cause.value, "delivery"}) == 2
    assert found["storage_bytes", "image", "derived"] == 198


async def test_what_was_changed_on_its_way_in_is_told_apart(database, now):
    async with database.transaction() as session:
        await add(session, now, name="changed", is_developed=True)
    async with database.transaction() as session:
        await add(session, now, name="as it was")
        await add(session, now, name="text", kind=Kind.RAW, is_developed=True)
        found = await sums(session)
    assert found["transformations", "image", "incoming"] == 1
    assert found["transformations", "image", "upload"] == 1
    assert ("transformations", "raw", "incoming") not in found


async def test_it_falls_on_the_day_that_the_clock_shows(database, clock, now):
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT usage_day() AS day"))
    assert rows[0]["day"] == now.date()
