"""The SQL of snapshots: results that are held, as the ids of their assets in the order in which they were found."""

from sqlalchemy import UUID, Column, DateTime, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from safelight.ports.tables import METADATA, not_personal

_MADE_HERE = not_personal("a random id made here")

CHUNK_ASSETS = 1000
"""Ids in one row: a thousandth of the rows that each id in a row of its own would make (decision 0020)."""

snapshots = Table(
    "snapshots",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("total", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # None: as long as the action is told of that goes through it.
    Column("expires_at", DateTime(timezone=True)),
    # Who may let go of it; empty: only who may do everything.
    Column("key_id", Text, nullable=False, server_default="", info=_MADE_HERE),
)

S = snapshots.c

Index("ix_snapshots_created", S.cloud_id, S.created_at, postgresql_where=text("expires_at IS NOT NULL"))
Index("ix_snapshots_expires", S.expires_at, postgresql_where=text("expires_at IS NOT NULL"))

snapshot_chunks = Table(
    "snapshot_chunks",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("snapshot_id", Text, primary_key=True, info=_MADE_HERE),
    # The place of the first of them is a thousand times as much.
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("asset_ids", ARRAY(UUID(as_uuid=False)), nullable=False, info=not_personal("random ids made here")),
)

C = snapshot_chunks.c
