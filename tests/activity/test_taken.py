"""What a job took in is noted with the asset: under the key that asked, or as that of nobody."""

from datetime import timedelta

import pytest

from safelight.activity.keep import Keep
from safelight.activity.taken import UNTOLD, Taken
from safelight.settings import ActivitySettings
from tests.activity.lines import rows

ON = Taken(is_on=True)


async def note(database, now, taken=ON, **words):
    async with database.transaction() as session:
        await taken(session, "acme", "as-1", 7, **{"key_id": "key-1", "now": now, **words})


@pytest.mark.parametrize(
    ("key_id", "table", "other"), [("key-1", "asset_events", "asset_visits"), ("", "asset_visits", "asset_events")]
)
async def test_who_is_known_and_who_is_not_are_kept_apart(database, now, key_id, table, other):
    await note(database, now, key_id=key_id)
    (row,) = await rows(database, f"SELECT * FROM {table}")
    assert (row["act"], row["bytes"], row["key_id"], row["visitor"], row["agent"]) == ("upload", 7, key_id, b"", "")
    assert await rows(database, f"SELECT * FROM {other}") == []


async def test_nothing_is_noted_where_nothing_is_recorded(database, now):
    await note(database, now, UNTOLD)
    assert await rows(database, "SELECT * FROM asset_events") == []


async def test_a_day_that_nobody_has_made_ready_is_made(database, clock, now):
    for days in (0, 400, 4000):
        await note(database, now + timedelta(days=days))
    assert len(await rows(database, "SELECT * FROM asset_events")) == 3


async def test_it_becomes_a_number_when_its_time_is_over(database, clock, now):
    await note(database, now)
    clock.advance(timedelta(days=200))
    await Keep(database, clock, ActivitySettings()).keep_activity({})
    assert await rows(database, "SELECT * FROM asset_events") == []
    (count,) = await rows(database, "SELECT act, requests, bytes FROM asset_counts")
    assert (count["act"], count["requests"], count["bytes"]) == ("upload", 1, 7)
