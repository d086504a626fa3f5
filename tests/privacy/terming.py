"""Rows of every age in every table that has a term: what tests of retention fill a database with."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import UUID, insert

from safelight.activity import partitions
from safelight.activity.store import DAILY
from safelight.kernel.ids import new_id
from safelight.ports.database import Session
from safelight.ports.terms import Term

Change = Callable[[dict[str, Any], datetime], None]


def _letter(row: dict[str, Any], _at: datetime) -> None:
    row.update(state="waiting", facts={}, address="a@example.org", handed_at=None, ended_at=None)


CHANGES: dict[str, Change] = {
    "letters": _letter,
    "bulks": lambda row, at: row.update(state="done", words={}, undoes=None, undone_by=None),
    "webhook_receivers": lambda row, at: row.update(failing_since=at, paused_at=None),
    "privacy_requests": lambda row, at: row.update(number=int(at.timestamp())),
    "activity_keys": lambda row, at: row.update(day=at.date()),
}


async def fill(session: Session, term: Term, ages: Sequence[timedelta], now: datetime) -> None:
    """One row for each age: its term's start lies so long ago."""
    table = term.rows
    assert isinstance(table, Table)
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    for age in ages:
        at = now - age
        if table in DAILY:
            await partitions.ensure(session, [at.date()], [table])
        row = {column.name: _value(column, at) for column in table.columns if column.name != "answer"}
        row |= {name: at for name in ("at", "created_at", "began_at", "ended_at", "expires_at") if name in row}
        CHANGES.get(table.name, lambda row, at: None)(row, at)
        if table.name == "activity_keys":
            row["purpose"] = "address" if term.entity == "traffic-client" else "visitor"
        await session.execute(insert(table).values(row).on_conflict_do_nothing())


def _value(column: "Column[Any]", at: datetime) -> object:
    """Something of the column's type."""
    kind = column.type
    plain = not isinstance(kind, DateTime | Date | BigInteger | LargeBinary)
    if isinstance(kind, UUID) or (column.primary_key and plain):
        return new_id()
    for types, value in (
        ((DateTime,), at),
        ((Date,), date(2020, 1, 1)),
        ((Boolean,), False),
        ((BigInteger, Integer, Numeric), 1),
        ((LargeBinary,), new_id().encode()),
        ((ARRAY,), []),
        ((JSON,), {}),
    ):
        if isinstance(kind, types):
            return value
    return new_id()
