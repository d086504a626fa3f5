"""What tests share: a clock that stands still, a real PostgreSQL, a database that is empty again after each test."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate, schema
from safelight.kernel.clock import StillClock
from safelight.ports.database import Session
from safelight.ports.tables import METADATA

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CONTEXTS = (
    *("accounts", "people", "assets", "derived", "uploads", "webhooks", "delivery", "usage"),
    *("identity", "mail", "activity", "usage", "privacy", "vault"),
)

JOBS = "SELECT task_name AS name, args -> 'payload' AS payload FROM jobs.procrastinate_jobs ORDER BY id"


class _EachFactItsJob(Mapping[str, tuple[str, ...]]):
    """For tests every fact has one reaction, named after it: so what was emitted can be read as jobs."""

    def __getitem__(self, topic: str) -> tuple[str, ...]:
        return (topic,)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.fixture
def now() -> datetime:
    return NOW


# The server is told of it too: what it counts by itself falls on the same day.
_CLOCK = StillClock(NOW)


@pytest.fixture
def clock() -> StillClock:
    _CLOCK.set(NOW)
    return _CLOCK


@pytest.fixture(scope="session")
async def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A server for all tests of this process. It may forget at a crash, and is the quicker for it."""
    server = EmbeddedPostgres(
        tmp_path_factory.mktemp("postgres"),
        settings={"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
    )
    yield await server.start()
    await server.stop()


def load_tables() -> None:
    """Every context that has rows puts its tables into METADATA when its store is imported."""
    for context in CONTEXTS:
        package = importlib.import_module(f"safelight.{context}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name == "store":
                importlib.import_module(f"safelight.{context}.store")


@pytest.fixture(scope="session")
async def tables(postgres_url: str) -> str:
    """The URL of a database with all tables, those of the queue too."""
    load_tables()
    with psycopg.connect(postgres_url) as connection:
        schema.create(connection)
    made = create_async_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"))
    async with made.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await made.dispose()
    return postgres_url


@pytest.fixture(scope="session")
async def _database(tables: str) -> AsyncIterator[PostgresDatabase]:
    database = PostgresDatabase(
        tables, defer=procrastinate.defer, reactions=_EachFactItsJob(), pool_size=8, clock=_CLOCK
    )
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def _sweeper(tables: str) -> AsyncIterator[psycopg.AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(tables, autocommit=True) as connection:
        # The triggers of the queue name their tables without a schema.
        await connection.execute("SET search_path TO public, jobs")
        # The ledger lets nobody delete, and what is deleted here need not be counted: no triggers.
        await connection.execute("SET session_replication_role TO replica")
        yield connection


@pytest.fixture
async def database(
    _database: PostgresDatabase, _sweeper: psycopg.AsyncConnection, clock: StillClock
) -> AsyncIterator[PostgresDatabase]:
    """A database to commit to; what a test wrote is gone after it."""
    yield _database
    names = [f'"{table.name}"' for table in reversed(METADATA.sorted_tables)]
    # To delete assets is counted, too: what was counted goes last.
    names.sort(key=lambda name: "usage_" in name)
    names += [f"jobs.procrastinate_{name}" for name in ("events", "periodic_defers", "jobs", "workers")]
    # In one message; and on tables of a few rows DELETE takes a tenth of the time of TRUNCATE.
    await _sweeper.execute("; ".join(f"DELETE FROM {name}" for name in names))


@pytest.fixture
async def session(_database: PostgresDatabase, clock: StillClock) -> AsyncIterator[Session]:
    """One open transaction that is rolled back: the quick way where one transaction is enough."""
    async with _database.rehearsal() as session:
        yield session


Jobs = Callable[..., Awaitable[list[tuple[str, dict[str, Any]]]]]


@pytest.fixture
def jobs(_database: PostgresDatabase) -> Jobs:
    """What was deferred and emitted, as (name, payload); `await jobs(session)` sees what is not committed yet."""

    async def read(session: Session | None = None) -> list[tuple[str, dict[str, Any]]]:
        if session is None:
            async with _database.transaction() as opened:
                return await read(opened)
        return [(row["name"], row["payload"]) for row in await session.fetch(text(JOBS))]

    return read
