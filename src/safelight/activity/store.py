"""The SQL of activity: requests, who made them, pages, what was done with assets; a part of each table for each day."""

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from safelight.ports.tables import METADATA, not_personal, personal

BY_DAY = "RANGE (at)"

_CLOUD = "a random id of a tenant"
_ID = "a random id made here"

# Each day's secrets, sealed: one opens the addresses of the day, the other tells its visitors apart.
activity_keys = Table(
    "activity_keys",
    METADATA,
    Column("purpose", Text, primary_key=True, info=not_personal("one of two words")),
    Column("day", Date, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# One row for each time that a process wrote what it had collected: it says whether it was written, and what was lost.
activity_batches = Table(
    "activity_batches",
    METADATA,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("requests", BigInteger, nullable=False),
    Column("lost", BigInteger, nullable=False),
)

# Every answer, or several alike of one second. No address: that is in traffic_clients, sealed, and goes sooner.
traffic = Table(
    "traffic",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal(_CLOUD)),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("client_id", UUID(as_uuid=False)),
    Column("user_id", Text, nullable=False, info=personal("traffic")),
    Column("key_id", Text, nullable=False, info=personal("traffic")),
    Column("method", Text, nullable=False, info=not_personal("a method of HTTP")),
    Column("route", Text, nullable=False, info=not_personal("the template of a route")),
    Column("status", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("bytes_sent", BigInteger, nullable=False),
    Column("network", Text, nullable=False, info=personal("traffic")),
    Column("country", Text, nullable=False, info=personal("traffic")),
    Column("agent", Text, nullable=False, info=personal("traffic")),
    Index("ix_traffic_user_id", "user_id", "at", postgresql_where=text("user_id <> ''")),
    postgresql_partition_by=BY_DAY,
)

# Address and agent in full, sealed with the key of the day.
traffic_clients = Table(
    "traffic_clients",
    METADATA,
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("sealed", LargeBinary, nullable=False, info=personal("traffic-client")),
    postgresql_partition_by=BY_DAY,
)

page_views = Table(
    "page_views",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal(_CLOUD)),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("user_id", Text, nullable=False, info=personal("page-views")),
    Column("visitor", LargeBinary, nullable=False, info=personal("page-views")),
    Column("route", Text, nullable=False, info=not_personal("the template of a route")),
    Column("status", Integer, nullable=False),
    Column("views", Integer, nullable=False),
    Column("country", Text, nullable=False, info=personal("page-views")),
    Column("agent", Text, nullable=False, info=personal("page-views")),
    Index("ix_page_views_user_id", "user_id", "at"),
    postgresql_partition_by=BY_DAY,
)


def _events(name: str, holding: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("cloud_id", Text, primary_key=True, info=not_personal(_CLOUD)),
        Column("at", DateTime(timezone=True), primary_key=True),
        Column("id", UUID(as_uuid=False), primary_key=True),
        Column("asset_id", Text, nullable=False, info=not_personal(_ID)),
        Column("act", Text, nullable=False, info=not_personal("one of two words")),
        Column("is_derived", Boolean, nullable=False),
        Column("requests", Integer, nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("user_id", Text, nullable=False, info=personal(holding)),
        Column("key_id", Text, nullable=False, info=personal(holding)),
        Column("visitor", LargeBinary, nullable=False, info=personal(holding)),
        Column("country", Text, nullable=False, info=personal(holding)),
        Column("agent", Text, nullable=False, info=personal(holding)),
        Index(f"ix_{name}_asset_id", "cloud_id", "asset_id", "at"),
        postgresql_partition_by=BY_DAY,
    )


# Up- and downloads by who has an account or its key; and by everybody else.
asset_events = _events("asset_events", "asset-events")
asset_visits = _events("asset_visits", "asset-visits")

# What is left of both when their time is over: numbers.
asset_counts = Table(
    "asset_counts",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal(_CLOUD)),
    Column("asset_id", Text, primary_key=True, info=not_personal(_ID)),
    Column("day", Date, primary_key=True),
    Column("act", Text, primary_key=True, info=not_personal("one of two words")),
    Column("is_derived", Boolean, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)

DAILY = (traffic, traffic_clients, page_views, asset_events, asset_visits)
"""The tables that have a part for each day, `traffic_20260131`."""
