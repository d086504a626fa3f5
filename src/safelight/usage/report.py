"""Report: what clouds used in a span of days, by day, kind and cause; the same before and after figures are folded."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import RowMapping, Select, Table, and_, case, func, literal, or_, select, union_all

from safelight.ports.database import Session
from safelight.usage.model import LEVELS, Figure, Item, Meter, Period, Used, summed
from safelight.usage.store import usage_changes, usage_daily, usage_items

ITEMS_MAX = 500

_LEVELS = [meter.value for meter in LEVELS]


def window(now: datetime, period: Period = Period.ROLLING) -> tuple[date, date]:
    """The first and the last day of the present period: what is used within it is what limits are for."""
    return period.window(now.astimezone(UTC).date())


async def figures(session: Session, cloud_ids: Sequence[str] | None, since: date, until: date) -> Sequence[Figure]:
    """Of these days, both among them; what lay there before the first counts as a figure of the day before it.

    None: of all clouds.
    """
    rows = await session.fetch(_grouped(cloud_ids, since, until))
    return [_figure(row) for row in rows]


async def used(session: Session, cloud_id: str, since: date, until: date) -> Used:
    return Used(tuple(await figures(session, [cloud_id], since, until)))


async def used_by_each(session: Session, cloud_ids: Sequence[str], since: date, until: date) -> Mapping[str, Used]:
    """Cloud -> what it used; for a few clouds, or for all of an installation."""
    found = summed(await figures(session, cloud_ids, since, until))
    return {cloud_id: found.get(cloud_id, Used()) for cloud_id in cloud_ids}


def by_day(figures: Sequence[Figure], since: date, until: date) -> list[tuple[date, Used]]:
    """What was used on each day, and what lay there at its end; pure."""
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    found: list[tuple[date, Used]] = []
    for day in days:
        happened = [one for one in figures if one.day == day and one.meter not in LEVELS]
        lay = [one for one in figures if one.day <= day and one.meter in LEVELS]
        found.append((day, Used((*happened, *lay))))
    return found


def by_month(figures: Sequence[Figure], months: Sequence[date]) -> list[tuple[date, Used]]:
    """The same by months; `months` are their first days, and the first day after the last one; pure."""
    found: list[tuple[date, Used]] = []
    for begins_on, ends_before in pairwise(months):
        happened = [one for one in figures if begins_on <= one.day < ends_before and one.meter not in LEVELS]
        lay = [one for one in figures if one.day < ends_before and one.meter in LEVELS]
        found.append((begins_on, Used((*happened, *lay))))
    return found


async def items(session: Session, cloud_id: str, since: date, until: date, limit: int = ITEMS_MAX) -> Sequence[Item]:
    """The derived files whose making counted on these days, the newest first."""
    made = usage_items.c
    first, after = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until + timedelta(days=1)))
    rows = await session.fetch(
        select(usage_items)
        .where(made.cloud_id == cloud_id, made.made_at >= first, made.made_at < after)
        .order_by(made.made_at.desc(), made.id.desc())
        .limit(limit)
    )
    return [
        Item(
            row["id"],
            row["asset_id"],
            row["made_at"].isoformat(),
            row["kind"],
            row["format"],
            row["size_bytes"],
            row["transformations"],
            row["seconds"],
            row["cause"],
        )
        for row in rows
    ]


def _grouped(cloud_ids: Sequence[str] | None, since: date, until: date) -> Select[*tuple[Any, ...]]:
    parts = union_all(*(_part(table, cloud_ids, since, until) for table in (usage_daily, usage_changes))).subquery()
    c = parts.c
    names = (c.cloud_id, c.day, c.meter, c.kind, c.cause)
    total = func.sum(c.amount).label("amount")
    return select(*names, total).group_by(*names).having(total != 0).order_by(*names)


def _part(table: Table, cloud_ids: Sequence[str] | None, since: date, until: date) -> Select[*tuple[Any, ...]]:
    c = table.c
    is_level = c.meter.in_(_LEVELS)
    day = case((and_(is_level, c.day < since), literal(since - timedelta(days=1))), else_=c.day).label("day")
    wanted = select(c.cloud_id, day, c.meter, c.kind, c.cause, c.amount)
    wanted = wanted.where(c.day <= until, or_(c.day >= since, is_level))
    return wanted if cloud_ids is None else wanted.where(c.cloud_id.in_(cloud_ids))


def _figure(row: RowMapping) -> Figure:
    return Figure(row["cloud_id"], row["day"], Meter(row["meter"]), row["kind"], row["cause"], int(row["amount"]))
