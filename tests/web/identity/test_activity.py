"""A person sees what is known of what they did, and of what was done with the files of their account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.activity.day_keys import DayKeys
from safelight.activity.model import Act, Line
from safelight.activity.write import WriteBatch
from safelight.adapters.geo.memory import MemoryGeo
from safelight.kernel.ids import new_id
from safelight.people.model import UserRole
from tests.activity.lines import tallied
from tests.web.identity.conftest import sign_in

PATH = "/account/v1/activity"


@pytest.fixture
async def record(people):
    """Writes lines, as a serving process does."""
    country = MemoryGeo({"192.0.2.0/24": "XA"}).country
    write = WriteBatch(people.database, DayKeys(people.rooms.keys.store), people.clock, country)

    async def written(*lines: Line) -> None:
        await write(new_id(), tallied(*lines), 0)

    return written


@pytest.fixture
def line(clock):
    return Line(
        clock.now().replace(microsecond=0), "GET", "/account/v1/me", 200, bytes_sent=10, address="192.0.2.7",
        agent="curl/8",
    )  # fmt: skip


async def _cloud(people, account_id, name):
    async with people.database.transaction() as session:
        return await clouds.create(
            session, name, folder_mode=FolderMode.DYNAMIC, now=people.clock.now(), account_id=account_id
        )


async def test_a_person_sees_their_own_requests_and_nobody_elses(people, record, line):
    me = await people.add()
    await record(replace(line, user_id=me.id), replace(line, user_id="another", status=500))
    async with people.browser() as client:
        await sign_in(client)
        told = (await client.get(PATH)).json()
    assert told["kind"] == "requests"
    assert [(each["route"], each["status"], each["network"], each["country"]) for each in told["activity"]] == [
        ("/account/v1/me", 200, "192.0.2.0/24", "XA")
    ]


async def test_lists_are_cut_and_go_on_where_they_ended(people, record, line):
    me = await people.add()
    lines = [replace(line, user_id=me.id, at=line.at - timedelta(hours=n // 2), status=200 + n) for n in range(7)]
    await record(*lines)
    seen, cursor = [], ""
    async with people.browser() as client:
        await sign_in(client)
        for _ in range(4):
            told = (await client.get(PATH, params={"max_results": 2, "next_cursor": cursor})).json()
            seen += told["activity"]
            cursor = told.get("next_cursor", "")
    assert sorted(each["status"] for each in seen) == [200 + n for n in range(7)]
    assert [each["at"] for each in seen] == sorted((each["at"] for each in seen), reverse=True)
    assert not cursor


async def test_pages_that_were_opened(people, record, line):
    me = await people.add()
    page = replace(line, user_id=me.id, route="/console/{cloud}", is_page=True)
    await record(page, replace(page, user_id=""))
    async with people.browser() as client:
        await sign_in(client)
        told = (await client.get(PATH, params={"kind": "pages"})).json()["activity"]
    assert [(each["route"], each["views"]) for each in told] == [("/console/{cloud}", 1)]


async def test_owners_see_what_was_done_with_their_files_and_no_address(people, record, line):
    me = await people.add()
    mine, other = await _cloud(people, me.account_id, "mine"), await _cloud(people, "elsewhere", "other")
    shown = replace(line, act=Act.DOWNLOAD, cloud_id=mine.id, asset_id="as-1", kind="image", is_derived=True)
    brought = replace(shown, act=Act.UPLOAD, key_id="key-1", bytes_received=900, is_derived=False, asset_id="as-2")
    await record(shown, brought, replace(shown, cloud_id=other.id))
    async with people.browser() as client:
        await sign_in(client)
        answer = await client.get(PATH, params={"kind": "assets"})
        one = (await client.get(PATH, params={"kind": "assets", "asset_id": "as-1"})).json()["activity"]
        days = (await client.get(PATH, params={"kind": "counts", "days": 2})).json()["activity"]
    told = {each["asset_id"]: each for each in answer.json()["activity"]}
    assert "192.0.2" not in answer.text
    assert (told["as-1"]["act"], told["as-1"]["by"], told["as-1"]["cloud_name"]) == ("download", None, "mine")
    assert (told["as-2"]["act"], told["as-2"]["by"], told["as-2"]["bytes"]) == ("upload", {"key_id": "key-1"}, 900)
    assert [each["asset_id"] for each in one] == ["as-1"]
    day = line.at.date().isoformat()
    assert [(each["day"], each["act"], each["requests"], each["bytes"]) for each in days] == [
        (day, "download", 1, 10),
        (day, "upload", 1, 900),
    ]


async def test_who_may_see_no_files_learns_nothing_of_them(people, record, line):
    me = await people.add(role=UserRole.BILLING)
    mine = await _cloud(people, me.account_id, "mine")
    await record(replace(line, act=Act.DOWNLOAD, cloud_id=mine.id, asset_id="as-1"))
    async with people.browser() as client:
        await sign_in(client)
        for kind in ("assets", "counts"):
            assert (await client.get(PATH, params={"kind": kind})).json()["activity"] == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"kind": "everything"}, 422),
        ({"max_results": "0"}, 422),
        ({"max_results": "501"}, 422),
        ({"max_results": "x"}, 422),
        ({"days": "9999", "kind": "counts"}, 422),
        ({"other": "1"}, 422),
        ({"next_cursor": "x"}, 400),
        ({"next_cursor": "WyIyMDI2LTAxLTAxIiwgIngiXQ"}, 400),
        ({"next_cursor": "WzEsMl0"}, 400),
    ],
)
async def test_what_makes_no_sense_is_told(people, words, status):
    await people.add()
    async with people.browser() as client:
        assert (await client.get(PATH)).status_code == 401
        await sign_in(client)
        assert (await client.get(PATH, params=words)).status_code == status
