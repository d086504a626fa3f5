"""Recount: what was counted as it came, against what is there now; and the difference put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import stock as assets_stock
from safelight.derived import stock as derived_stock
from safelight.ports.database import Session
from safelight.settings import UsageSettings
from safelight.usage import report
from safelight.usage.model import CAME_IN, LEVELS, Meter, Used
from safelight.usage.store import usage_changes, usage_items

M = usage_items.c


@dataclass(frozen=True)
class Compared:
    """One figure from both sides."""

    meter: Meter
    kind: str
    cause: str
    counted: int
    """By the figures."""
    found: int
    """By what is there."""

    @property
    def is_equal(self) -> bool:
        return self.counted == self.found


async def compare(session: Session, cloud_id: str, settings: UsageSettings, now: datetime) -> Sequence[Compared]:
    """What lies there, and what was made as far back as single files are known. Who changes assets waits meanwhile."""
    await assets_stock.hold(session)
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=settings.item_days - 1)
    used = await report.used(session, cloud_id, first, today)
    stock = [*await assets_stock.lying(session, cloud_id), *await derived_stock.lying(session, cloud_id)]
    found = {(Meter.STORAGE_BYTES, each.kind, each.cause): each.size_bytes for each in stock}
    found |= {(Meter.OBJECTS, each.kind, each.cause): each.count for each in stock}
    begins_at = datetime(first.year, first.month, first.day, tzinfo=UTC)
    made = await session.fetch(
        select(
            M.kind,
            M.cause,
            func.sum(M.transformations).label("transformations"),
            func.sum(M.seconds).label("seconds"),
        )
        .where(M.cloud_id == cloud_id, M.made_at >= begins_at)
        .group_by(M.kind, M.cause)
    )
    found |= {(Meter.TRANSFORMATIONS, row["kind"], row["cause"]): int(row["transformations"]) for row in made}
    found |= {(Meter.VIDEO_SECONDS, row["kind"], row["cause"]): int(row["seconds"]) for row in made if row["seconds"]}
    return _compared(used, found)


def _compared(used: Used, found: dict[tuple[Meter, str, str], int]) -> list[Compared]:
    counted = {name: amount for name, amount in used.by_cause().items() if name[0] in LEVELS or _is_made(name)}
    return [Compared(*name, counted.get(name, 0), found.get(name, 0)) for name in sorted({*counted, *found})]


def _is_made(name: tuple[Meter, str, str]) -> bool:
    return name[0] in {Meter.TRANSFORMATIONS, Meter.VIDEO_SECONDS} and name[2] not in CAME_IN


async def mend(session: Session, cloud_id: str, compared: Sequence[Compared], now: datetime) -> int:
    """Count the difference in what lies there today; how many figures that were. In the transaction of `compare`.

    What was made stays as it was counted: of that the figures are the only witness.
    """
    rows = [
        {
            "cloud_id": cloud_id,
            "day": now.astimezone(UTC).date(),
            "meter": each.meter.value,
            "kind": each.kind,
            "cause": each.cause,
            "amount": each.found - each.counted,
        }
        for each in compared
        if each.meter in LEVELS and not each.is_equal
    ]
    if rows:
        await session.execute(insert(usage_changes), rows)
    return len(rows)
