"""The SQL of delivery: from where the files of a folder are fetched that are not here yet."""

from sqlalchemy import Column, DateTime, Table, Text

from safelight.ports.tables import METADATA, not_personal, personal

upload_mappings = Table(
    "upload_mappings",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("folder", Text, primary_key=True, info=personal("upload-mappings")),
    Column("template", Text, nullable=False, info=personal("upload-mappings")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
