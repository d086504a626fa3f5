"""The SQL of assets: the table of the catalogue, and its rows as values."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from safelight.assets import access, likeness_ways, search_words
from safelight.assets.bulk_store import bulk_failures as bulk_failures
from safelight.assets.bulk_store import bulk_traces as bulk_traces
from safelight.assets.bulk_store import bulks as bulks
from safelight.assets.metadata_store import metadata_fields as metadata_fields
from safelight.assets.metadata_store import metadata_rules as metadata_rules
from safelight.assets.model import Asset, Facts, Lettering, NewAsset, Review, Serving, Status
from safelight.assets.snapshots_store import snapshot_chunks as snapshot_chunks
from safelight.assets.snapshots_store import snapshots as snapshots
from safelight.assets.versions_store import backups as backups
from safelight.assets.versions_store import placeholders as placeholders
from safelight.kernel.media import Access, Kind
from safelight.ports.tables import METADATA, not_personal, personal

_MADE_HERE = not_personal("a random id made here")

# Text that is sorted and cut by prefix compares byte by byte: then one index serves equality, prefixes and order,
# and a cursor means the same place whatever the locale of the server.
_BYTEWISE = "C"

assets = Table(
    "assets",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("kind", Text, nullable=False, info=not_personal("one of three words")),
    Column("access", Text, nullable=False, info=not_personal("one of five words")),
    Column("name", Text(collation=_BYTEWISE), nullable=False, info=personal("asset-names")),
    Column("version", BigInteger, nullable=False),
    Column("version_id", Text, nullable=False, info=_MADE_HERE),
    Column("size_bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False, info=personal("asset-content")),
    Column("format", Text, info=not_personal("a word of a fixed list")),
    Column("width", Integer),
    Column("height", Integer),
    Column("pages", Integer),
    Column("has_alpha", Boolean, nullable=False),
    Column("folder", Text(collation=_BYTEWISE), nullable=False, info=personal("asset-names")),
    Column("display_name", Text, nullable=False, info=personal("asset-names")),
    Column("original_filename", Text, info=personal("asset-names")),
    Column("tags", ARRAY(Text), nullable=False, info=personal("asset-notes")),
    Column("context", JSONB, nullable=False, info=personal("asset-notes")),
    Column("coordinates", JSONB, nullable=False, server_default="{}", info=personal("asset-notes")),
    Column("regions", JSONB, nullable=False, server_default="{}", info=personal("asset-notes")),
    Column("metadata", JSONB, nullable=False, server_default="{}", info=personal("asset-notes")),
    Column("access_control", JSONB, nullable=False, server_default="[]", info=not_personal("times and patterns")),
    Column("access_control_updated_at", DateTime(timezone=True)),
    # What a program found names other assets.
    Column("moderation", JSONB, nullable=False, server_default="[]", info=personal("asset-notes")),
    Column("uploaded_by", Text, info=personal("asset-origin")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("tags_updated_at", DateTime(timezone=True)),
    Column("context_updated_at", DateTime(timezone=True)),
    Column("metadata_updated_at", DateTime(timezone=True)),
    Column("public_id_updated_at", DateTime(timezone=True)),
    # The name of a font may be one that its owner chose.
    Column("lettering", JSONB(none_as_null=True), info=personal("asset-notes")),
    # A link in a header may lead to whoever is shown.
    Column("serving", JSONB, nullable=False, server_default="{}", info=personal("asset-notes")),
)

A = assets.c

Index("uq_assets_name", A.cloud_id, A.kind, A.access, A.name, unique=True)
Index("ix_assets_newest", A.cloud_id, A.kind, A.access, A.created_at, A.id)
Index("ix_assets_newest_of_kind", A.cloud_id, A.kind, A.created_at, A.id)
# The orders in which people walk through all of a cloud, each forwards and backwards.
Index("ix_assets_created", A.cloud_id, A.created_at, A.id)
Index("ix_assets_updated", A.cloud_id, A.updated_at, A.id)
Index("ix_assets_uploaded", A.cloud_id, func.to_timestamp(A.version), A.id)
# Only those that a wrong clock made: of all others it is known that they were made before (search_old.py).
CHANGED_BEFORE = A.updated_at < A.created_at
# To the letter as the index has it: a parameter would hide the number.
UPLOADED_BEFORE = func.to_timestamp(A.version + literal_column("1")) < A.created_at
Index("ix_assets_changed_before", A.cloud_id, postgresql_where=CHANGED_BEFORE)
Index("ix_assets_uploaded_before", A.cloud_id, postgresql_where=UPLOADED_BEFORE)
Index("ix_assets_sorted_name", A.cloud_id, A.name, A.id)
Index("ix_assets_size", A.cloud_id, A.size_bytes, A.id)
Index("ix_assets_format", A.cloud_id, func.lower(A.format), A.created_at, A.id)
Index("ix_assets_folder", A.cloud_id, func.lower(A.folder), A.created_at, A.id)
Index("ix_assets_display_name", A.cloud_id, A.display_name)
# Many assets have the same one: each of these takes seven bytes an asset.
Index("ix_assets_width", A.cloud_id, A.width)
Index("ix_assets_height", A.cloud_id, A.height)
Index("ix_assets_pixels", A.cloud_id, A.width * A.height)
Index("ix_assets_md5", A.cloud_id, A.md5)
Index("ix_assets_version", A.version_id)
Index("ix_assets_words", search_words.words_of(A), postgresql_using="gin")
# Most assets are reviewed by nobody.
Index("ix_assets_moderation", A.moderation, postgresql_using="gin", postgresql_where=text("moderation <> '[]'"))


analyses = Table(
    "analyses",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("version_id", Text, primary_key=True, info=_MADE_HERE),
    Column("kind", Text, primary_key=True, info=not_personal("a word of a fixed list")),
    # A camera writes where, when and by whom a photo was taken.
    Column("facts", JSONB, nullable=False, info=personal("asset-analyses")),
)
likeness_ways.add_indexes(analyses)

sights = Table(
    "sights",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("version_id", Text, primary_key=True, info=_MADE_HERE),
    Column("kind", Text, primary_key=True, info=not_personal("a word of the language")),
    Column("eye", Text, nullable=False, info=not_personal("the name of a program, or the digest of a model")),
    # Where a face is in a picture that shows a person.
    Column("regions", JSONB, nullable=False, info=personal("asset-sights")),
)


folders = Table(
    "folders",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("id", Text, primary_key=True, info=_MADE_HERE),
    Column("path", Text(collation=_BYTEWISE), nullable=False, info=personal("asset-names")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

# `Cats` and `cats` are one folder, as they are where assets are listed by folder.
Index("uq_folders_path", folders.c.cloud_id, func.lower(folders.c.path), unique=True)

# Each relation stands here twice, once from either side: then one index finds all of an asset's.
relations = Table(
    "relations",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=_MADE_HERE),
    Column("asset_id", Text, primary_key=True, info=_MADE_HERE),
    Column("other_id", Text, primary_key=True, info=_MADE_HERE),
    Column("created_at", DateTime(timezone=True), nullable=False),
)


def asset_of(row: RowMapping | Mapping[str, Any]) -> Asset:
    return Asset(
        id=row["id"],
        cloud_id=row["cloud_id"],
        kind=Kind(row["kind"]),
        access=Access(row["access"]),
        name=row["name"],
        version=row["version"],
        version_id=row["version_id"],
        facts=Facts(
            size_bytes=row["size_bytes"],
            md5=row["md5"],
            format=row["format"],
            width=row["width"],
            height=row["height"],
            pages=row["pages"],
            has_alpha=row["has_alpha"],
        ),
        folder=row["folder"],
        display_name=row["display_name"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        tags=tuple(row["tags"]),
        context=row["context"],
        metadata=row["metadata"],
        coordinates={name: tuple(tuple(area) for area in areas) for name, areas in row["coordinates"].items()},
        regions={name: tuple(tuple(corner) for corner in corners) for name, corners in row["regions"].items()},
        original_filename=row["original_filename"],
        uploaded_by=row["uploaded_by"],
        moderation=tuple(_review(entry) for entry in row["moderation"]),
        access_control=access.from_json(row["access_control"]),
        access_control_updated_at=row["access_control_updated_at"],
        tags_updated_at=row["tags_updated_at"],
        context_updated_at=row["context_updated_at"],
        metadata_updated_at=row["metadata_updated_at"],
        public_id_updated_at=row["public_id_updated_at"],
        lettering=Lettering(**row["lettering"]) if row["lettering"] else None,
        serving=Serving(**row["serving"]),
    )


def reviews_json(reviews: Iterable[Review]) -> list[dict[str, Any]]:
    """Reviews as the column keeps them."""
    return [
        {
            "kind": review.kind,
            "status": review.status.value,
            "updated_at": review.updated_at.isoformat(),
            "argument": review.argument,
            "response": [dict(found) for found in review.response],
        }
        for review in reviews
    ]


def _review(entry: Mapping[str, Any]) -> Review:
    moment = datetime.fromisoformat(entry["updated_at"])
    return Review(entry["kind"], Status(entry["status"]), moment, entry.get("argument", ""), tuple(entry["response"]))


def values_of(new: NewAsset) -> dict[str, Any]:
    """The columns that an upload fills, alike for a first version and for the next."""
    facts = new.facts
    rules = {} if new.access_control is None else {"access_control": access.to_json(new.access_control)}
    return {
        **rules,
        "version_id": new.version_id,
        "size_bytes": facts.size_bytes,
        "md5": facts.md5,
        "format": facts.format,
        "width": facts.width,
        "height": facts.height,
        "pages": facts.pages,
        "has_alpha": facts.has_alpha,
        "folder": new.folder,
        "display_name": new.display_name,
        "original_filename": new.original_filename,
        "tags": sorted(set(new.tags)),
        "context": dict(new.context),
        "metadata": dict(new.metadata),
        "coordinates": dict(new.coordinates),
        "regions": dict(new.regions),
        "uploaded_by": new.uploaded_by,
        "moderation": reviews_json(new.moderation),
        "lettering": asdict(new.lettering) if new.lettering else None,
        "serving": asdict(new.serving),
    }
