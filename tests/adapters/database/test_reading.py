"""Which holdings a statement hands out."""

import pytest
from sqlalchemy import column, func, insert, select, text, union_all, update

from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.database.reading import holdings_of
from safelight.adapters.queue import procrastinate
from safelight.kernel.errors import PurposeDenied
from safelight.kernel.purpose import Reads, reading_for
from safelight.people.store import users

U = users.c
ALL = {"user-name", "user-email", "user-language"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (select(users), ALL),
        (select(U.id), set()),
        (select(U.id, U.name), {"user-name"}),
        (select(U.name.label("x")), {"user-name"}),
        (select(func.lower(U.email)), {"user-email"}),
        (select(func.count(U.email)), set()),
        (select(func.count().label("n")).where(U.email == "x"), set()),
        (select(column("email")), set()),
        (union_all(select(U.id, U.name), select(U.id, U.email)), {"user-name", "user-email"}),
        (insert(users), set()),
        (update(users).values(name="x"), set()),
        (update(users).values(name="x").returning(U.email), {"user-email"}),
        (text("SELECT 1"), set()),
        (text("SELECT id FROM users"), set()),
        (text("SELECT email FROM users WHERE id = :id"), {"user-email"}),
        (text("SELECT count(*) FROM users"), set()),
        (text("SELECT * FROM users"), ALL),
        (text("SELECT u.* FROM users u"), ALL),
        (text("SELECT to_jsonb(u) FROM users u"), ALL),
        (text("SELECT email FROM elsewhere"), set()),
        (text("SELECT name AS x FROM users").columns(column("x")), {"user-name"}),
        (select(select(U.name).subquery().c.name), {"user-name"}),
        (select(select(U.name.label("x")).subquery().c.x), {"user-name"}),
        (select(select(users).cte("c")), ALL),
        (select(users.alias("a").c.email), {"user-email"}),
        (select(users.alias("a")), ALL),
        (select(select(U.id).subquery().c.id), set()),
        (select(select(func.count(U.email)).scalar_subquery()), set()),
        (select(select(U.email).limit(1).scalar_subquery()), {"user-email"}),
    ],
)
def test_a_statement_hands_out_the_holdings_of_its_columns(statement, expected):
    assert holdings_of(statement) == expected


async def test_a_read_that_no_purpose_allows_never_reaches_the_database(postgres_url):
    reads = Reads({"user-name": frozenset({"account"})}, is_strict=True, tell=lambda _holding, _purposes: None)
    database = PostgresDatabase(postgres_url, defer=procrastinate.defer, reads=reads)
    try:
        async with database.transaction() as session:
            with reading_for(frozenset({"mail"})), pytest.raises(PurposeDenied):
                await session.fetch(select(U.name))
            with reading_for(frozenset({"mail"})), pytest.raises(PurposeDenied):
                await session.fetch_one(select(U.name))
            with reading_for(frozenset({"mail"})):
                assert await session.fetch_one(text("SELECT 1 AS one")) == {"one": 1}
            with reading_for(frozenset({"mail"})), pytest.raises(PurposeDenied):
                await session.fetch(text("SELECT name FROM users"))
    finally:
        await database.close()
