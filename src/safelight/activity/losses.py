"""Losses: what of the record is not whole, how far it reaches back, and what processes lost that were killed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from safelight.activity import beacon, partitions, store
from safelight.activity.beacon import Left
from safelight.ports.database import Database, Session


@dataclass(frozen=True)
class Loss:
    """Once, so many answers lost who asked, or all; up to so many, where a process was killed."""

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


async def count_left(database: Database, folder: Path, now: datetime) -> int:
    """How many answers are lost of processes of this machine that are no more; each is counted once, and told."""
    found = 0
    for path in beacon.all_in(folder):
        with beacon.dead(path) as left:
            if left is None:
                continue
            async with database.transaction() as session:
                found += await _note(session, path.name, left, now)
            beacon.drop(path)
    return found


async def _note(session: Session, name: str, left: Left, now: datetime) -> int:
    """The name of the beacon is the id of the row, so that nothing is counted twice if its file stays."""
    batches = store.activity_batches
    arrived = None
    if left.batch_id is not None:
        arrived = await session.fetch_one(select(batches.c.id).where(batches.c.id == left.batch_id))
    lost = left.lost(is_batch_written=arrived is not None)
    if not lost:
        return 0
    row = {"id": name, "at": now, "requests": 0, "lost": lost}
    return lost if await session.execute(insert(batches).values(row).on_conflict_do_nothing()) else 0
