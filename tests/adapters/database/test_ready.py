"""A fixed statement says what the same statement says by the longer way; its line is lent for one statement alone."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import ARRAY, Column, Integer, MetaData, Select, Table, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.schema import CreateTable, DropTable

from safelight.adapters.database import rest
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.kernel.errors import Busy, Conflict, NotAvailable
from safelight.ports.database import Session
from safelight.ports.fixed import fixed, is_fixed

CUPS = Table(
    "fixed_cups",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("size", Integer),
    Column("tags", ARRAY(Text)),
    Column("notes", JSONB),
)
C = CUPS.c
NAMED: Select[tuple[object, ...]] = select(CUPS).where(C.name == bindparam("name"))
ADD = fixed(insert(CUPS).returning(CUPS))
PID = fixed(select(func.pg_backend_pid().label("pid")))
RED = {"name": "red", "size": 3, "tags": ["a", "b,c"], "notes": {"of": ["clay", None, 'a "word"']}}


@pytest.fixture
async def single(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    """With one line only."""
    database = PostgresDatabase(postgres_url, defer=procrastinate.defer, pool_size=1, pool_seconds_max=1)
    async with database.transaction() as session:
        await session.execute(CreateTable(CUPS))
    yield database
    async with database.transaction() as session:
        await session.execute(DropTable(CUPS))
    await database.close()


async def pid_of(session: Session) -> int:
    found = await session.fetch_one(PID)
    assert found is not None
    return int(found["pid"])


async def cut(url: str, pid: int) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as other:
        await other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


async def test_both_ways_say_the_same(single: PostgresDatabase):
    async with single.transaction() as session:
        assert dict(await session.fetch_one(ADD, RED) or {}) == RED
        await session.fetch(ADD, {"name": "none", "size": None, "tags": None, "notes": None})
    for opening in (single.transaction, single.statements):
        async with opening() as session:
            for name in ("red", "none", "gone"):
                longer = await session.fetch(NAMED, {"name": name})
                assert [dict(row) for row in await session.fetch(fixed(NAMED), {"name": name})] == [*map(dict, longer)]


async def test_many_are_asked_for_as_one_value(single: PostgresDatabase):
    both = fixed(select(C.size).where(C.name == any_(bindparam("names", type_=ARRAY(Text)))))
    async with single.statements() as session:
        await session.fetch(ADD, RED)
        assert [row["size"] for row in await session.fetch(both, {"names": ["red", "blue"]})] == [3]
        assert await session.fetch(both, {"names": []}) == []


async def test_a_transaction_takes_back_what_it_wrote(single: PostgresDatabase):
    async def written_then_failed() -> None:
        async with single.transaction() as session:
            await session.fetch(ADD, RED)
            assert await session.fetch_one(fixed(NAMED), {"name": "red"}) is not None
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await written_then_failed()
    async with single.statements() as session:
        assert await session.fetch_one(fixed(NAMED), {"name": "red"}) is None


async def test_an_error_is_one_of_ours_and_leaves_the_line_as_it_was(single: PostgresDatabase):
    async with single.statements() as session:
        before = await pid_of(session)
        await session.fetch(ADD, RED)
        with pytest.raises(Conflict):
            await session.fetch(ADD, RED)
        assert await pid_of(session) == before


@pytest.mark.parametrize("rest_seconds", [0.0, 3600.0])
async def test_a_line_that_was_cut_while_it_rested_is_made_anew(
    single: PostgresDatabase, postgres_url: str, monkeypatch: pytest.MonkeyPatch, rest_seconds: float
):
    monkeypatch.setattr(rest, "REST_SECONDS", rest_seconds)
    async with single.statements() as session:
        before = await pid_of(session)
        await cut(postgres_url, before)
        assert await pid_of(session) != before


async def test_a_transaction_whose_line_is_cut_costs_one_answer_and_no_more(
    single: PostgresDatabase, postgres_url: str
):
    async def cut_in_use() -> None:
        async with single.transaction() as session:
            await cut(postgres_url, await pid_of(session))
            await pid_of(session)

    with pytest.raises(NotAvailable):
        await cut_in_use()
    async with single.transaction() as session:
        assert await pid_of(session)


async def test_who_goes_away_in_the_middle_of_a_question_leaves_no_line_behind_that_is_busy(single: PostgresDatabase):
    long = fixed(select(func.pg_sleep(10).label("slept")))

    async def ask_for_long() -> None:
        async with single.statements() as session:
            await session.fetch(long)

    asking = asyncio.create_task(ask_for_long())
    await asyncio.sleep(0.2)
    async with single.statements() as session:
        # The only line is lent: nobody waits for longer than the pool lets one wait.
        with pytest.raises(Busy):
            await pid_of(session)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await pid_of(session)


def test_a_mark_changes_nothing_else():
    assert is_fixed(fixed(NAMED))
    assert not is_fixed(NAMED)
    assert str(fixed(NAMED)) == str(NAMED)
