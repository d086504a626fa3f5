"""The SQL of derived files: what was made from which version, and the transformations of a cloud."""

from hashlib import sha256

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from safelight.derived.model import Derived, Named, Profile
from safelight.ports.tables import METADATA, not_personal, personal

_MADE_HERE = not_personal("a random id made here")

TRANSFORMATION_CHARS_INDEXED = 200
"""A transformation can be longer than a key of an index may be; so much of it tells almost all apart."""

derived_files = Table(
    "derived_files",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("asset_id", Text, nullable=False, info=_MADE_HERE),
    Column("version_id", Text, nullable=False, info=_MADE_HERE),
    Column("key", Text, nullable=False, info=not_personal("a hash of a transformation")),
    # Words of a text layer may be anybody's name.
    Column("transformation", Text, nullable=False, info=personal("derived-files")),
    Column("format", Text, nullable=False, info=not_personal("a word of a fixed list")),
    Column("width", Integer),
    Column("height", Integer),
    Column("size_bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False, info=personal("derived-files")),
    Column("blob_key", Text, nullable=False, info=not_personal("made of random ids and a hash")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # Written now and then, and in no index, so that writing it rewrites the row in place. None: asked for once.
    Column("last_used_at", DateTime(timezone=True)),
    # As how many transformations its making counted, and how many seconds of film it has (counted.py).
    Column("transformations", Integer, nullable=False, server_default="1"),
    Column("seconds", Integer, nullable=False, server_default="0"),
    # By the owner of its asset: with an upload, or by a signed call (counted.py).
    Column("is_asked_for", Boolean, nullable=False, server_default="false"),
    Index("uq_derived_files_key", "cloud_id", "version_id", "key", unique=True),
    Index("ix_derived_files_asset_id", "cloud_id", "asset_id", "id"),
)

Index(
    "ix_derived_files_transformation",
    derived_files.c.cloud_id,
    func.left(derived_files.c.transformation, TRANSFORMATION_CHARS_INDEXED),
    derived_files.c.id,
)

# Which other assets a derived file holds something of: the picture of a layer, the letters of a font. The asset of the
# file itself is not among them.
derived_parts = Table(
    "derived_parts",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("derived_id", Text, primary_key=True, info=_MADE_HERE),
    Column("asset_id", Text, primary_key=True, info=_MADE_HERE),
    Column("version_id", Text, nullable=False, info=_MADE_HERE),
    ForeignKeyConstraint(
        ["cloud_id", "derived_id"], ["derived_files.cloud_id", "derived_files.id"], ondelete="CASCADE"
    ),
    Index("ix_derived_parts_asset_id", "cloud_id", "asset_id"),
)

transformations = Table(
    "transformations",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    # A transformation can be longer than a key of an index may be.
    Column("digest", Text, primary_key=True, info=not_personal("a hash of what the row says")),
    Column("id", Text, nullable=False, info=_MADE_HERE),
    Column("name", Text, nullable=False, info=personal("transformations")),
    Column("transformation", Text, nullable=False, info=personal("transformations")),
    Column("is_named", Boolean, nullable=False),
    Column("is_allowed_for_strict", Boolean, nullable=False),
    Column("is_used", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_transformations_newest", "cloud_id", "id"),
)


streaming_profiles = Table(
    "streaming_profiles",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("name", Text, primary_key=True, info=personal("transformations")),
    Column("display_name", Text, info=personal("transformations")),
    Column("representations", ARRAY(Text), nullable=False, info=personal("transformations")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)


def digest_of(name: str, *, is_named: bool) -> str:
    """The key of a row: names and transformations live side by side and never collide."""
    return sha256(f"{'t' if is_named else '-'}:{name}".encode(errors="surrogatepass")).hexdigest()[:40]


def derived_of(row: RowMapping) -> Derived:
    return Derived(
        id=row["id"],
        cloud_id=row["cloud_id"],
        asset_id=row["asset_id"],
        version_id=row["version_id"],
        key=row["key"],
        transformation=row["transformation"],
        format=row["format"],
        width=row["width"],
        height=row["height"],
        size_bytes=row["size_bytes"],
        md5=row["md5"],
        blob_key=row["blob_key"],
        created_at=row["created_at"],
        transformations=row["transformations"],
        seconds=row["seconds"],
    )


def named_of(row: RowMapping) -> Named:
    return Named(
        cloud_id=row["cloud_id"],
        name=row["name"],
        transformation=row["transformation"],
        is_allowed_for_strict=row["is_allowed_for_strict"],
        is_used=row["is_used"],
        is_named=row["is_named"],
        created_at=row["created_at"],
    )


def profile_of(row: RowMapping) -> Profile:
    return Profile(row["name"], row["display_name"], tuple(row["representations"]))
