"""The SQL of structured metadata: the tables of fields and rules, and their rows as values."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from safelight.assets.metadata import Entry, Field, FieldType
from safelight.assets.metadata_rules import Rule
from safelight.ports.tables import METADATA, not_personal, personal

metadata_fields = Table(
    "metadata_fields",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    # What people call the things that they keep notes of: a choice in a list may be somebody's name.
    Column("id", Text, primary_key=True, info=personal("asset-notes")),
    Column("type", Text, nullable=False, info=not_personal("one of five words")),
    Column("label", Text, nullable=False, info=personal("asset-notes")),
    Column("is_mandatory", Boolean, nullable=False),
    Column("default_value", JSONB(none_as_null=True), info=personal("asset-notes")),
    Column("is_default_disabled", Boolean, nullable=False),
    Column("validation", JSONB(none_as_null=True), info=not_personal("what values may look like")),
    Column("restrictions", JSONB(none_as_null=True), info=not_personal("switches of forms")),
    Column("entries", JSONB(none_as_null=True), info=personal("asset-notes")),
    Column("takes_new_entries", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # A field that is gone keeps its id for ever, and nothing else.
    Column("deleted_at", DateTime(timezone=True)),
)

F = metadata_fields.c

Index("uq_metadata_fields_label", F.cloud_id, F.label, unique=True, postgresql_where=text("deleted_at IS NULL"))

metadata_rules = Table(
    "metadata_rules",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("made here, or chosen to name a rule")),
    Column("field_id", Text, nullable=False, info=personal("asset-notes")),
    Column("name", Text, nullable=False, info=personal("asset-notes")),
    Column("condition", JSONB, nullable=False, info=personal("asset-notes")),
    Column("result", JSONB, nullable=False, info=personal("asset-notes")),
    Column("is_active", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

R = metadata_rules.c


def field_of(row: Mapping[Any, Any]) -> Field:
    return Field(
        id=row["id"],
        type=FieldType(row["type"]),
        label=row["label"],
        is_mandatory=row["is_mandatory"],
        default=row["default_value"],
        is_default_disabled=row["is_default_disabled"],
        validation=row["validation"],
        restrictions=row["restrictions"],
        entries=tuple(Entry(*entry) for entry in row["entries"] or ()),
        takes_new_entries=row["takes_new_entries"],
        position=row["position"],
    )


def field_values(field: Field) -> dict[str, Any]:
    """The columns that may change."""
    return {
        "label": field.label,
        "is_mandatory": field.is_mandatory,
        "default_value": field.default,
        "is_default_disabled": field.is_default_disabled,
        "validation": field.validation,
        "restrictions": field.restrictions,
        "entries": [[entry.id, entry.value, entry.is_active] for entry in field.entries],
        "takes_new_entries": field.takes_new_entries,
    }


def rule_of(row: Mapping[Any, Any]) -> Rule:
    return Rule(
        id=row["id"],
        field_id=row["field_id"],
        name=row["name"],
        condition=row["condition"],
        result=row["result"],
        is_active=row["is_active"],
        position=row["position"],
    )


def rule_values(rule: Rule) -> dict[str, Any]:
    """The columns that may change."""
    return {
        "field_id": rule.field_id,
        "name": rule.name,
        "condition": rule.condition,
        "result": rule.result,
        "is_active": rule.is_active,
    }
