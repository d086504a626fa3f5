"""Fold: what was counted becomes sums of days, and old sums go; jobs by the clock.

A figure is always the sum of both tables, read in one statement: folding moves rows and changes no figure.
"""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from sqlalchemy import Date, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert

from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.settings import UsageSettings
from safelight.usage.model import LEVELS
from safelight.usage.store import usage_daily, usage_items

BATCH = 20_000
"""Rows that are folded in one transaction."""
ROUNDS_MAX = 500
"""Batches of one run: after a long stop of the worker the next run goes on."""
LOCK = "fold usage"

# Rows of one sum are written in one order, so that who corrects figures by hand and we never wait in a circle.
_FOLD = text("""
WITH gone AS (
    DELETE FROM usage_changes WHERE (cloud_id, id) IN (
        SELECT cloud_id, id FROM usage_changes LIMIT :batch FOR UPDATE SKIP LOCKED
    ) RETURNING cloud_id, day, meter, kind, cause, amount
), sums AS (
    INSERT INTO usage_daily AS sums (cloud_id, day, meter, kind, cause, amount)
    SELECT cloud_id, day, meter, kind, cause, sum(amount) FROM gone
    GROUP BY cloud_id, day, meter, kind, cause ORDER BY cloud_id, day, meter, kind, cause
    ON CONFLICT (cloud_id, day, meter, kind, cause) DO UPDATE SET amount = sums.amount + excluded.amount
    RETURNING 1
)
SELECT count(*) AS folded FROM gone
""")

D, M = usage_daily.c, usage_items.c


@dataclass(frozen=True)
class Fold:
    """May run at any time, as often as one likes."""

    database: Database
    clock: Clock
    settings: UsageSettings
    batch: int = BATCH

    async def fold_usage(self, payload: dict[str, Any]) -> None:
        """One in the whole installation folds; another who comes meanwhile has nothing to do."""
        del payload
        async with self.database.lock(LOCK) as is_mine:
            if not is_mine:
                return
            for _ in range(ROUNDS_MAX):
                async with self.database.transaction() as session:
                    row = await session.fetch_one(_FOLD, {"batch": self.batch})
                if row is None or row["folded"] < self.batch:
                    return

    async def sweep_usage(self, payload: dict[str, Any]) -> None:
        """Figures of days that are long past go; of what lies there still, they become one sum of the first day."""
        del payload
        today = self.clock.now().astimezone(UTC).date()
        async with self.database.transaction() as session:
            await _forget_days(session, today - timedelta(days=self.settings.days))
        before = self.clock.now() - timedelta(days=self.settings.item_days)
        async with self.database.transaction() as session:
            await session.execute(delete(usage_items).where(M.made_at < before))


async def _forget_days(session: Session, first: date) -> None:
    """`first` is the oldest day that is kept."""
    levels = D.meter.in_([meter.value for meter in LEVELS])
    await session.execute(delete(usage_daily).where(D.day < first, ~levels))
    gone = (
        delete(usage_daily)
        .where(D.day < first, levels)
        .returning(D.cloud_id, D.meter, D.kind, D.cause, D.amount)
        .cte("gone")
    )
    g = gone.c
    total = func.sum(g.amount).label("amount")
    names = (g.cloud_id, g.meter, g.kind, g.cause)
    sums = select(g.cloud_id, literal(first, Date), g.meter, g.kind, g.cause, total).group_by(*names)
    added = insert(usage_daily).from_select(
        ["cloud_id", "day", "meter", "kind", "cause", "amount"], sums.having(total != 0).order_by(*names)
    )
    await session.execute(
        added.on_conflict_do_update(
            index_elements=[D.cloud_id, D.day, D.meter, D.kind, D.cause],
            set_={"amount": D.amount + added.excluded.amount},
        )
    )
