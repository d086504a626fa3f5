"""Subjects: what activity gives, and forgets: what was asked for in somebody's name, or of their files."""

from sqlalchemy import ColumnElement, Table, select

from safelight.activity.holdings import HOLDINGS
from safelight.activity.store import (
    asset_counts,
    asset_events,
    asset_visits,
    page_views,
    traffic,
    traffic_clients,
)
from safelight.kernel.holdings import Searched, Stage, Subject
from safelight.ports.rows import Rows, RowsKeeper, Whose, either, of_clouds, of_people

SEALED = "Sealed with a key of the day that only an incident opens, and gone after SAFELIGHT_ACTIVITY_CLIENT_DAYS"
VISITORS = "It tells of visitors of the account's files, who are not the ones that ask"


def _theirs(table: Table) -> Whose:
    return either(of_clouds(table), of_people(table))


def _asked_by_them(subject: Subject) -> ColumnElement[bool]:
    asked = select(traffic.c.client_id).where(_theirs(traffic)(subject), traffic.c.client_id.is_not(None))
    return traffic_clients.c.id.in_(asked)


KEEPER = RowsKeeper(
    "activity",
    HOLDINGS,
    (
        Rows(traffic_clients, _asked_by_them, ("traffic-client",), Stage.LOGS, why_not_given=SEALED),
        Rows(traffic, _theirs(traffic), ("traffic",), Stage.LOGS, hidden=("client_id",)),
        Rows(page_views, _theirs(page_views), ("page-views",), Stage.LOGS, hidden=("visitor",)),
        Rows(asset_events, _theirs(asset_events), ("asset-events",), Stage.LOGS, hidden=("visitor",)),
        Rows(asset_visits, _theirs(asset_visits), ("asset-visits",), Stage.LOGS, why_not_given=VISITORS),
        Rows(asset_counts, of_clouds(asset_counts), (), Stage.LOGS),
    ),
    (
        Searched("lines of the last second", "they are in memory until they are written, and are then rows"),
        Searched(
            "requests for stored files", "they are in memory for two minutes, to be known again, and are not kept"
        ),
    ),
)
