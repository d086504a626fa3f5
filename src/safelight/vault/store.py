"""The SQL of the vault: which key is wrapped by which. A backup keeps these tables apart, and for a short time only."""

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, Table, Text

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
