"""Losses: what of the record is not whole, and how far it reaches back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from safelight.activity import partitions, store
from safelight.ports.database import Session


@dataclass(frozen=True)
class Loss:
    """Once, so many answers lost who asked, or all."""

    at: datetime
    lost: int


@dataclass(frozen=True)
class State:
    """What there is: the days of each table, and which secrets are still there."""

    written_at: datetime | None
    days: dict[str, tuple[date, date] | None]
    address_keys: Sequence[date]
    salts: Sequence[date]
    losses: Sequence[Loss]


async def state(session: Session) -> State:
    batches, keys = store.activity_batches, store.activity_keys
    last = await session.fetch_one(select(func.max(batches.c.at).label("at")))
    days: dict[str, tuple[date, date] | None] = {}
    for table in store.DAILY:
        found = await partitions.days_of(session, table)
        days[table.name] = (found[0], found[-1]) if found else None
    rows = await session.fetch(select(keys.c.purpose, keys.c.day).order_by(keys.c.day))
    lost = await session.fetch(
        select(batches.c.at, batches.c.lost).where(batches.c.lost > 0).order_by(batches.c.at.desc()).limit(100)
    )
    return State(
        last["at"] if last else None,
        days,
        [row["day"] for row in rows if row["purpose"] == "address"],
        [row["day"] for row in rows if row["purpose"] == "visitor"],
        [Loss(row["at"], int(row["lost"])) for row in lost],
    )
