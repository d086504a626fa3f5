"""Partitions: a part of a table for each day, made ahead, dropped when its time is over: nothing stays behind."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Table, text

from safelight.activity.store import DAILY
from safelight.ports.database import Session

AHEAD_DAYS = 3
LOCK = 0x5AFE_0DA7

_THERE = text("SELECT to_regclass('public.' || quote_ident(:name)) IS NOT NULL AS is_there")
_PARTS = text(
    "SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
    "WHERE inhparent = to_regclass('public.' || quote_ident(:table)) ORDER BY 1"
)


def name_of(table: Table, day: date) -> str:
    return f"{table.name}_{day:%Y%m%d}"


def is_due(day: date, today: date, days: int) -> bool:
    """Whether the part of a day goes: what happened `days` ago is still there, what is a day older is not."""
    return (today - day).days > days


async def ensure(session: Session, days: Iterable[date], tables: Sequence[Table] = DAILY) -> None:
    """Make the parts of some days that are not there; quick where all are."""
    missing = [
        (table, day)
        for day in days
        for table in tables
        if not await _is_there(session, table, day)
    ]  # fmt: skip
    if not missing:
        return
    # One process makes them, the others wait and find them made.
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    for table, day in missing:
        first, end = _midnight(day), _midnight(day + timedelta(days=1))
        await session.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {name_of(table, day)} PARTITION OF {table.name} "
                f"FOR VALUES FROM ('{first}') TO ('{end}')"
            )
        )


async def days_of(session: Session, table: Table) -> list[date]:
    """The days that a table has parts for, the oldest first."""
    names = [row["name"] for row in await session.fetch(_PARTS, {"table": table.name})]
    return sorted(datetime.strptime(name[-8:], "%Y%m%d").replace(tzinfo=UTC).date() for name in names)


async def drop(session: Session, table: Table, day: date) -> None:
    """Dropping what is not there is no error."""
    await session.execute(text(f"DROP TABLE IF EXISTS {name_of(table, day)}"))


async def _is_there(session: Session, table: Table, day: date) -> bool:
    row = await session.fetch_one(_THERE, {"name": name_of(table, day)})
    return row is not None and bool(row["is_there"])


def _midnight(day: date) -> str:
    return f"{day.isoformat()} 00:00:00+00"
