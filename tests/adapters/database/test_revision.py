"""The step of the schema: told without Alembic, and never otherwise than Alembic tells it."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from safelight.adapters.database import migrate, revision
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate


@pytest.fixture
async def empty_url(postgres_url: str) -> AsyncIterator[str]:
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as connection:
        await connection.execute("CREATE DATABASE unmigrated")
        yield make_url(postgres_url).set(database="unmigrated").render_as_string(hide_password=False)
        await connection.execute("DROP DATABASE unmigrated WITH (FORCE)")


def test_the_newest_revision_is_the_one_that_alembic_would_reach():
    assert ScriptDirectory.from_config(migrate.configuration()).get_current_head() == revision.newest()


async def test_a_database_is_current_only_after_it_was_migrated(empty_url: str):
    database = PostgresDatabase(empty_url, defer=procrastinate.defer, pool_size=1)
    try:
        assert not await revision.is_current(database)
        await migrate.run(empty_url)
        assert await revision.is_current(database)
    finally:
        await database.close()
