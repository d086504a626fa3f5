"""The SQL of accounts: clouds, their API keys, and how many calls they made in this hour."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, LargeBinary, RowMapping, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from safelight.accounts.model import Cloud, FolderMode
from safelight.ports.tables import METADATA, not_personal, personal

clouds = Table(
    "clouds",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("name", Text, nullable=False, unique=True, info=personal("cloud-name")),
    Column("folder_mode", Text, nullable=False, info=not_personal("one of two words")),
    Column("is_strict", Boolean, nullable=False, default=False),
    Column("fetch_hosts", ARRAY(Text), info=not_personal("names of machines that may be fetched from")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("id", Text, primary_key=True, info=not_personal("a random id of a key")),
    Column("api_key", Text, nullable=False, info=not_personal("random digits that name a key")),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("name", Text, nullable=False, info=personal("key-name")),
    Column("is_enabled", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("uq_api_keys_cloud_id_api_key", "cloud_id", "api_key", unique=True),
)

# One row a cloud, written over and over: nothing to clear away, and the room left in each page lets PostgreSQL
# rewrite the row in place without touching the index.
api_budgets = Table(
    "api_budgets",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("hour", BigInteger, nullable=False),
    Column("calls", Integer, nullable=False),
    postgresql_with={"fillfactor": 50},
)


def cloud_of(row: RowMapping) -> Cloud:
    return Cloud(
        id=row["id"],
        name=row["name"],
        folder_mode=FolderMode(row["folder_mode"]),
        created_at=row["created_at"],
        is_strict=row["is_strict"],
        fetch_hosts=None if row["fetch_hosts"] is None else tuple(row["fetch_hosts"]),
    )
