"""Migrations: they lead to what the code declares, and running them again or twice at once does nothing."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import psycopg
import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from psycopg import sql
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from safelight.adapters.database import migrate, revision
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate, schema
from safelight.kernel.errors import NotAvailable
from safelight.ports.queue import Job
from safelight.ports.tables import METADATA

# Of the text that procrastinate 3.10 ships. Another one needs a revision; see 0001.
QUEUE_SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname,
        pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
    JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'public'
"""
OPTIONS = """
    SELECT c.relname, c.reloptions FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.reloptions IS NOT NULL
"""
FUNCTIONS = """
    SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public'
"""
OURS = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
TRIGGERS = """
    SELECT t.tgrelid::regclass::text, t.tgname, pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND NOT t.tgisinternal
"""
NOTHING: dict[str, list[tuple]] = {
    "columns": [], "indexes": [], "constraints": [], "options": [], "functions": [], "triggers": [],
}  # fmt: skip


@pytest.fixture
async def empty(postgres_url: str, tables: str) -> AsyncIterator[str]:
    """The URL of a new database with nothing in it. (`tables`: so that all are known to METADATA.)"""
    name = sql.Identifier("empty")
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as connection:
        await connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield make_url(postgres_url).set(database="empty").render_as_string(hide_password=False)
        await connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


async def catalog(url: str) -> dict[str, list[tuple]]:
    """What the server knows of the tables in `public`."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        return {
            name: sorted(
                (row for row in await (await connection.execute(query)).fetchall() if row[0] != "alembic_version"),
                key=repr,
            )
            for name, query in {
                "columns": COLUMNS,
                "indexes": INDEXES,
                "constraints": CONSTRAINTS,
                "options": OPTIONS,
                "functions": FUNCTIONS,
                "triggers": TRIGGERS,
            }.items()
        }


async def test_a_migrated_database_is_what_the_code_declares(empty):
    await migrate.run(empty)
    engine = create_engine(make_url(empty).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        missing = produce_migrations(MigrationContext.configure(connection), METADATA).upgrade_ops
    assert missing is not None
    assert missing.is_empty(), f"A revision is missing that does this:\n{render_python_code(missing)}"
    migrated = await catalog(empty)
    assert migrated["functions"]
    assert migrated["triggers"]
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        for (name,) in connection.execute(text(OURS)).all():
            connection.execute(text(f"DROP ROUTINE {name} CASCADE"))
        METADATA.create_all(connection)
    engine.dispose()
    assert migrated == await catalog(empty)


async def test_a_second_time_does_nothing(empty):
    await migrate.run(empty)
    before = await catalog(empty)
    await migrate.run(empty)
    assert await catalog(empty) == before


async def test_two_at_once_wait_for_each_other(empty):
    await asyncio.gather(*(migrate.run(empty) for _ in range(4)))
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        rows = await (await connection.execute("SELECT version_num FROM alembic_version")).fetchall()
    assert rows == [(revision.newest(),)]


async def test_a_migrated_database_has_a_queue(empty):
    await migrate.run(empty)
    database = PostgresDatabase(empty, defer=procrastinate.defer)
    async with database.transaction() as session:
        await session.defer(Job("cook", {"n": 1}))
    served = []

    async def cook(payload):
        served.append(payload)

    assert await procrastinate.ProcrastinateQueue(empty, database).drain({"cook": cook}) == 1
    assert served == [{"n": 1}]
    await database.close()


async def test_a_database_of_a_newer_release_is_one_clear_line(empty):
    await migrate.run(empty)
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotAvailable, match=r"^The database is at revision 9999, .*: install a newer Safelight.$"):
        await migrate.run(empty)


async def test_a_revision_that_fails_changes_nothing(empty):
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        await connection.execute("CREATE SCHEMA jobs")  # somebody else's, and in the way of the last step
    with pytest.raises(NotAvailable, match=r'^The database cannot be brought up .*: schema "jobs" already exists\.$'):
        await migrate.run(empty)
    assert await catalog(empty) == NOTHING


async def test_without_a_server_it_says_so(tmp_path):
    with pytest.raises(NotAvailable):
        await migrate.run(f"postgresql://me@/db?host={tmp_path}")


def test_the_tables_of_the_queue_are_those_that_revision_0001_made():
    assert hashlib.sha256(schema.statements().encode()).hexdigest() == QUEUE_SHA256
