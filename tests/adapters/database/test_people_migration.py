"""Clouds that were there before accounts were get one, all of them the same."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from psycopg import sql
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from safelight.adapters.database import migrate
from safelight.adapters.database.postgres import driver_url

CLOUD = "INSERT INTO clouds (id, name, folder_mode, is_strict, created_at) VALUES (:id, :id, 'fixed', false, :at)"


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """A database of its own, brought up to the revision before accounts."""
    name = sql.Identifier("before_accounts")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        url = make_url(postgres_url).set(database="before_accounts").render_as_string(hide_password=False)
        engine = create_engine(driver_url(url))
        migrate_to(engine, "0011")
        yield engine
        engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def migrate_to(engine: Engine, revision: str) -> None:
    config = migrate.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def rows(engine: Engine, query: str) -> list[tuple]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_clouds_that_are_there_belong_to_one_account(engine: Engine):
    with engine.begin() as connection:
        for id, at in (("one", "2026-01-02T00:00:00Z"), ("two", "2025-01-02T00:00:00Z")):
            connection.execute(text(CLOUD), {"id": id, "at": at})
    migrate_to(engine, "0012")
    ((account, handle, since),) = rows(engine, "SELECT id, handle, created_at::date::text FROM accounts")
    assert (account, since) == (handle, "2025-01-02")
    assert rows(engine, "SELECT id, account_id, label FROM clouds ORDER BY id") == [
        ("one", account, "one"),
        ("two", account, "two"),
    ]


def test_where_there_is_no_cloud_there_is_no_account_yet(engine: Engine):
    migrate_to(engine, "0012")
    assert rows(engine, "SELECT id FROM accounts") == []
