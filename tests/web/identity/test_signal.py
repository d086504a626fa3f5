"""Global Privacy Control of who is signed in is a choice that lasts (PP-36)."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.boot import choosing
from tests.web.identity.conftest import sign_in

LINES = text("SELECT body::json ->> 'clause' AS clause FROM ledger_entries WHERE type = 'preference.changed'")


async def test_it_stands_for_the_person_on_every_device_and_is_written_down_once(people):
    await people.add()
    began = people.clock.now()
    async with people.browser() as client:
        await sign_in(client)
        assert (await client.get("/account/v1/me")).json()["opted_out_at"] is None
        for _ in range(2):
            told = (await client.get("/account/v1/me", headers={"Sec-GPC": "1"})).json()
            people.clock.advance(timedelta(minutes=1))
    async with people.browser() as other:
        await sign_in(other)
        assert (await other.get("/account/v1/me")).json()["opted_out_at"] == told["opted_out_at"]
    assert told["opted_out_at"] == began.strftime("%Y-%m-%dT%H:%M:%SZ")
    async with people.database.transaction() as session:
        [made] = await session.fetch(text("SELECT user_id, id, way, state FROM choices"))
    assert (made["way"], made["state"]) == ("signal", "refused")
    for _ in range(2):
        await choosing.choices_of(people.rooms).note_choice({"user_id": made["user_id"], "choice_id": made["id"]})
    async with people.database.transaction() as session:
        assert [row["clause"] for row in await session.fetch(LINES)] == ["PP-36"]


@pytest.mark.parametrize("header", [{}, {"Sec-GPC": "0"}, {"Sec-GPC": "true"}, {"DNT": "1"}])
async def test_nothing_else_is_that_choice(people, header: dict[str, str]):
    await people.add()
    async with people.browser() as client:
        await sign_in(client)
        assert (await client.get("/account/v1/me", headers=header)).json()["opted_out_at"] is None


async def test_who_is_not_signed_in_leaves_nothing_behind(people):
    await people.add()
    async with people.browser() as client:
        assert (await client.get("/account/v1/me", headers={"Sec-GPC": "1"})).status_code == 401
    async with people.database.transaction() as session:
        [row] = await session.fetch(text("SELECT count(*) AS count FROM users WHERE opted_out_at IS NOT NULL"))
    assert row["count"] == 0
