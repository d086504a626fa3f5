"""Overwrite: take the place of what was deleted, so that it does not linger in the files of the database.

A deleted row stays in its file until something else is written there. A table that is not large is written anew, and
its old file goes; of a larger one the dead rows are given free, and that is told. Statistics hold values, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from safelight.adapters.database.connecting import CONNECT_SECONDS_MAX

LOCK_WAIT = "5s"
"""So long a table that is in use is waited for; then its dead rows are only given free."""
STATISTICS = ("pg_statistic", "pg_statistic_ext_data")
SEGMENTS_MAX = 16
"""Most parts of the write-ahead log that are filled with nothing, to overwrite what they held."""
ROUNDS_MAX = 5

_WHOLE = """
    SELECT space.nspname, part.relname, pg_total_relation_size(part.oid)
    FROM pg_class whole LEFT JOIN pg_partition_tree(whole.oid) tree ON true
    JOIN pg_class part ON part.oid = coalesce(tree.relid, whole.oid) AND part.relkind = 'r'
    JOIN pg_namespace space ON space.oid = part.relnamespace
    WHERE whole.oid = to_regclass(%s)
"""
_AHEAD = (
    "SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name > pg_walfile_name(pg_current_wal_lsn())"
)


@dataclass(frozen=True)
class Overwritten:
    """`lingering`: tables whose dead rows are free to be overwritten, and are not yet; and why."""

    tables: int
    lingering: dict[str, str]


def overwrite(url: str, tables: Sequence[str], *, rewrite_bytes_max: int) -> Overwritten:
    """Blocks; call it in a thread. Twice is no error."""
    with psycopg.connect(
        url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, application_name="overwrite", client_encoding="utf8"
    ) as connection:
        connection.execute(sql.SQL("SET lock_timeout = {}").format(LOCK_WAIT))
        lingering: dict[str, str] = {}
        parts = [part for table in tables for part in connection.execute(_WHOLE, (table,)).fetchall()]
        parts += [("pg_catalog", name, 0) for name in STATISTICS]
        for space, name, size_bytes in parts:
            if fault := _rewrite(connection, sql.Identifier(space, name), size_bytes <= rewrite_bytes_max):
                lingering[name] = fault
        if fault := _overwrite_log(connection):
            lingering["write-ahead log"] = fault
        return Overwritten(len(parts), lingering)


def _rewrite(connection: psycopg.Connection, table: sql.Identifier, is_small: bool) -> str:
    """Why it was not written anew; empty if it was."""
    try:
        if is_small:
            connection.execute(sql.SQL("VACUUM (FULL) {}").format(table))
            connection.execute(sql.SQL("ANALYZE {}").format(table))
            return ""
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(table))
        return "it is large: what was deleted is overwritten by what comes next"
    except psycopg.errors.LockNotAvailable:
        connection.execute(sql.SQL("VACUUM (SKIP_LOCKED, ANALYZE) {}").format(table))
        return "it was in use: what was deleted is overwritten by what comes next"
    except psycopg.errors.InsufficientPrivilege:
        return "the database does not let us write it anew"


def _overwrite_log(connection: psycopg.Connection) -> str:
    """Old parts of the log go, and those that wait to be written again are filled with nothing."""
    try:
        connection.execute("ALTER SYSTEM SET wal_recycle = off")
        connection.execute("SELECT pg_reload_conf()")
        try:
            for _ in range(ROUNDS_MAX):
                _fill(connection)
                connection.execute("CHECKPOINT")
                # Who writes checkpoints may not have heard yet, and have kept old parts to be written again.
                if not _ahead(connection):
                    return ""
            return "old parts of it wait to be written again; it is overwritten in its own course"
        finally:
            connection.execute("ALTER SYSTEM RESET wal_recycle")
            connection.execute("SELECT pg_reload_conf()")
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported):
        return "the database does not let us overwrite it; it is overwritten in its own course"


def _fill(connection: psycopg.Connection) -> None:
    """On to the next part, until there is none ahead that held something before."""
    for _ in range(SEGMENTS_MAX):
        connection.execute("SELECT pg_logical_emit_message(false, 'overwrite', '')")
        connection.execute("SELECT pg_switch_wal()")
        if not _ahead(connection):
            return


def _ahead(connection: psycopg.Connection) -> int:
    row = connection.execute(_AHEAD).fetchone()
    return row[0] if row else 0
