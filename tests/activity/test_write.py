"""Lines become rows: shortened, sealed, alike ones folded; and a batch is written once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.activity import report, sealing
from safelight.activity.day_keys import DayKeys
from safelight.activity.model import Act, Line
from safelight.activity.report import Cut
from safelight.activity.sealing import Asker
from safelight.activity.write import WriteBatch
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.choice import ChoiceKind, Wanted, Way
from safelight.kernel.errors import Conflict
from safelight.kernel.ids import new_id
from safelight.people import choices
from tests.activity.lines import AGENT, Writing, rows

COUNTRIES = {"192.0.2.0/24": "XA", "2001:db8:1::/48": "XB"}


@pytest.fixture
def keys():
    return DayKeys(MemoryKeys())


@pytest.fixture
def write(database, clock, keys):
    return Writing(WriteBatch(database, keys, clock, lambda network: COUNTRIES.get(network, "ZZ")))


@pytest.fixture
def line(now):
    return Line(
        now.replace(microsecond=0), "GET", "/{delivery}", 200, bytes_sent=100, cloud_id="acme", asset_id="as-1",
        kind="image", act=Act.DOWNLOAD, address="192.0.2.77", agent=AGENT,
    )  # fmt: skip


async def test_a_row_of_traffic_has_no_address_but_its_network(write, line, database):
    await write(new_id(), [line, replace(line, address="2001:db8:1:2::3", asset_id="as-2")], 0)
    found = await rows(database, "SELECT * FROM traffic ORDER BY network")
    assert [(row["network"], row["country"], row["agent"]) for row in found] == [
        ("192.0.2.0/24", "XA", "Firefox"),
        ("2001:db8:1::/48", "XB", "Firefox"),
    ]
    assert all(row["client_id"] for row in found)


async def test_the_whole_address_and_agent_open_with_the_key_of_the_day(write, line, database, keys):
    await write(new_id(), [line], 0)
    row = (await rows(database, "SELECT at, sealed FROM traffic_clients"))[0]
    day = row["at"].date()
    async with database.transaction() as session:
        key = (await keys.address_keys(session, [day]))[day]
    assert b"192.0.2.77" not in row["sealed"]
    askers = sealing.unseal(row["sealed"], key, day.isoformat())
    traffic = await rows(database, "SELECT id FROM traffic")
    assert {str(each["id"]).replace("-", "") for each in traffic} == set(askers)
    assert [*askers.values()] == [[Asker("192.0.2.77", AGENT, 1, 100)]]


async def test_lines_that_are_alike_are_one_row_with_a_number(write, line, database):
    others = [replace(line, asset_id="as-2", bytes_sent=50), replace(line, asset_id="as-3", bytes_sent=7, requests=4)]
    await write(new_id(), [line, *others], 0)
    traffic = await rows(database, "SELECT requests, bytes_sent FROM traffic")
    assert [(row["requests"], row["bytes_sent"]) for row in traffic] == [(6, 157)]
    visits = await rows(database, "SELECT asset_id, requests, bytes FROM asset_visits ORDER BY asset_id")
    assert [tuple(row.values()) for row in visits] == [("as-1", 1, 100), ("as-2", 1, 50), ("as-3", 4, 7)]
    assert len(await rows(database, "SELECT 1 AS one FROM traffic_clients")) == 1


@pytest.mark.parametrize(
    ("words", "table"),
    [
        ({}, "asset_visits"),
        ({"key_id": "k"}, "asset_events"),
        ({"user_id": "u"}, "asset_events"),
        ({"act": Act.NONE}, None),
        ({"status": 304}, None),
        ({"asset_id": ""}, None),
    ],
)
async def test_what_was_done_with_an_asset_is_told_by_who_did_it(write, line, database, words, table):
    await write(new_id(), [replace(line, **words)], 0)
    for each in ("asset_visits", "asset_events"):
        found = await rows(database, f"SELECT visitor FROM {each}")
        assert len(found) == (each == table)
        assert all(bool(row["visitor"]) is (table == "asset_visits") for row in found)


async def test_an_upload_counts_what_came_in(write, line, database):
    upload = replace(line, act=Act.UPLOAD, method="POST", key_id="k", bytes_received=4096, bytes_sent=300)
    await write(new_id(), [upload], 0)
    assert [dict(row) for row in await rows(database, "SELECT act, bytes FROM asset_events")] == [
        {"act": "upload", "bytes": 4096}
    ]


async def test_a_visitor_is_another_one_the_next_day(write, line, database):
    await write(new_id(), [line, replace(line, at=line.at + timedelta(days=1))], 0)
    await write(new_id(), [replace(line, address="192.0.2.78")], 0)
    found = await rows(database, "SELECT at, visitor FROM asset_visits ORDER BY at")
    assert len({row["visitor"] for row in found}) == 2
    assert found[0]["visitor"] == found[1]["visitor"] != found[2]["visitor"]


async def test_pages_are_told_apart_from_files(write, line, database):
    page = replace(line, route="/console/{cloud}", is_page=True, act=Act.NONE, user_id="u-1")
    await write(new_id(), [line, page, replace(page, user_id="")], 0)
    found = await rows(database, "SELECT user_id, route, visitor FROM page_views ORDER BY user_id")
    assert [(row["user_id"], row["route"], bool(row["visitor"])) for row in found] == [
        ("", "/console/{cloud}", True),
        ("u-1", "/console/{cloud}", False),
    ]


async def test_a_batch_that_was_written_is_not_written_again(write, line, database):
    told = []

    async def count(session, tally):
        told.append(tally.requests())

    counting = Writing(replace(write.batch, counts=(count,)))
    batch_id = new_id()
    await counting(batch_id, [line], 0)
    await counting(batch_id, [line], 0)
    assert told == [1]
    assert len(await rows(database, "SELECT 1 AS one FROM traffic")) == 1


async def test_what_a_counter_cannot_take_is_not_written_at_all(write, line, database):
    async def refuse(session, tally):
        raise Conflict("no")

    batch_id = new_id()
    with pytest.raises(Conflict):
        await Writing(replace(write.batch, counts=(refuse,)))(batch_id, [line], 0)
    assert await rows(database, "SELECT 1 AS one FROM traffic") == []
    await write(batch_id, [line], 0)
    assert len(await rows(database, "SELECT 1 AS one FROM traffic")) == 1


async def test_what_clients_send_cannot_break_a_row(write, line, database):
    odd = replace(line, address="no address\0", agent="\0\x80\n\t\\N" * 200, method="EVIL", route="/" * 999)
    await write(new_id(), [odd], 3)
    row = (await rows(database, "SELECT network, country, agent, method, length(route) AS letters FROM traffic"))[0]
    assert tuple(row.values()) == ("", "ZZ", "other", "OTHER", 200)
    assert (await rows(database, "SELECT lost FROM activity_batches"))[0]["lost"] == 3


async def test_one_row_stands_for_all_of_a_network_and_what_is_sealed_tells_them_apart(write, line, database, keys):
    others = [replace(line, address=f"192.0.2.{number}", asset_id="as-2", bytes_sent=number) for number in range(1, 4)]
    far = replace(line, address="2001:db8:1:2::3")
    await write(new_id(), [line, *others, far], 0)
    async with database.transaction() as session:
        page = await report.requests(session, Cut())
        askers = await report.clients(session, keys, page.items)
    found = {row.network: (row.requests, row.bytes_sent, askers[row.id]) for row in page.items}
    assert found == {
        "192.0.2.0/24": (
            4,
            106,
            [Asker("192.0.2.77", AGENT, 1, 100), *(Asker(f"192.0.2.{n}", AGENT, 1, n) for n in range(1, 4))],
        ),
        "2001:db8:1::/48": (1, 100, [Asker("2001:db8:1:2::3", AGENT, 1, 100)]),
    }
    assert len(await rows(database, "SELECT 1 AS one FROM traffic_clients")) == 1


@pytest.mark.parametrize("words", [{"cloud_id": "other"}, {"user_id": "u"}, {"key_id": "k"}])
async def test_what_is_sealed_together_is_of_one_owner_so_that_it_can_go_alone(write, line, database, words):
    await write(new_id(), [line, replace(line, **words)], 0)
    found = await rows(database, "SELECT client_id FROM traffic")
    assert len({row["client_id"] for row in found}) == 2


async def test_thousands_of_visitors_are_sealed_in_pieces_and_none_is_missing(write, line, database, keys):
    many = [replace(line, address=f"10.{n % 40}.{n // 250}.{n % 250}", requests=n % 3 + 1) for n in range(1, 3001)]
    await write(new_id(), many, 0)
    async with database.transaction() as session:
        cut = Cut(500)
        page = await report.requests(session, cut)
        askers = await report.clients(session, keys, page.items)
    assert page.next_cursor is None
    assert len(askers) == len(page.items)
    assert sorted((each.address, each.requests) for row in askers.values() for each in row) == sorted(
        (each.address, each.requests) for each in many
    )
    assert all(sum(each.requests for each in askers[row.id]) == row.requests for row in page.items)
    assert 3000 / 500 <= len(await rows(database, "SELECT 1 AS one FROM traffic_clients")) <= 8


async def test_no_page_is_kept_of_who_does_not_want_it_studied(write, line, database, now):
    pages = [replace(line, is_page=True, user_id=name, asset_id="", act=Act.NONE) for name in ("ann", "eve", "")]
    async with database.transaction() as session:
        await choices.choose(session, "ann", Wanted(ChoiceKind.ANALYTICS, False, Way.ACCOUNT), now)
    await write(new_id(), pages, 0)
    assert {row["user_id"] for row in await rows(database, "SELECT user_id FROM page_views")} == {"eve", ""}
    # What was answered is recorded all the same: that is no study.
    assert {row["user_id"] for row in await rows(database, "SELECT user_id FROM traffic")} == {"ann", "eve", ""}
    async with database.transaction() as session:
        await choices.choose(session, "ann", Wanted(ChoiceKind.ANALYTICS, True, Way.ACCOUNT), now + timedelta(1))
    await write(new_id(), pages, 0)
    assert "ann" in {row["user_id"] for row in await rows(database, "SELECT user_id FROM page_views")}
