"""Indexes of a large table are left out of a migration, and made after it while everything goes on."""

import asyncio

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from safelight.adapters.database import later
from safelight.adapters.database.later import ROWS_AT_ONCE_MAX
from safelight.adapters.database.reindex import LOCK, CompleteIndexes, reindex
from safelight.kernel.errors import Conflict

LOOKS_MAX = 3000
INDEXES = "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = %s::regclass"
# A unique index over what is there twice is broken off in the middle, as by a stop of the server.
BROKEN = "CREATE UNIQUE INDEX CONCURRENTLY ix_assets_width ON assets (cloud_id)"
TWO_ASSETS = """
    INSERT INTO assets (cloud_id, id, kind, access, name, version, version_id, size_bytes, md5, has_alpha, folder,
        display_name, tags, context, created_at, updated_at)
    SELECT 'cloud', 'id' || i, 'image', 'upload', 'name' || i, 1, 'version' || i, 1, '0', false, '', '', '{}', '{}',
        now(), now() FROM generate_series(1, 2) AS i
"""


def there(url: str, table: str = "assets") -> dict[str, bool]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute(INDEXES, (table,)).fetchall())


@pytest.mark.parametrize(("rows", "is_made"), [(10, True), (ROWS_AT_ONCE_MAX + 1, False)])
def test_a_revision_makes_an_index_where_there_is_little(postgres_url, tables, rows, is_made):
    engine = create_engine(make_url(tables).set(drivername="postgresql+psycopg"))
    later.arrange()
    with engine.connect() as connection:
        op = Operations(MigrationContext.configure(connection))
        op.execute("CREATE TEMPORARY TABLE pictures (id integer, name text)")
        op.execute(f"INSERT INTO pictures SELECT i, 'x' FROM generate_series(1, {rows}) AS i")
        op.create_index("ix_pictures_name", "pictures", ["name"])
        op.create_index("uq_pictures_id", "pictures", ["id"], unique=True)
        op.create_index("uq_pictures_id", "pictures", ["id"], unique=True)  # as somebody made it before
        made = connection.exec_driver_sql("SELECT indexname FROM pg_indexes WHERE tablename = 'pictures'").scalars()
        assert {*made} == {"uq_pictures_id"} | ({"ix_pictures_name"} if is_made else set())
        op.drop_index("ix_pictures_name", "pictures")
    engine.dispose()


@pytest.mark.usefixtures("database")
async def test_what_is_missing_or_half_made_is_made_and_nothing_else(postgres_url):
    before = there(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(TWO_ASSETS)
        connection.execute("DROP INDEX ix_assets_height, ix_assets_width")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(BROKEN)
    assert there(postgres_url)["ix_assets_width"] is False
    told = []
    await reindex(postgres_url, ["assets"], told.append, missing_only=True)
    assert [made.index for made in told] == ["ix_assets_height", "ix_assets_width"]
    assert there(postgres_url) == before
    assert all(before.values())


@pytest.mark.usefixtures("database")
async def test_while_an_index_is_made_rows_come_in(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP INDEX ix_assets_words")
    async with await psycopg.AsyncConnection.connect(postgres_url) as writer:
        # It waits for who was there before; who comes then, does not wait for it.
        await writer.execute("INSERT INTO folders VALUES ('cloud', 'one', 'a', now(), now())")
        await writer.execute("LOCK TABLE assets IN ROW EXCLUSIVE MODE")
        making = asyncio.create_task(CompleteIndexes(postgres_url).complete_indexes({}))
        async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as other:
            for _ in range(LOOKS_MAX):
                if "ix_assets_words" in there(postgres_url):
                    break
                await asyncio.sleep(0.01)
            await other.execute("SET lock_timeout = '5s'")
            await other.execute(TWO_ASSETS)
        assert not making.done()
        await writer.rollback()
    await making
    assert there(postgres_url)["ix_assets_words"] is True


@pytest.mark.usefixtures("database")
async def test_one_at_a_time(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        with pytest.raises(Conflict):
            await reindex(postgres_url, ["assets"], print, missing_only=True)
        await CompleteIndexes(postgres_url).complete_indexes({})
