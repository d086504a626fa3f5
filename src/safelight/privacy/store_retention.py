"""The SQL of retention: how each kind of records stood when it was last looked at."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, RowMapping, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal
from safelight.ports.terms import Over

retention = Table(
    "retention_standings",
    METADATA,
    Column("entity", Text, primary_key=True, info=not_personal("a name of ours for a kind of records")),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    # On the day of `at`.
    Column("done", BigInteger, nullable=False),
)
R = retention.c


async def standings(session: Session) -> Sequence[RowMapping]:
    return await session.fetch(select(retention).order_by(R.entity))


async def note(session: Session, entity: str, at: datetime, over: Over, done: int) -> None:
    values = {"at": at, "due": over.due, "held": over.held, "late": over.late, "done": done}
    row = insert(retention).values(entity=entity, **values)
    await session.execute(row.on_conflict_do_update(index_elements=[R.entity], set_=values))


async def warned_until(session: Session, name: str, until: datetime) -> datetime | None:
    """Till when was warned before; from here on it is `until`. Who comes at the same time waits."""
    key = f"warned {name}"
    row = await session.fetch_one(select(R.at).where(R.entity == key).with_for_update())
    values = {"at": until, "due": 0, "held": 0, "late": 0, "done": 0}
    added = insert(retention).values(entity=key, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[R.entity], set_=values))
    return row["at"] if row else None
