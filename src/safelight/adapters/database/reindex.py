"""Reindex: make indexes anew while everything goes on, and those that are missing or were left half made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import psycopg
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from safelight.adapters.database.migrate import CONNECT_SECONDS_MAX
from safelight.kernel.errors import NotFound
from safelight.ports.tables import METADATA

# One that was broken off stays behind under such a name, and is of no use to anybody (PostgreSQL, REINDEX).
_LEFT = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid AND indrelid = %s::regclass"
_HAS = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisvalid AND indrelid = %s::regclass"


@dataclass(frozen=True)
class Made:
    """One index that is new, the how manieth of how many, and what it took."""

    index: str
    number: int
    of: int
    seconds: float
    size_bytes: int


def reindex(url: str, tables: Sequence[str], tell: Callable[[Made], None]) -> None:
    """All indexes of these tables, one after the other; nobody who reads or writes waits for it.

    To break it off does no harm: what was half made is dropped the next time. Raises NotFound for no table of ours.
    """
    for name in tables:
        if name not in METADATA.tables:
            raise NotFound(f"There is no table {name[:60]}.")
    with psycopg.connect(
        url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, application_name="reindex"
    ) as open_:
        steps = [step for name in tables for step in _steps(open_, METADATA.tables[name])]
        for number, (index, statement) in enumerate(steps, start=1):
            began = perf_counter()
            open_.execute(statement)
            row = open_.execute("SELECT pg_relation_size(%s::regclass)", (index,)).fetchone()
            tell(Made(index, number, len(steps), round(perf_counter() - began, 3), int(row[0]) if row else 0))


def _steps(connection: psycopg.Connection, table: Table) -> list[tuple[str, bytes]]:
    """What is to be done for each index of a table; what is left of a broken attempt goes first."""
    for (left,) in connection.execute(_LEFT, (table.name,)).fetchall():
        connection.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(left)))
    there = {name for (name,) in connection.execute(_HAS, (table.name,)).fetchall()}
    anew = sql.SQL("REINDEX INDEX CONCURRENTLY {}")
    steps = [(name, anew.format(sql.Identifier(name)).as_bytes(connection)) for name in sorted(there)]
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if str(index.name) not in there:
            index_ddl = CreateIndex(index).compile(dialect=postgresql.dialect()).string
            steps.append((str(index.name), index_ddl.replace("INDEX", "INDEX CONCURRENTLY", 1).encode()))
    return steps
