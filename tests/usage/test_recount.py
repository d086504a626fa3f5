"""What was counted, against what is there."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from safelight.assets import catalogue, versions
from safelight.derived import files
from safelight.derived.stock import kind_of
from safelight.kernel.media import FORMATS
from safelight.settings import UsageSettings
from safelight.usage import recount, report
from safelight.usage.model import Figure, Meter
from tests.api import derived_of
from tests.usage.counting import count
from tests.usage.test_catalogue_triggers import CLOUD, add

SETTINGS = UsageSettings()


@pytest.fixture
async def filled(session, now):
    cat = await add(session, now)
    await add(session, now, name="doomed")
    await versions.keep(session, cat, now)
    await add(session, now, size_bytes=30)
    asset = await add(session, now, name="dog", size_bytes=11)
    await files.add(session, derived_of(asset, 1, "w_1"))
    await files.add(session, replace(derived_of(asset, 2, "w_2"), transformations=3))
    doomed = await add(session, now, name="doomed")
    await catalogue.delete(session, doomed, now)
    return session


async def test_both_sides_are_equal(filled, now):
    compared = await recount.compare(filled, CLOUD, SETTINGS, now)
    assert {(each.meter.value, each.kind, each.cause): each.found for each in compared} == {
        ("storage_bytes", "image", "original"): 41,
        ("storage_bytes", "image", "backup"): 100,
        ("storage_bytes", "image", "derived"): 198,
        ("objects", "image", "original"): 2,
        ("objects", "image", "backup"): 1,
        ("objects", "image", "derived"): 2,
        ("transformations", "image", "delivery"): 4,
    }
    assert all(each.is_equal for each in compared)
    assert await recount.mend(filled, CLOUD, compared, now) == 0


async def test_a_difference_in_what_lies_there_is_put_right(filled, now):
    wrong = Figure(CLOUD, now.date(), Meter.STORAGE_BYTES, "video", "original", 5)
    await count(filled, [wrong])
    compared = await recount.compare(filled, CLOUD, SETTINGS, now)
    assert [(each.kind, each.counted, each.found) for each in compared if not each.is_equal] == [("video", 5, 0)]
    assert await recount.mend(filled, CLOUD, compared, now) == 1
    assert all(each.is_equal for each in await recount.compare(filled, CLOUD, SETTINGS, now))


async def test_a_restored_version_is_no_upload(filled, now):
    day = now.date()
    before = (await report.used(filled, CLOUD, day, day)).of(Meter.TRANSFORMATIONS)
    await filled.fetch(text("SELECT set_config('safelight.restores', 'yes', true)"))
    await add(filled, now, name="back", size_bytes=50)
    after = await report.used(filled, CLOUD, day, day)
    assert after.of(Meter.TRANSFORMATIONS) == before
    assert after.of(Meter.STORAGE_BYTES, cause="original") == 91


async def test_the_database_knows_the_kinds_of_all_formats(session):
    for name in FORMATS:
        row = await session.fetch_one(text("SELECT usage_of_format(:name) AS kind"), {"name": name})
        assert row["kind"] == kind_of(name), name
