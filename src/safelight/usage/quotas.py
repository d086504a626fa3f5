"""Quotas: the limits of clouds: set, find, and of what their owners were told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.ports.fixed import fixed
from safelight.settings import UsageSettings
from safelight.usage.model import LIMITED, PastQuota, Period, Quota
from safelight.usage.quota import check_limit, of_settings
from safelight.usage.store import quota_alerts, quotas

Q, T = quotas.c, quota_alerts.c

_OF_CLOUD = fixed(select(quotas).where(Q.cloud_id == bindparam("cloud_id")))


async def put(
    session: Session,
    cloud_id: str,
    limits: Mapping[str, int | None],
    *,
    past: PastQuota | None = None,
    period: Period | None = None,
    now: datetime,
) -> None:
    """Change what is named; None for a limit: what the settings say. `past` and `period`: None leaves it."""
    values: dict[str, Any] = {
        name: None if limit is None else check_limit(name, limit) for name, limit in limits.items()
    }
    if past is not None:
        values["past_quota"] = past.value
    if period is not None:
        values["period"] = period.value
    values["updated_at"] = now
    added = insert(quotas).values(cloud_id=cloud_id, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[Q.cloud_id], set_=values))


async def forget(session: Session, cloud_id: str) -> None:
    """What the settings say holds for the cloud again."""
    await session.execute(delete(quotas).where(Q.cloud_id == cloud_id))


async def get(session: Session, cloud_id: str, settings: UsageSettings) -> Quota:
    """What holds for the cloud."""
    row = await session.fetch_one(_OF_CLOUD, {"cloud_id": cloud_id})
    return _with(of_settings(settings), row)


async def of_each(session: Session, cloud_ids: Sequence[str], settings: UsageSettings) -> Mapping[str, Quota]:
    """What holds for each cloud."""
    rows = await session.fetch(select(quotas).where(Q.cloud_id.in_(cloud_ids)))
    own = {row["cloud_id"]: row for row in rows}
    common = of_settings(settings)
    return {cloud_id: _with(common, own.get(cloud_id)) for cloud_id in cloud_ids}


async def told(session: Session, cloud_id: str) -> Mapping[tuple[str, int], datetime]:
    """Of which meter and share owners were told last, and when."""
    rows = await session.fetch(select(quota_alerts).where(T.cloud_id == cloud_id))
    return {(row["meter"], row["percent"]): row["told_at"] for row in rows}


async def note_told(session: Session, cloud_id: str, meter: str, percents: Collection[int], now: datetime) -> bool:
    """Whether this transaction is the one that tells: of two at once the other one finds it told."""
    rows = [{"cloud_id": cloud_id, "meter": meter, "percent": percent, "told_at": now} for percent in sorted(percents)]
    added = insert(quota_alerts).values(rows)
    changed = await session.execute(
        added.on_conflict_do_update(
            index_elements=[T.cloud_id, T.meter, T.percent],
            set_={"told_at": added.excluded.told_at},
            where=T.told_at < added.excluded.told_at,
        )
    )
    return changed > 0


def _with(common: Quota, row: RowMapping | None) -> Quota:
    if row is None:
        return common
    limits = {name: common.limits.get(name, 0) if row[name] is None else int(row[name]) for name in LIMITED}
    past = common.past if row["past_quota"] is None else PastQuota(row["past_quota"])
    period = common.period if row["period"] is None else Period(row["period"])
    return Quota({name: limit for name, limit in limits.items() if limit > 0}, past, period)
