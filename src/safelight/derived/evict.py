"""Evict: derived files that nobody asks for go, where they take more than they may. They are made again when wanted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, true, tuple_

from safelight.accounts import clouds
from safelight.derived.forget import Forget
from safelight.derived.store import derived_files
from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.settings import DerivedSettings

D = derived_files.c

KEPT_PERCENT = 95
"""Once something has to go, so much of the bound is left: not a file at each round."""
BATCH = 2000
"""Files removed in one transaction."""
NEW_MINUTES = 10
"""What was made so lately is left: its first answer may still be under way."""


@dataclass(frozen=True)
class Excess:
    """So many bytes of these clouds have to go."""

    size_bytes: int
    cloud_ids: tuple[str, ...]


def excesses(held: Mapping[str, int], settings: DerivedSettings, kept: Collection[str] = ()) -> list[Excess]:
    """What has to go, from the bytes that each cloud holds: first what one cloud holds too much, then of all.

    `kept` are clouds of which nothing goes. Pure.
    """
    found: list[Excess] = []
    held = dict(held)
    open_ids = tuple(sorted(held.keys() - set(kept)))
    for cloud_id in open_ids:
        size_bytes = _excess(held[cloud_id], settings.cloud_bytes_max)
        if size_bytes:
            found.append(Excess(size_bytes, (cloud_id,)))
            held[cloud_id] -= size_bytes
    size_bytes = _excess(sum(held.values()), settings.bytes_max)
    if size_bytes and open_ids:
        found.append(Excess(size_bytes, open_ids))
    return found


def _excess(held_bytes: int, bytes_max: int) -> int:
    if not bytes_max or held_bytes <= bytes_max:
        return 0
    return held_bytes - bytes_max * KEPT_PERCENT // 100


@dataclass(frozen=True)
class Evict:
    """A job of the clock. The rows go first, then the bytes: who is stopped between leaves what `sweep_derived` finds.

    Nobody is told: what caches in front of us hold, and tables in memory, is as true as before.
    """

    database: Database
    forget: Forget
    clock: Clock
    settings: DerivedSettings

    async def evict_derived(self, payload: dict[str, Any]) -> None:
        del payload
        if not (self.settings.bytes_max or self.settings.cloud_bytes_max):
            return
        async with self.database.transaction() as session:
            held = await held_bytes(session)
            # What is there already is open to all in such a cloud, and nobody but its owner could make it again.
            strict = {cloud.id for cloud in await clouds.list(session) if cloud.is_strict}
        left = self.settings.evicted_max
        for excess in excesses(held, self.settings, strict):
            left -= await self._evict(excess, left)

    async def _evict(self, excess: Excess, count_max: int) -> int:
        """How many files went: the least wanted first, until enough is free, or no more may go in this round."""
        freed = count = 0
        while freed < excess.size_bytes and count < count_max:
            async with self.database.transaction() as session:
                limit = min(BATCH, count_max - count)
                gone = await _drop(session, excess.cloud_ids, excess.size_bytes - freed, self._rules(), limit)
            if not gone:
                break
            for blob_key, size_bytes in gone:
                # One that is being made again at this moment is wanted, and its bytes stay.
                await self.forget.drop_unknown(blob_key)
                freed += size_bytes
            count += len(gone)
        return count

    def _rules(self) -> "_Rules":
        now = self.clock.now()
        return _Rules(
            made_before=now - timedelta(minutes=NEW_MINUTES),
            used_counts=timedelta(days=self.settings.used_days),
            takes_asked_for=self.settings.evicts_asked_for,
        )


@dataclass(frozen=True)
class _Rules:
    made_before: datetime
    used_counts: timedelta
    """By so much a file that was asked for again is younger: no flood of files that nobody wants twice evicts it."""
    takes_asked_for: bool
    """Else what the owner of an asset asked for stays: only who may nothing but look has his files made again."""


async def held_bytes(session: Session) -> dict[str, int]:
    """What the derived files of each cloud take."""
    total = func.coalesce(func.sum(D.size_bytes), 0).label("size_bytes")
    rows = await session.fetch(select(D.cloud_id, total).group_by(D.cloud_id))
    return {row["cloud_id"]: int(row["size_bytes"]) for row in rows}


async def _drop(
    session: Session, cloud_ids: Sequence[str], size_bytes: int, rules: _Rules, limit: int
) -> list[tuple[str, int]]:
    """The rows of the least wanted files, until these bytes are free; their keys in the store and their sizes."""
    age = func.coalesce(D.last_used_at + rules.used_counts, D.created_at)
    rows = await session.fetch(
        select(D.cloud_id, D.id, D.blob_key, D.size_bytes)
        .where(D.cloud_id.in_(cloud_ids), D.created_at < rules.made_before)
        .where(true() if rules.takes_asked_for else D.is_asked_for.is_(False))
        .order_by(age, D.id)
        .limit(limit)
    )
    chosen: list[tuple[str, str]] = []
    for row in rows:
        if size_bytes <= 0:
            break
        chosen.append((row["cloud_id"], row["id"]))
        size_bytes -= row["size_bytes"]
    if not chosen:
        return []
    gone = await session.fetch(
        delete(derived_files).where(tuple_(D.cloud_id, D.id).in_(chosen)).returning(D.blob_key, D.size_bytes)
    )
    return [(row["blob_key"], row["size_bytes"]) for row in gone]
