"""Reindex: make indexes anew while everything goes on, and those that are missing or were left half made."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from safelight.adapters.database.connecting import CONNECT_SECONDS_MAX
from safelight.adapters.database.errors import translated
from safelight.adapters.database.locks import number
from safelight.kernel.errors import Conflict, NotFound
from safelight.ports.tables import METADATA

LOCK = number("safelight indexes")

# One that was broken off stays behind under such a name, and is of no use to anybody (PostgreSQL, REINDEX).
_LEFT = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid AND indrelid = to_regclass(%s)"
_HAS = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisvalid AND indrelid = to_regclass(%s)"

LOG = logging.getLogger("safelight.indexes")


@dataclass(frozen=True)
class Made:
    """One index that is new, the how manieth of how many, and what it took."""

    index: str
    number: int
    of: int
    seconds: float
    size_bytes: int


Tell = Callable[[Made], None]


async def reindex(url: str, tables: Sequence[str], tell: Tell, *, missing_only: bool = False) -> None:
    """All indexes of these tables, or those that are missing, one after the other; nobody who reads or writes waits.

    To break it off does no harm: what was half made is dropped the next time, and begun anew. Raises NotFound for no
    table of ours, Conflict where another process is at it.
    """
    for name in tables:
        if name not in METADATA.tables:
            raise NotFound(f"There is no table {name[:60]}.")
    with translated():
        connection = await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, application_name="reindex"
        )
        async with connection as open_:
            # Freed with the connection. What looks half made may be what another one makes.
            locked = await (await open_.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))).fetchone()
            if locked != (True,):
                raise Conflict("Another process makes indexes at this moment.")
            steps = [
                (name, *step)
                for name in tables
                for step in await _steps(open_, METADATA.tables[name], missing_only=missing_only)
            ]
            for place, (_, index, statement) in enumerate(steps, start=1):
                began = perf_counter()
                await open_.execute(statement)
                row = await (await open_.execute("SELECT pg_relation_size(%s::regclass)", (index,))).fetchone()
                tell(Made(index, place, len(steps), round(perf_counter() - began, 3), int(row[0]) if row else 0))
            # An index of a value that is computed is asked only once the statistics know these values.
            for name in dict.fromkeys(table for table, *_ in steps):
                await open_.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


async def _steps(connection: psycopg.AsyncConnection, table: Table, *, missing_only: bool) -> list[tuple[str, bytes]]:
    """What is to be done for each index of a table; what is left of a broken attempt goes first."""
    for (left,) in await (await connection.execute(_LEFT, (table.name,))).fetchall():
        await connection.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(left)))
    there = {name for (name,) in await (await connection.execute(_HAS, (table.name,))).fetchall()}
    # Each table has a primary key: one that has no index at all is not there.
    if not there:
        return []
    steps: list[tuple[str, bytes]] = []
    if not missing_only:
        anew = sql.SQL("REINDEX INDEX CONCURRENTLY {}")
        steps = [(name, anew.format(sql.Identifier(name)).as_bytes(connection)) for name in sorted(there)]
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if str(index.name) not in there:
            index_ddl = CreateIndex(index).compile(dialect=postgresql.dialect()).string
            steps.append((str(index.name), index_ddl.replace("INDEX", "INDEX CONCURRENTLY", 1).encode()))
    return steps


@dataclass(frozen=True)
class CompleteIndexes:
    """Make the indexes that are missing: those that a revision left for later, and what was broken off."""

    url: str

    async def complete_indexes(self, payload: dict[str, Any]) -> None:
        def tell(made: Made) -> None:
            LOG.info("made the index %s, %d of %d, in %.1f s", made.index, made.number, made.of, made.seconds)

        try:
            await reindex(self.url, sorted(METADATA.tables), tell, missing_only=True)
        except Conflict:
            LOG.debug("another process makes indexes")
