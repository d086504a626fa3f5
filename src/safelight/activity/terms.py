"""How long activity keeps what it knows."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, Table, cast, func

from safelight.activity import partitions
from safelight.activity.day_keys import SALT_DAYS, Purpose
from safelight.activity.store import activity_keys, asset_events, asset_visits, page_views, traffic, traffic_clients
from safelight.ports.database import Session
from safelight.ports.terms import OldestOf, Term
from safelight.settings import ActivitySettings

K = activity_keys.c


def terms(settings: ActivitySettings) -> tuple[Term, ...]:
    began = func.timezone("UTC", cast(K.day, DateTime))
    return (
        _of_days("traffic", traffic, settings.days),
        _of_days("traffic-client", traffic_clients, settings.address_days),
        # Without its key, what a backup still has of an address is noise.
        Term(
            "traffic-client",
            activity_keys,
            began,
            timedelta(days=settings.address_days),
            counted=K.purpose == Purpose.ADDRESS.value,
            by_day=True,
        ),
        _of_days("page-views", page_views, settings.event_days),
        _of_days("asset-events", asset_events, settings.event_days),
        _of_days("asset-visits", asset_visits, SALT_DAYS),
        Term(
            "asset-visits",
            activity_keys,
            began,
            timedelta(days=SALT_DAYS),
            counted=K.purpose == Purpose.VISITOR.value,
            by_day=True,
        ),
    )


def _of_days(entity: str, table: Table, days: int) -> Term:
    return Term(entity, table, table.c.at, timedelta(days=days), by_day=True, oldest=_first_day(table))


def _first_day(table: Table) -> OldestOf:
    async def oldest(session: Session) -> datetime | None:
        days = await partitions.days_of(session, table)
        return datetime(days[0].year, days[0].month, days[0].day, tzinfo=UTC) if days else None

    return oldest
