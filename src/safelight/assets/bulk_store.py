"""The SQL of actions on many assets: how far each is, what it could not do, and what stood there before."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from safelight.ports.tables import METADATA, not_personal, personal

_MADE_HERE = not_personal("a random id made here")

bulks = Table(
    "bulks",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("act", Text, nullable=False, info=not_personal("a word of a fixed list")),
    # The tags, the pairs, the folder: what people write about assets.
    Column("words", JSONB, nullable=False, info=personal("asset-bulks")),
    Column("snapshot_id", Text, nullable=False, info=_MADE_HERE),
    Column("state", Text, nullable=False, info=not_personal("a word of a fixed list")),
    Column("total", Integer, nullable=False),
    # How many have had their turn: what is behind it is done for good, with the rows that say so.
    Column("position", Integer, nullable=False),
    Column("ok", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("undoes", Text, info=_MADE_HERE),
    Column("undone_by", Text, info=_MADE_HERE),
    Column("asked_by", Text, info=personal("asset-origin")),
    Column("notification_url", Text, info=personal("asset-bulks")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)

K = bulks.c

Index("ix_bulks_created", K.cloud_id, K.created_at, K.id)
Index("ix_bulks_expires", K.created_at)

bulk_failures = Table(
    "bulk_failures",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("bulk_id", Text, primary_key=True, info=_MADE_HERE),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("asset_id", Text, nullable=False, info=_MADE_HERE),
    Column("name", Text, nullable=False, info=personal("asset-bulks")),
    Column("reason", Text, nullable=False, info=personal("asset-bulks")),
)

BF = bulk_failures.c

# One row for each transaction of an action: what it changed, so that it can be taken back.
bulk_traces = Table(
    "bulk_traces",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("bulk_id", Text, primary_key=True, info=_MADE_HERE),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("end_position", Integer, nullable=False),
    Column("changes", JSONB, nullable=False, info=personal("asset-bulks")),
)

BT = bulk_traces.c
