"""The fields of a cloud: list, find, make, change, order and delete them and the entries of their lists."""

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.metadata import (
    ENTRIES_MAX,
    ID_CHARS_MAX,
    LABEL_CHARS_MAX,
    TEXT_CHARS_MAX,
    Entry,
    Field,
)
from safelight.assets.metadata_patterns import check_default
from safelight.assets.metadata_store import F, field_of, field_values, metadata_fields
from safelight.assets.model import Order
from safelight.kernel.errors import Conflict, Invalid, NotFound, TooMuch
from safelight.kernel.ids import random_name
from safelight.ports.database import Session

FIELDS_MAX = 100
"""Of one cloud."""
KEPT_MAX = 1000
"""With those that are gone, whose ids stay taken."""

ORDERS: dict[str, Callable[[Field], tuple[Any, ...]]] = {
    "label": lambda field: (field.label.casefold(), field.id),
    "external_id": lambda field: (field.id,),
    "created_at": lambda field: (field.position,),
}


# --- fields -----------------------------------------------------------------------------------------------------


async def list(session: Session, cloud_id: str) -> builtins.list[Field]:
    """In their order."""
    rows = await session.fetch(
        select(metadata_fields).where(F.cloud_id == cloud_id, F.deleted_at.is_(None)).order_by(F.position, F.id)
    )
    return [field_of(row) for row in rows]


async def get(session: Session, cloud_id: str, field_id: str, *, locks: bool = False) -> Field:
    """Raises NotFound."""
    chosen = select(metadata_fields).where(_named(cloud_id, field_id), F.deleted_at.is_(None))
    row = await session.fetch_one(chosen.with_for_update() if locks else chosen)
    if row is None:
        raise NotFound(f"External ID {field_id[:ID_CHARS_MAX]} doesn't exist")
    return field_of(row)


async def create(session: Session, cloud_id: str, field: Field, *, now: datetime) -> Field:
    """Raises Invalid for an id that was ever taken, or a label that is."""
    await check_label(session, cloud_id, field)
    await check_default(session, field)
    rows = await session.fetch(select(F.id, F.position, F.deleted_at).where(F.cloud_id == cloud_id))
    if len(rows) >= KEPT_MAX or sum(row["deleted_at"] is None for row in rows) >= FIELDS_MAX:
        raise TooMuch(f"A cloud may have {FIELDS_MAX} metadata fields.")
    field = replace(field, position=max((row["position"] for row in rows), default=0) + 1)
    added = (
        insert(metadata_fields)
        .values(
            cloud_id=cloud_id,
            id=field.id,
            type=field.type.value,
            position=field.position,
            created_at=now,
            **field_values(field),
        )
        .on_conflict_do_nothing(index_elements=[F.cloud_id, F.id])
        .returning(F.id)
    )
    if await _written(session, field, added) is None:
        raise Invalid(f"external id {field.id} already exists")
    return field


async def change(session: Session, cloud_id: str, field: Field) -> Field:
    """Write a field that was read and locked before."""
    await check_label(session, cloud_id, field)
    await check_default(session, field)
    statement = update_rows(metadata_fields).where(_named(cloud_id, field.id)).values(**field_values(field))
    await _written(session, field, statement.returning(F.id))
    return field


async def delete(session: Session, cloud_id: str, field_id: str, *, now: datetime) -> None:
    """Its id stays taken. Raises NotFound."""
    await get(session, cloud_id, field_id, locks=True)
    gone = {"deleted_at": now, "label": "", "entries": None, "default_value": None, "validation": None}
    await session.execute(update_rows(metadata_fields).where(_named(cloud_id, field_id)).values(**gone))


async def order(session: Session, cloud_id: str, by: str, direction: Order) -> builtins.list[Field]:
    """Sort all fields, by a word of ORDERS."""
    if by not in ORDERS:
        raise Invalid(f"Invalid value {by[:50]} for parameter order_by: must be one of {', '.join(ORDERS)}")
    fields = await _all_locked(session, cloud_id)
    if by == "created_at":
        rows = await session.fetch(select(F.id, F.created_at).where(F.cloud_id == cloud_id).order_by(F.created_at))
        born = {row["id"]: number for number, row in enumerate(rows)}
        fields.sort(key=lambda field: born[field.id])
    else:
        fields.sort(key=ORDERS[by])
    if direction is Order.DESCENDING:
        fields.reverse()
    return await _numbered(session, cloud_id, fields)


async def move(session: Session, cloud_id: str, field_id: str, position: int) -> builtins.list[Field]:
    """Give a field another place; the first is 1. Raises NotFound."""
    fields = await _all_locked(session, cloud_id)
    moved = next((field for field in fields if field.id == field_id), None)
    if moved is None:
        raise NotFound(f"External ID {field_id[:ID_CHARS_MAX]} doesn't exist")
    fields.remove(moved)
    fields.insert(max(position - 1, 0), moved)
    return await _numbered(session, cloud_id, fields)


# --- entries ----------------------------------------------------------------------------------------------------


def with_entries(field: Field, said: Sequence[tuple[str | None, str]]) -> Field:
    """One that is there gets the new words and keeps its place, others come behind. Raises Invalid."""
    if not field.type.has_entries:
        raise Invalid(f"Metadata field {field.id} of type {field.type.value} has no datasource")
    found = {entry.id: entry for entry in field.entries}
    for entry_id, value in said:
        entry_id = entry_id or random_name()
        if not (0 < len(entry_id) <= ID_CHARS_MAX and 0 < len(value) <= TEXT_CHARS_MAX):
            raise Invalid(f"datasource is invalid: external_id may have {ID_CHARS_MAX}, value {TEXT_CHARS_MAX} letters")
        known = found.get(entry_id)
        found[entry_id] = Entry(entry_id, value, known is None or known.is_active)
    if len(found) > ENTRIES_MAX:
        raise TooMuch(f"A datasource may have {ENTRIES_MAX} values.")
    return replace(field, entries=tuple(found.values()))


def with_state(field: Field, entry_ids: Sequence[str], *, is_active: bool) -> Field:
    """Entries that can be chosen, or no more. Raises NotFound."""
    known = {entry.id for entry in field.entries}
    missing = [entry_id for entry_id in entry_ids if entry_id not in known]
    if missing:
        raise NotFound(f"External ID {missing[0][:ID_CHARS_MAX]} doesn't exist")
    if field.is_mandatory and not is_active and _defaults(field) & set(entry_ids):
        raise Invalid("default_value is invalid: a mandatory field needs it, so its entry must stay")
    chosen = set(entry_ids)
    return replace(
        field,
        entries=tuple(replace(entry, is_active=is_active) if entry.id in chosen else entry for entry in field.entries),
    )


def with_sorted_entries(field: Field, direction: Order) -> Field:
    """By their words."""
    entries = sorted(field.entries, key=lambda entry: (entry.value.casefold(), entry.id))
    return replace(field, entries=tuple(reversed(entries) if direction is Order.DESCENDING else entries))


def matching(field: Field, term: str, *, is_exact: bool) -> builtins.list[Entry]:
    """The active entries with a term in their words."""
    wanted = term.casefold()
    words = [(entry, entry.value.casefold()) for entry in field.active]
    return [entry for entry, word in words if (word == wanted if is_exact else wanted in word)]


def _defaults(field: Field) -> set[str]:
    return set(field.default) if isinstance(field.default, builtins.list) else {str(field.default)}


# --- checks that ask the database -------------------------------------------------------------------------------


async def check_label(session: Session, cloud_id: str, field: Field) -> None:
    if not 0 < len(field.label) <= LABEL_CHARS_MAX:
        raise Invalid(f"label is invalid: it may have {LABEL_CHARS_MAX} characters")
    same = select(F.id).where(F.cloud_id == cloud_id, F.label == field.label, F.deleted_at.is_(None), F.id != field.id)
    if await session.fetch_one(same) is not None:
        raise Invalid(f"label {field.label} already exists")


# --- rows -------------------------------------------------------------------------------------------------------


def _named(cloud_id: str, field_id: str) -> ColumnElement[bool]:
    return (F.cloud_id == cloud_id) & (F.id == field_id)


async def _written(session: Session, field: Field, statement: Any) -> Any:
    """Of two that take one label at the same moment, the second is told."""
    try:
        async with session.savepoint():
            return await session.fetch_one(statement)
    except Conflict as error:
        raise Invalid(f"label {field.label} already exists") from error


async def _all_locked(session: Session, cloud_id: str) -> builtins.list[Field]:
    chosen = select(metadata_fields).where(F.cloud_id == cloud_id, F.deleted_at.is_(None))
    rows = await session.fetch(chosen.order_by(F.id).with_for_update())
    return sorted((field_of(row) for row in rows), key=lambda field: (field.position, field.id))


async def _numbered(session: Session, cloud_id: str, fields: Sequence[Field]) -> builtins.list[Field]:
    numbered = [replace(field, position=number) for number, field in enumerate(fields, 1)]
    for field in numbered:
        await session.execute(
            update_rows(metadata_fields).where(_named(cloud_id, field.id)).values(position=field.position)
        )
    return numbered
