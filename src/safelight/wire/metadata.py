"""Structured metadata, as clients write it and as it is told."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from safelight.assets.metadata import (
    ENTRIES_MAX,
    ID_CHARS_MAX,
    Entry,
    Field,
    FieldType,
    Said,
    checked_validation,
    value_in,
)
from safelight.assets.metadata_fields import with_entries
from safelight.assets.metadata_rules import Rule
from safelight.assets.model import MetadataValue
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import random_name
from safelight.wire import params
from safelight.wire.params import Words

FIELD_ID = re.compile(r"[^\s/?&#\\%<>|=\"'\x00-\x1f\x7f]{1,255}")
SAID_MAX = 100
"""Fields in one call."""

STRIP, KEEP = "strip_private", "keep_original"
"""Words about what the file itself tells; they stand beside the fields, and are none."""

_BAR = re.compile(r"(?<!\\)\|")
_EQUALS = re.compile(r"(?<!\\)=")


def said(words: Words, name: str = "metadata") -> dict[str, Said] | None:
    """`k=v|list=["a","b"]`, where `\\=`, `\\|` and `\\"` stand for themselves; or a JSON object. None: not said."""
    if name not in words:
        return None
    value = words[name]
    raw = "|".join(value) if isinstance(value, list) else value
    found = _said_as_json(raw) if raw.startswith("{") else None
    if found is None:
        found = dict(_split(part) for part in _fields(raw))
    if len(found) > SAID_MAX:
        raise Invalid(f"Too many metadata fields: {len(found)}. Maximum is {SAID_MAX}.")
    return found


def strips_private(words: Words, name: str = "metadata") -> bool | None:
    """Whether what tells of people and places is taken out of the file; None: nothing is said. To strip wins."""
    value = words.get(name, "")
    raw = "|".join(value) if isinstance(value, list) else value
    found = {part.strip() for part in _BAR.split(raw)} & {STRIP, KEEP}
    return STRIP in found if found else None


def _fields(raw: str) -> list[str]:
    return [part for part in _BAR.split(raw) if part.strip() and part.strip() not in (STRIP, KEEP)]


def _split(part: str) -> tuple[str, Said]:
    cut = _EQUALS.split(part, maxsplit=1)
    if len(cut) != 2:
        raise Invalid(f"Invalid metadata: {part[:60]} is not of the form external_id=value")
    written = cut[1].replace("\\=", "=").replace("\\|", "|").strip()
    items = _list(written) if written.startswith("[") else None
    return cut[0].replace("\\=", "=").strip(), written.replace('\\"', '"') or None if items is None else items or None


def _list(written: str) -> list[str] | None:
    try:
        found: Any = json.loads(written)
    except (ValueError, RecursionError):
        return None
    items = cast("list[Any]", found)
    if len(items) > ENTRIES_MAX or any(isinstance(item, (dict, list)) for item in items):
        raise Invalid(f"Invalid metadata: a list holds at most {ENTRIES_MAX} texts")
    return [str(item) for item in items]


def _said_as_json(raw: str) -> dict[str, Said] | None:
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    entries = cast("dict[str, Any]", found)
    return {name: _plain(entry) for name, entry in entries.items()}


def _plain(value: Any) -> Said:
    if isinstance(value, list):
        return [str(item) for item in cast("list[Any]", value)] or None
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        raise Invalid("Invalid metadata: values are texts, numbers or lists of texts")
    return str(value)


# --- fields -----------------------------------------------------------------------------------------------------


def new_field(words: Words) -> Field:
    """A field as it is asked for; the id is made up if none is given. Raises Invalid."""
    written = params.text(words, "type")
    try:
        type = FieldType(written or "")
    except ValueError as error:
        raise Invalid(f"Invalid type {(written or '')[:50]}: must be one of {', '.join(FieldType)}") from error
    field_id = params.text(words, "external_id") or random_name()
    if not FIELD_ID.fullmatch(field_id):
        raise Invalid(f"external_id {field_id[:100]} is invalid")
    label = params.text(words, "label")
    if label is None:
        raise Invalid("Missing required parameter - label")
    return changed_field(Field(field_id, type, label), words)


def changed_field(field: Field, words: Words, emptied: Collection[str] = ()) -> Field:
    """With what is said; `emptied` are the words that were said to be nothing. Raises Invalid."""
    label, validation = params.text(words, "label"), as_json(words, "validation")
    field = replace(
        field,
        label=label or field.label,
        is_mandatory=params.flag(words, "mandatory", field.is_mandatory),
        is_default_disabled=params.flag(words, "default_disabled", field.is_default_disabled),
        takes_new_entries=params.flag(words, "allow_dynamic_list_values", field.takes_new_entries),
        restrictions=_kept(field.restrictions, as_json(words, "restrictions"), "restrictions" in emptied),
    )
    if validation is not None or "validation" in emptied:
        field = replace(field, validation=checked_validation(field.type, validation))
    source = as_json(words, "datasource")
    if source is not None:
        field = with_entries(field, _entries_of(source))
    if field.takes_new_entries and not field.type.has_entries:
        raise Invalid("allow_dynamic_list_values needs a field of type enum or set")
    return replace(field, default=_default(field, words, emptied))


def _default(field: Field, words: Words, emptied: Collection[str]) -> MetadataValue | None:
    written = words.get("default_value")
    if isinstance(written, str) and written.startswith("[") and field.type is FieldType.SET:
        written = _list(written)
    if written is None:
        written = None if "default_value" in emptied else _said_of(field.default)
    if written is None or len(written) == 0:
        if field.is_mandatory:
            raise Invalid("default_value is invalid: a mandatory field needs one")
        return None
    try:
        return value_in(field, written)
    except Invalid as error:
        raise Invalid(f"default_value is invalid: {error.message}") from error


def _said_of(value: MetadataValue | None) -> str | list[str] | None:
    return value if value is None or isinstance(value, list) else str(value)


def _kept(old: Mapping[str, Any] | None, new: Any, is_emptied: bool) -> Mapping[str, Any] | None:
    if is_emptied:
        return None
    if new is None:
        return old
    if not isinstance(new, dict) or len(json.dumps(new)) > 1000:
        raise Invalid('restrictions is invalid: it is an object such as {"readonly_ui": true}')
    return cast("dict[str, Any]", new)


def entries(words: Words) -> list[tuple[str | None, str]]:
    """`values` of a datasource."""
    return _entries_of({"values": as_json(words, "values")})


def _entries_of(source: Any) -> list[tuple[str | None, str]]:
    values = cast("dict[str, Any]", source).get("values") if isinstance(source, dict) else None
    if not isinstance(values, list) or len(cast("list[Any]", values)) > ENTRIES_MAX:
        raise Invalid(f"datasource is invalid: values is a list of at most {ENTRIES_MAX}")
    return [_entry(item) for item in cast("list[Any]", values)]


def _entry(item: Any) -> tuple[str | None, str]:
    told = cast("dict[str, Any]", item) if isinstance(item, dict) else {"value": item}
    entry_id, value = told.get("external_id"), told.get("value")
    if not isinstance(value, (str, int, float)) or not (entry_id is None or isinstance(entry_id, (str, int))):
        raise Invalid("datasource is invalid: each of its values has a value and an external_id")
    return (None if entry_id is None else str(entry_id)[: ID_CHARS_MAX + 1]), str(value)


def as_json(words: Words, name: str) -> Any:
    """A word that is an object or a list; None if it is absent."""
    value = words.get(name)
    if value is None or isinstance(value, list):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Invalid JSON in {name}") from error


def field_json(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {
        "external_id": field.id,
        "type": field.type.value,
        "label": field.label,
        "mandatory": field.is_mandatory,
        "default_value": field.default,
        "default_disabled": field.is_default_disabled,
        "validation": field.validation,
        "restrictions": field.restrictions,
        "position": field.position,
    }
    if field.type.has_entries:
        told["datasource"] = datasource_json(field.active)
        told["allow_dynamic_list_values"] = field.takes_new_entries
    return told


def datasource_json(entries: Sequence[Entry]) -> dict[str, Any]:
    return {"values": [_entry_json(entry) for entry in entries]}


def found_json(found: Sequence[tuple[Field, Entry]]) -> dict[str, Any]:
    """What a search across fields found."""
    return {"values": [{**_entry_json(entry), "metadata_field_id": field.id} for field, entry in found]}


def _entry_json(entry: Entry) -> dict[str, str]:
    state = "active" if entry.is_active else "inactive"
    return {"external_id": entry.id, "value": entry.value, "state": state}


def rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "external_id": rule.id,
        "metadata_field_id": rule.field_id,
        "name": rule.name,
        "condition": rule.condition,
        "result": rule.result,
        "state": "active" if rule.is_active else "inactive",
        "position": rule.position,
    }
