"""What the policy says about time (PP-04, PP-06, PP-07, PP-08), at the tables, with the clock moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.activity import partitions, sealing
from safelight.activity.day_keys import DayKeys
from safelight.activity.keep import Keep
from safelight.activity.model import Act, Line
from safelight.activity.sealing import Asker
from safelight.activity.store import DAILY
from safelight.activity.write import WriteBatch
from safelight.adapters.geo.memory import MemoryGeo
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.ids import new_id
from safelight.settings import ActivitySettings
from tests.activity.lines import AGENT, Writing, rows

ADDRESS = "192.0.2.77"


@pytest.fixture
def keys():
    return DayKeys(MemoryKeys())


@pytest.fixture
def write(database, clock, keys):
    return Writing(WriteBatch(database, keys, clock, MemoryGeo({"192.0.2.0/24": "XA"}).country))


@pytest.fixture
async def keep(database, clock):
    """After it no part is left: tests that come later find the tables as they were made."""
    keep = Keep(database, clock, ActivitySettings())
    yield keep.keep_activity
    async with database.transaction() as session:
        for table in DAILY:
            for day in await partitions.days_of(session, table):
                await partitions.drop(session, table, day)


@pytest.fixture
def line(now):
    return Line(
        now.replace(microsecond=0), "GET", "/{delivery}", 200, bytes_sent=100, cloud_id="acme", asset_id="as-1",
        act=Act.DOWNLOAD, address=ADDRESS, agent=AGENT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "can_be_read", "is_sealed_kept", "is_row_kept"),
    [(0, True, True, True), (7, True, True, True), (8, False, False, True), (180, False, False, True),
     (181, False, False, False)],
)  # fmt: skip
async def test_pp_04_an_address_can_be_read_for_seven_days_and_its_network_for_180(
    write, keep, line, clock, database, keys, days, can_be_read, is_sealed_kept, is_row_kept
):
    await write(new_id(), [line], 0)
    sealed = (await rows(database, "SELECT sealed FROM traffic_clients"))[0]["sealed"]
    clock.advance(timedelta(days=days))
    await keep({})
    day = line.at.date()
    async with database.transaction() as session:
        key = (await keys.address_keys(session, [day])).get(day)
    assert (key is not None) is can_be_read
    if key:
        assert [*sealing.unseal(sealed, key, day.isoformat()).values()] == [[Asker(ADDRESS, AGENT, 1, 100)]]
    assert len(await rows(database, "SELECT 1 AS one FROM traffic_clients")) == is_sealed_kept
    kept = await rows(database, "SELECT network, agent, route FROM traffic")
    assert [tuple(row.values()) for row in kept] == [("192.0.2.0/24", "Firefox", "/{delivery}")] * is_row_kept


async def test_pp_06_visits_become_numbers_within_48_hours_and_those_of_accounts_after_90_days(
    write, keep, line, clock, database
):
    upload = replace(line, act=Act.UPLOAD, key_id="k", bytes_received=500)
    await write(new_id(), [line, replace(line, requests=2, bytes_sent=200, is_derived=True), upload], 0)

    async def left():
        visits = await rows(database, "SELECT sum(requests) AS n, sum(bytes) AS bytes FROM asset_visits")
        events = await rows(database, "SELECT sum(requests) AS n, sum(bytes) AS bytes FROM asset_events")
        counts = await rows(database, "SELECT act, sum(requests) AS n, sum(bytes) AS b FROM asset_counts GROUP BY act")
        return visits[0]["n"], events[0]["n"], {row["act"]: (row["n"], row["b"]) for row in counts}

    assert await left() == (3, 1, {})
    clock.advance(timedelta(days=1))
    await keep({})
    assert await left() == (3, 1, {})
    clock.advance(timedelta(days=1))
    await keep({})
    await keep({})
    assert await left() == (None, 1, {"download": (3, 300)})
    clock.advance(timedelta(days=88))
    await keep({})
    assert await left() == (None, 1, {"download": (3, 300)})
    clock.advance(timedelta(days=1))
    await keep({})
    assert await left() == (None, None, {"download": (3, 300), "upload": (1, 500)})


async def test_numbers_of_rounds_that_were_left_out_are_made_up_for(write, keep, line, clock, database):
    await write(new_id(), [line, replace(line, at=line.at + timedelta(days=1))], 0)
    clock.advance(timedelta(days=300))
    await keep({})
    found = await rows(database, "SELECT day, requests FROM asset_counts ORDER BY day")
    assert [(row["day"], row["requests"]) for row in found] == [
        (line.at.date(), 1),
        (line.at.date() + timedelta(days=1), 1),
    ]


async def test_what_comes_late_for_a_day_that_was_counted_is_added_to_it(write, keep, line, clock, database):
    await write(new_id(), [line], 0)
    clock.advance(timedelta(days=2))
    await keep({})
    await write(new_id(), [line], 0)
    await keep({})
    assert [row["requests"] for row in await rows(database, "SELECT requests FROM asset_counts")] == [2]


async def test_pp_07_the_salt_of_a_day_is_gone_within_48_hours(write, keep, line, clock, database):
    page = replace(line, is_page=True, act=Act.NONE, route="/console")
    await write(new_id(), [page], 0)
    clock.advance(timedelta(days=1))
    await keep({})
    await write(new_id(), [replace(page, at=clock.now())], 0)
    visitors = await rows(database, "SELECT visitor FROM page_views ORDER BY at")
    assert visitors[0]["visitor"] != visitors[1]["visitor"]
    clock.advance(timedelta(days=1))
    await keep({})
    salts = await rows(database, "SELECT day FROM activity_keys WHERE purpose = 'visitor'")
    assert [row["day"] for row in salts] == [line.at.date() + timedelta(days=1)]


async def test_pp_08_of_a_place_nothing_is_known_but_a_country(write, line, database):
    await write(new_id(), [line, replace(line, address="203.0.113.9")], 0)
    assert sorted(row["country"] for row in await rows(database, "SELECT country FROM traffic")) == ["XA", "ZZ"]
    places = {"lat", "lon", "latitude", "longitude", "city", "region", "location", "place", "coordinates"}
    assert not {column.name for table in DAILY for column in table.columns} & places


async def test_parts_are_made_ahead_so_that_midnight_finds_them(keep, clock, database):
    await keep({})
    async with database.transaction() as session:
        for table in DAILY:
            days = await partitions.days_of(session, table)
            assert [day - clock.now().date() for day in days] == [timedelta(days=n) for n in range(4)]


async def test_what_was_lost_is_remembered_longer_than_what_was_written(write, keep, line, clock, database):
    await write(new_id(), [line], 0)
    await write(new_id(), [line], 7)
    clock.advance(timedelta(days=4))
    await keep({})
    assert [row["lost"] for row in await rows(database, "SELECT lost FROM activity_batches")] == [7]
    clock.advance(timedelta(days=180))
    await keep({})
    assert await rows(database, "SELECT lost FROM activity_batches") == []


async def test_a_row_of_a_day_that_has_no_part_any_more_makes_it_anew(write, keep, line, clock, database):
    """As after the clock of a machine was wrong."""
    await write(new_id(), [line], 0)
    clock.advance(timedelta(days=400))
    await keep({})
    await write(new_id(), [line], 0)
    assert len(await rows(database, "SELECT 1 AS one FROM traffic")) == 1
