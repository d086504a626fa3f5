"""A line that was cut while it rested costs nobody an error; statements stand each for themselves."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text

from safelight.adapters.database import rest
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.kernel.errors import NotAvailable
from safelight.ports.database import Session

PID = text("SELECT pg_backend_pid() AS pid")


@pytest.fixture
async def single(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    """With one line only."""
    database = PostgresDatabase(postgres_url, defer=procrastinate.defer, pool_size=1)
    yield database
    await database.close()


async def pid_of(session: Session) -> int:
    found = await session.fetch_one(PID)
    assert found is not None
    return int(found["pid"])


async def cut(url: str, pid: int) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as other:
        await other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@pytest.mark.parametrize("rest_seconds", [0.0, 3600.0])
async def test_a_line_that_was_cut_while_it_rested_is_made_anew(
    single: PostgresDatabase, postgres_url: str, monkeypatch: pytest.MonkeyPatch, rest_seconds: float
):
    monkeypatch.setattr(rest, "REST_SECONDS", rest_seconds)
    async with single.statements() as session:
        before = await pid_of(session)
    await cut(postgres_url, before)
    async with single.transaction() as session:
        assert await pid_of(session) != before


async def test_a_line_that_was_cut_in_use_costs_one_answer_and_no_more(single: PostgresDatabase, postgres_url: str):
    async def cut_in_use() -> None:
        async with single.statements() as session:
            await cut(postgres_url, await pid_of(session))
            await pid_of(session)

    with pytest.raises(NotAvailable):
        await cut_in_use()
    async with single.statements() as session:
        assert await pid_of(session)


async def test_each_statement_is_committed_by_itself(single: PostgresDatabase):
    async def written_then_failed() -> None:
        async with single.statements() as session:
            await session.execute(text("CREATE TEMPORARY TABLE kept_by_itself (n int)"))
            await session.execute(text("INSERT INTO kept_by_itself VALUES (1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await written_then_failed()
    async with single.statements() as session:
        found = await session.fetch_one(text("SELECT count(*) AS n FROM kept_by_itself"))
        assert found is not None
        assert found["n"] == 1
        await session.execute(text("DROP TABLE kept_by_itself"))
