"""Indexes are made anew, also those that are missing, and nobody who writes meanwhile waits."""

import psycopg
import pytest

from safelight.adapters.database.reindex import reindex
from safelight.kernel.errors import NotFound

INDEXES = (
    "SELECT indexrelid::regclass::text, pg_relation_filenode(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
)


def there(url: str, table: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute(INDEXES, (table,)).fetchall())


@pytest.mark.usefixtures("database")
async def test_each_index_is_new_and_a_missing_one_is_back(postgres_url):
    before = there(postgres_url, "assets")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP INDEX ix_assets_words")
    told = []
    await reindex(postgres_url, ["assets"], told.append)
    after = there(postgres_url, "assets")
    assert after.keys() == before.keys()
    assert not {*after.items()} & {*before.items()}
    assert {made.index for made in told} == {*before}
    assert [made.number for made in told] == [*range(1, len(told) + 1)]
    assert {made.of for made in told} == {len(before)}


async def test_other_tables_are_nobodys_business(postgres_url, tables):
    with pytest.raises(NotFound, match="There is no table pg_class"):
        await reindex(postgres_url, ["pg_class"], print)
