"""The promises of ports/database.py, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import text

from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.kernel.errors import Busy, Conflict, Internal, Invalid, NotAvailable, SafelightError, StoreFull
from safelight.kernel.events import Event
from safelight.ports.queue import Job

SECONDS_MAX = 60


@dataclass(frozen=True)
class KettleBoiled(Event):
    litres: int


@pytest.fixture(scope="module")
async def cups(tables: str) -> AsyncIterator[str]:
    """A table that no context owns."""
    async with await psycopg.AsyncConnection.connect(tables, autocommit=True) as connection:
        await connection.execute(
            "CREATE TABLE cups (id int PRIMARY KEY, name text UNIQUE, litres int CHECK (litres < 9))"
        )
        yield tables
        await connection.execute("DROP TABLE cups")


@pytest.fixture
async def opened(cups: str) -> AsyncIterator[PostgresDatabase]:
    """A database of its own small pool, whose lines may be cut."""
    database = PostgresDatabase(cups, defer=procrastinate.defer, pool_size=2, statement_seconds_max=1)
    yield database
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM cups"))
    await database.close()


async def cut_lines(url: str, name: str) -> None:
    """End all connections that call themselves so, as a server that stops does."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s", (name,)
        )


async def cup_count(database) -> int:
    async with database.transaction() as session:
        return (await session.fetch_one(text("SELECT count(*) AS n FROM cups")))["n"]


async def boil_over(database) -> None:
    async with database.transaction() as session:
        await session.emit(KettleBoiled("acme", 2))
        await session.defer(Job("pour"))
        raise ZeroDivisionError


async def test_what_is_told_and_deferred_is_committed_with_the_rows(database, jobs):
    async with database.transaction() as session:
        await session.emit(KettleBoiled("acme", 2))
        await session.defer(Job("pour", {"cups": 3}))
        assert await jobs() == []
    assert await jobs() == [("KettleBoiled", {"cloud_id": "acme", "litres": 2}), ("pour", {"cups": 3})]


async def test_what_is_told_and_deferred_is_lost_with_the_rows(database, jobs):
    with pytest.raises(ZeroDivisionError):
        await boil_over(database)
    assert await jobs() == []


async def test_a_session_sees_its_own_jobs(session, jobs):
    await session.emit(KettleBoiled("acme", 1))
    assert await jobs(session) == [("KettleBoiled", {"cloud_id": "acme", "litres": 1})]


async def test_each_reaction_of_a_fact_is_a_job(cups, database, jobs):
    reactions = {"KettleBoiled": ("pour", "whistle")}
    own = PostgresDatabase(cups, defer=procrastinate.defer, reactions=reactions)
    async with own.transaction() as session:
        await session.emit(KettleBoiled("acme", 1))
        await session.emit(Event("acme"))
    await own.close()
    assert [name for name, _ in await jobs()] == ["pour", "whistle"]


async def test_a_lock_that_waits_does_not_harm_the_transaction(database, opened, jobs):
    for _ in range(2):
        async with opened.transaction() as session:
            await session.execute(text("INSERT INTO cups SELECT coalesce(max(id), 0) + 1 FROM cups"))
            await session.defer(Job("pour", lock="kettle"))
    assert await cup_count(opened) == 2
    assert [name for name, _ in await jobs()] == ["pour"]


async def test_rows_come_back_and_are_counted(opened):
    async with opened.transaction() as session:
        insert = text("INSERT INTO cups (id, name) VALUES (:id, :name)")
        assert await session.execute(insert, [{"id": n, "name": str(n)} for n in range(3)]) == 3
        rows = await session.fetch(text("SELECT id, name FROM cups WHERE id > :id ORDER BY id"), {"id": 0})
        assert [dict(row) for row in rows] == [{"id": 1, "name": "1"}, {"id": 2, "name": "2"}]
        assert await session.fetch_one(text("SELECT 1 FROM cups WHERE id = 9")) is None
        assert await session.execute(text("UPDATE cups SET litres = 1 WHERE id < 2")) == 2


async def test_what_fails_in_a_savepoint_is_undone_to_there(opened):
    async with opened.transaction() as session:
        await session.execute(text("INSERT INTO cups VALUES (1)"))
        with pytest.raises(Conflict):
            async with session.savepoint():
                await session.execute(text("INSERT INTO cups VALUES (2), (1)"))
        async with session.savepoint():
            await session.execute(text("INSERT INTO cups VALUES (3)"))
    async with opened.transaction() as session:
        assert [row["id"] for row in await session.fetch(text("SELECT id FROM cups ORDER BY id"))] == [1, 3]


@pytest.mark.parametrize(
    ("statement", "params", "expected"),
    [
        ("INSERT INTO cups VALUES (1), (1)", {}, Conflict),
        ("INSERT INTO cups VALUES (1, :name)", {"name": "nul \0"}, Invalid),
        ("INSERT INTO cups VALUES (1, :name)", {"name": "half a letter \ud800"}, Invalid),
        ("INSERT INTO cups VALUES (:id)", {"id": 2**40}, Invalid),
        ("INSERT INTO cups VALUES (1, 'a', 9)", {}, Internal),  # the CHECK: our fault
        ("SELECT * FROM saucers", {}, Internal),
        ("SELECT pg_sleep(20)", {}, Busy),
        ("SELECT pg_terminate_backend(pg_backend_pid())", {}, NotAvailable),
        ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '53100'; END $$", {}, StoreFull),
        ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$", {}, Busy),
        ("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '57P03'; END $$", {}, NotAvailable),
    ],
)
async def test_no_error_of_the_driver_gets_out(opened, statement, params, expected):
    with pytest.raises(SafelightError) as caught:
        async with opened.transaction() as session:
            await session.execute(text(statement), params)
    assert type(caught.value) is expected
    assert "cups" not in caught.value.message
    assert await cup_count(opened) == 0


async def test_a_line_that_is_cut_is_told_as_that_also_to_who_went_on_after_the_error(opened):
    """Inside of a savepoint, say: what comes then is one fault with what came before, and none of ours."""

    async def goes_on() -> None:
        async with opened.transaction() as session:
            with suppress(SafelightError):
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            await session.execute(text("SELECT 1"))

    with pytest.raises(NotAvailable):
        await goes_on()
    assert await cup_count(opened) == 0


async def test_an_error_of_the_caller_passes_unchanged(opened):
    with pytest.raises(FileNotFoundError):
        async with opened.transaction():
            raise FileNotFoundError


async def test_more_transactions_than_connections_wait_for_their_turn(opened):
    async def one(n: int) -> None:
        async with opened.transaction() as session:
            await session.execute(text("INSERT INTO cups VALUES (:n)"), {"n": n})

    await asyncio.gather(*(one(n) for n in range(20)))
    assert await cup_count(opened) == 20


async def test_a_line_that_was_cut_between_two_transactions_harms_nobody(opened, cups):
    assert await opened.is_alive()
    await cut_lines(cups, "safelight")
    assert await cup_count(opened) == 0


async def test_without_a_server_it_says_so(tmp_path):
    nowhere = PostgresDatabase(f"postgresql://me:secret@/db?host={tmp_path}", defer=procrastinate.defer)
    assert not await nowhere.is_alive()
    with pytest.raises(NotAvailable) as caught:
        async with nowhere.transaction():
            pass
    assert "secret" not in f"{caught.value.message} {caught.value.facts}"
    with pytest.raises(NotAvailable):
        async with nowhere.lock("kettle"):
            pass
    await nowhere.close()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "mysql://me@host/db", "postgresql+psycopg2://me@host/db"])
def test_what_names_no_postgresql_is_one_clear_line(url):
    with pytest.raises(Invalid, match="must be named like postgresql://"):
        PostgresDatabase(url, defer=procrastinate.defer)


# Locks


async def test_only_one_in_the_installation_holds_a_lock(opened, cups):
    other = PostgresDatabase(cups, defer=procrastinate.defer)
    async with opened.lock("kettle") as here, other.lock("kettle") as there, opened.lock("kettle") as again:
        assert (here, there, again) == (True, False, False)
        async with other.lock("toaster") as free:
            assert free
    async with other.lock("kettle") as there, opened.lock("kettle") as here:
        assert (here, there) == (False, True)
    await other.close()


async def test_many_locks_leave_the_pool_alone(opened):
    async with opened.lock("a") as a, opened.lock("b") as b, opened.lock("c") as c, opened.lock("d") as d:
        assert [a, b, c, d] == [True] * 4
        assert await cup_count(opened) == 0


async def test_an_error_frees_the_lock(opened):
    with pytest.raises(ZeroDivisionError):
        async with opened.lock("kettle"):
            raise ZeroDivisionError
    async with opened.lock("kettle") as held:
        assert held


async def test_who_gives_up_while_asking_leaves_no_lock(opened, cups):
    other = PostgresDatabase(cups, defer=procrastinate.defer)

    async def boil() -> None:
        async with opened.lock("kettle"):
            await asyncio.Event().wait()

    # From before it is asked to after it is held.
    for steps in range(12):
        boiling = asyncio.create_task(boil())
        for _ in range(steps):
            await asyncio.sleep(0.001)
        boiling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await boiling
        async with other.lock("kettle") as free:
            assert free
    await other.close()


async def test_a_lock_is_free_when_its_line_is_cut(opened, cups):
    other = PostgresDatabase(cups, defer=procrastinate.defer)
    async with opened.lock("kettle") as held:
        assert held
        await cut_lines(cups, "safelight locks")
        async with other.lock("kettle") as free:
            assert free
        async with opened.lock("toaster") as held:
            assert held
    async with opened.lock("kettle") as held:
        assert held
    await other.close()


# Listening


async def heard(lines: AsyncIterator[str | None]) -> str | None:
    async with asyncio.timeout(SECONDS_MAX):
        return await anext(lines)


async def test_what_is_committed_is_heard(opened):
    lines = opened.listen("kitchen")
    assert await heard(lines) is None  # from here on nothing is missed
    async with opened.transaction() as session:
        await session.notify("kitchen", "tea")
        await session.notify("garden", "rain")
    with pytest.raises(ZeroDivisionError):
        await whisper(opened)
    async with opened.transaction() as session:
        await session.notify("kitchen", "ünï 'quoted'")
    assert [await heard(lines), await heard(lines)] == ["tea", "ünï 'quoted'"]
    await lines.aclose()


async def whisper(database) -> None:
    async with database.transaction() as session:
        await session.notify("kitchen", "never said")
        raise ZeroDivisionError


async def test_a_listener_is_told_that_its_line_was_cut(opened, cups):
    lines = opened.listen("kitchen")
    assert await heard(lines) is None
    await cut_lines(cups, "safelight listen")
    assert await heard(lines) is None
    async with opened.transaction() as session:
        await session.notify("kitchen", "tea")
    assert await heard(lines) == "tea"
    await lines.aclose()


async def test_all_goes_on_when_the_server_was_started_again(tmp_path):
    server = EmbeddedPostgres(tmp_path)
    database = PostgresDatabase(await server.start(), defer=procrastinate.defer)
    lines = database.listen("kitchen")
    assert await heard(lines) is None
    assert await database.is_alive()
    await server.stop()
    assert not await database.is_alive()
    with pytest.raises(NotAvailable):
        async with database.lock("kettle"):
            pass
    await server.start()
    assert await database.is_alive()
    assert await heard(lines) is None
    async with database.lock("kettle") as held:
        assert held
    await lines.aclose()
    await database.close()
    await server.stop()
