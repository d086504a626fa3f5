"""The SQL of usage: what was counted, what may be used, and what was told of it."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Identity, Index, Integer, Table, Text

from safelight.ports.tables import METADATA, not_personal
from safelight.usage import catalogue_triggers as catalogue_triggers

_MADE_HERE = not_personal("a random id made here")
_METER = not_personal("a word of a fixed list")

# What was counted and is not in the daily sums yet. Rows are only added, so that two who count at the same moment
# never wait for each other; `fold.py` takes them away. See docs/decisions/0019.
usage_changes = Table(
    "usage_changes",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("day", Date, nullable=False),
    Column("meter", Text, nullable=False, info=_METER),
    Column("kind", Text, nullable=False, info=_METER),
    Column("cause", Text, nullable=False, info=_METER),
    Column("amount", BigInteger, nullable=False),
)

usage_daily = Table(
    "usage_daily",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("day", Date, primary_key=True),
    Column("meter", Text, primary_key=True, info=_METER),
    Column("kind", Text, primary_key=True, info=_METER),
    Column("cause", Text, primary_key=True, info=_METER),
    Column("amount", BigInteger, nullable=False),
)

# What each derived file counted as, longer than the file itself is there. What it shows is not told.
usage_items = Table(
    "usage_items",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("asset_id", Text, nullable=False, info=_MADE_HERE),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False, info=_METER),
    Column("format", Text, nullable=False, info=not_personal("a word of a fixed list")),
    Column("size_bytes", BigInteger, nullable=False),
    Column("transformations", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    # What was made before causes were told apart has one word for all.
    Column("cause", Text, nullable=False, server_default="derived", info=_METER),
    Index("ix_usage_items_made", "cloud_id", "made_at", "id"),
)

quotas = Table(
    "quotas",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    # None: what the settings say; 0: no limit.
    Column("credits", BigInteger),
    Column("transformations", BigInteger),
    Column("storage_bytes", BigInteger),
    Column("bandwidth_bytes", BigInteger),
    Column("video_seconds", BigInteger),
    Column("past_quota", Text, info=not_personal("one of four words")),
    Column("period", Text, info=not_personal("one of two words")),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

quota_alerts = Table(
    "quota_alerts",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("meter", Text, primary_key=True, info=_METER),
    Column("percent", Integer, primary_key=True),
    Column("told_at", DateTime(timezone=True), nullable=False),
)
