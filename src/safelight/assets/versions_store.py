"""The SQL of backups: versions whose bytes are kept, and what is left of assets that were erased."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from safelight.ports.tables import METADATA, not_personal, personal

_MADE_HERE = not_personal("a random id made here")
_BYTEWISE = "C"

# The present version of an asset has a row, too, where it is to be kept when the next one comes.
backups = Table(
    "backups",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("version_id", Text, primary_key=True, info=_MADE_HERE),
    Column("asset_id", Text, nullable=False, info=_MADE_HERE),
    Column("kind", Text, nullable=False, info=not_personal("one of three words")),
    Column("version", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False, info=personal("asset-backups")),
    Column("format", Text, info=not_personal("a word of a fixed list")),
    Column("width", Integer),
    Column("height", Integer),
    Column("pages", Integer),
    Column("has_alpha", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # When it was replaced or erased; none: it is the present one.
    Column("ended_at", DateTime(timezone=True)),
)

B = backups.c

Index("ix_backups_asset", B.cloud_id, B.asset_id, B.version)
Index("ix_backups_version", B.version_id)
Index("ix_backups_ended", B.ended_at, postgresql_where=text("ended_at IS NOT NULL"))

placeholders = Table(
    "placeholders",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("kind", Text, nullable=False, info=not_personal("one of three words")),
    Column("access", Text, nullable=False, info=not_personal("one of five words")),
    Column("name", Text(collation=_BYTEWISE), nullable=False, info=personal("asset-backups")),
    Column("folder", Text(collation=_BYTEWISE), nullable=False, info=personal("asset-backups")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("deleted_at", DateTime(timezone=True), nullable=False),
    # The whole row as it was at the end: what people wrote comes back with the bytes.
    Column("row", JSONB, nullable=False, info=personal("asset-backups")),
)

P = placeholders.c

# Several may have had one name: those that stood in the way when another was given it.
Index("ix_placeholders_name", P.cloud_id, P.kind, P.access, P.name)
Index("ix_placeholders_newest", P.cloud_id, P.kind, P.created_at, P.id)
Index("ix_placeholders_folder", P.cloud_id, func.lower(P.folder))
# Among very many that are left, those with a tag are few.
Index("ix_placeholders_row", P.row, postgresql_using="gin", postgresql_ops={"row": "jsonb_path_ops"})
