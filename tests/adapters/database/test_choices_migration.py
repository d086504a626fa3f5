"""What people said of letters, and what their browsers asked, is there as before when choices came into one place."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from safelight.adapters.database.postgres import driver_url
from tests.adapters.database.test_people_migration import migrate_to, rows

NAME = "before_choices"
LETTER = (
    "INSERT INTO letter_choices (user_id, list, is_wanted, way, changed_at) VALUES (:user, :list, :wanted, :way, :at)"
)
USER = (
    "INSERT INTO users (account_id, id, name, email, email_key, role, is_everywhere, is_enabled, created_at, "
    "updated_at, language, opted_out_at) VALUES ('acme', :id, :id, :id, :id, 'admin', true, true, :at, :at, 'de', :out)"
)
AT = "2026-01-02T03:04:05Z"


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """A database of its own, brought up to the revision before."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        url = make_url(postgres_url).set(database=NAME).render_as_string(hide_password=False)
        engine = create_engine(driver_url(url))
        migrate_to(engine, "0047")
        yield engine
        engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


def test_each_becomes_an_event_of_its_moment(engine: Engine):
    with engine.begin() as connection:
        for user, name, wanted, way in (("ann", "news", True, "account"), ("ann", "usage", False, "one_click")):
            words = {"user": user, "list": name, "wanted": wanted, "way": way, "at": AT}
            connection.execute(text(LETTER), words)
        for id, out in (("ann", AT), ("eve", None)):
            connection.execute(text(USER), {"id": id, "at": AT, "out": out})
    migrate_to(engine, "0048")
    told = rows(engine, "SELECT user_id, kind, purpose, state, way, language FROM choices ORDER BY kind, purpose")
    assert told == [
        ("ann", "disclosure", "", "refused", "signal", "de"),
        ("ann", "letters", "news", "given", "account", "en"),
        ("ann", "letters", "usage", "refused", "one_click", "en"),
    ]
    ids = rows(engine, "SELECT id, at = timestamptz '2026-01-02T03:04:05Z' FROM choices")
    assert all(len(id) == 32 and id.startswith("019b7ca98c88") and id[12] == "7" and same for id, same in ids), ids
    assert len({id for id, _ in ids}) == 3
