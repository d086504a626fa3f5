"""Budget: how many API calls a cloud made in this hour, counted once for all processes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.store import api_budgets
from safelight.ports.database import Session

HOUR_SECONDS = 3600


@dataclass(frozen=True)
class Budget:
    """What a cloud may still ask, after the call that was just counted."""

    limit: int
    used: int
    resets_at: datetime

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def is_spent(self) -> bool:
        """The call that was just counted is one too many."""
        return self.used > self.limit


async def spend(session: Session, cloud_id: str, *, limit: int, now: datetime) -> Budget:
    """Count one call. Its row is locked until the transaction ends, so end it soon."""
    hour = int(now.timestamp()) // HOUR_SECONDS
    added = insert(api_budgets).values(cloud_id=cloud_id, hour=hour, calls=1)
    same_hour = api_budgets.c.hour == added.excluded.hour
    row = await session.fetch_one(
        added.on_conflict_do_update(
            index_elements=[api_budgets.c.cloud_id],
            set_={"hour": added.excluded.hour, "calls": case((same_hour, api_budgets.c.calls + 1), else_=1)},
        ).returning(api_budgets.c.calls)
    )
    used = 1 if row is None else int(row["calls"])
    return Budget(limit, used, datetime.fromtimestamp((hour + 1) * HOUR_SECONDS, UTC))


async def used(session: Session, cloud_id: str, now: datetime) -> int:
    """How many calls were counted in this hour."""
    hour = int(now.timestamp()) // HOUR_SECONDS
    mine = (api_budgets.c.cloud_id == cloud_id, api_budgets.c.hour == hour)
    row = await session.fetch_one(select(api_budgets.c.calls).where(*mine))
    return 0 if row is None else int(row["calls"])
