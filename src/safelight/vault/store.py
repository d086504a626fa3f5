"""The SQL of the vault: which key is wrapped by which. A backup keeps these tables apart, and for a short time only."""

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, Table, Text, func, select

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal

# The key of a cloud, sealed with the key of the installation, and inside of that with its owner's, if there is one.
# The cloud with no letter is the installation itself.
cloud_keys = Table(
    "cloud_keys",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("is_owned", Boolean, nullable=False, server_default="false"),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

# What an owner has given us, for as long as they leave it here.
owner_keys = Table(
    "owner_keys",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("sealed", LargeBinary, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
)

# The secret of each sealed file, wrapped with the key of its cloud. Compared by bytes, so that what keys begin with
# is a part of the index.
file_keys = Table(
    "file_keys",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("key", Text(collation="C"), primary_key=True, info=not_personal("where a file lies: random ids")),
    Column("number", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

KEY_TABLES = (file_keys.name, cloud_keys.name, owner_keys.name)
"""All that opens what is sealed: what a backup leaves out of the rest, and keeps apart."""


async def one_at_a_time(session: Session, cloud_id: str) -> None:
    """Whoever changes how the keys of a cloud are closed waits for whoever does so already, until the transaction ends.

    Rows cannot be locked that another is about to add: a rotation beside a key that is given, or let go, would leave a
    key of the cloud that the one does not close, or that nobody can open.
    """
    await session.fetch(select(func.pg_advisory_xact_lock(func.hashtextextended(f"vault/{cloud_id}", 0))))
