"""Metadata: a structured field, and what may stand in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from safelight.assets.model import MetadataValue
from safelight.kernel.errors import Invalid

Said = str | Sequence[str] | None
"""A value as it was written; None: what stands in the field shall go."""

ID_CHARS_MAX = 255
LABEL_CHARS_MAX = 255
TEXT_CHARS_MAX = 1024
"""Of a text, and of the words of an entry."""
ENTRIES_MAX = 3000
"""In the list of one field, and so in one value."""
INTEGER_MAX = 2**53 - 1
"""What every client can hold as a number."""
CHECKS_MAX = 20
"""In one validation."""
PATTERN_CHARS_MAX = 500

_ORDERED = ("greater_than", "less_than")


class FieldType(StrEnum):
    """What stands in a field."""

    STRING = "string"
    INTEGER = "integer"
    DATE = "date"
    ENUM = "enum"
    SET = "set"

    @property
    def has_entries(self) -> bool:
        return self in (FieldType.ENUM, FieldType.SET)


@dataclass(frozen=True)
class Entry:
    """One choice of a list. One that is not active may be shown, and not be chosen."""

    id: str
    value: str
    is_active: bool = True


@dataclass(frozen=True)
class Field:
    """A field that assets may have a value in."""

    id: str
    type: FieldType
    label: str
    is_mandatory: bool = False
    default: MetadataValue | None = None
    is_default_disabled: bool = False
    """New assets do not get the default."""
    validation: Mapping[str, Any] | None = None
    """As clients write it; checked."""
    restrictions: Mapping[str, Any] | None = None
    """For forms; nothing here goes by it."""
    entries: tuple[Entry, ...] = ()
    """Of a list."""
    takes_new_entries: bool = False
    """What is written and no entry yet becomes one."""
    position: int = 0

    @property
    def given(self) -> MetadataValue | None:
        """What a new asset has, if it says nothing."""
        return None if self.is_default_disabled else self.default

    @property
    def active(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_active)


def value_in(field: Field, said: str | Sequence[str]) -> MetadataValue:
    """What was written, as it is kept; patterns are not looked at. Raises Invalid."""
    match field.type:
        case FieldType.SET:
            return _chosen(field, [said] if isinstance(said, str) else said)
        case FieldType.ENUM:
            return _chosen(field, [_one(field, said)])[0]
        case FieldType.INTEGER:
            value: MetadataValue = _integer(field, _one(field, said))
        case FieldType.DATE:
            value = _date(field, _one(field, said))
        case FieldType.STRING:
            value = _text(field, _one(field, said))
    for check in checks(field.validation):
        _hold(field, check, value)
    return value


def checks(validation: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """All that must hold, whether it is one or several."""
    if validation is None:
        return []
    return list(validation["rules"]) if validation["type"] == "and" else [validation]


def patterns(field: Field) -> list[str]:
    """The regular expressions that a text must match."""
    return [str(check["regex"]) for check in checks(field.validation) if check["type"] == "strregex"]


def new_entries(field: Field, said: Said) -> list[str]:
    """What was written and is no entry yet, of a field that takes it."""
    if not field.takes_new_entries or said is None:
        return []
    known = {entry.id for entry in field.entries}
    return [one for one in dict.fromkeys([said] if isinstance(said, str) else said) if one and one not in known]


def checked_validation(type: FieldType, found: Any) -> Mapping[str, Any] | None:
    """A validation as clients write it, with its bounds as values of the field. Raises Invalid."""
    if found is None:
        return None
    told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if told.get("type") != "and":
        return _checked(type, told)
    rules = cast("list[Any]", told.get("rules")) if isinstance(told.get("rules"), list) else []
    if not 0 < len(rules) <= CHECKS_MAX:
        raise Invalid(f"validation is invalid: `and` takes from 1 to {CHECKS_MAX} rules")
    return {"type": "and", "rules": [_checked(type, rule) for rule in rules]}


def _checked(type: FieldType, found: Any) -> dict[str, Any]:
    told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    kind = str(told.get("type"))
    if kind in _ORDERED and type in (FieldType.INTEGER, FieldType.DATE):
        bound = Field("validation", type, "")
        value = value_in(bound, str(told.get("value")))
        return {"type": kind, "value": value, "equals": told.get("equals") in (True, 1, "true", "1")}
    if kind == "strlen" and type is FieldType.STRING:
        sizes = {name: told[name] for name in ("min", "max") if told.get(name) is not None}
        if not sizes or not all(isinstance(size, int) and 0 <= size <= TEXT_CHARS_MAX for size in sizes.values()):
            raise Invalid(f"validation is invalid: strlen takes min and max, from 0 to {TEXT_CHARS_MAX}")
        return {"type": kind, **sizes}
    if kind == "strregex" and type is FieldType.STRING:
        regex = told.get("regex")
        if not isinstance(regex, str) or not 0 < len(regex) <= PATTERN_CHARS_MAX:
            raise Invalid(f"validation is invalid: regex is a text of at most {PATTERN_CHARS_MAX} characters")
        return {"type": kind, "regex": regex}
    raise Invalid(f"validation is invalid: {kind[:40]} is not possible for the type {type.value}")


def _hold(field: Field, check: Mapping[str, Any], value: MetadataValue) -> None:
    kind = check["type"]
    if kind in _ORDERED:
        bound, equals = check["value"], bool(check.get("equals"))
        is_past = value > bound if kind == "greater_than" else value < bound
        if not (is_past or (equals and value == bound)):
            words = kind.replace("_", " ") + (" or equal to" if equals else "")
            raise _refused(field, f"must be {words} {bound}")
    elif kind == "strlen":
        size = len(str(value))
        if not check.get("min", 0) <= size <= check.get("max", TEXT_CHARS_MAX):
            raise _refused(field, f"must have {check.get('min', 0)} to {check.get('max', TEXT_CHARS_MAX)} characters")


def _one(field: Field, said: str | Sequence[str]) -> str:
    if isinstance(said, str):
        return said
    if len(said) != 1:
        raise _refused(field, "takes one value")
    return said[0]


def _text(field: Field, said: str) -> str:
    if len(said) > TEXT_CHARS_MAX:
        raise _refused(field, f"may have {TEXT_CHARS_MAX} characters")
    return said


def _integer(field: Field, said: str) -> int:
    digits = said.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 16 and int(digits) <= INTEGER_MAX):
        raise _refused(field, "must be a whole number")
    return int(said)


def _date(field: Field, said: str) -> str:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or found.isoformat() != said:
        raise _refused(field, "must be a date such as 2024-06-25")
    return said


def _chosen(field: Field, said: Sequence[str]) -> list[str]:
    active = {entry.id for entry in field.entries if entry.is_active}
    for one in said:
        if one not in active:
            raise _refused(field, f"{one[:100]} is no entry of its datasource")
    return list(dict.fromkeys(said))


def _refused(field: Field, why: str) -> Invalid:
    return Invalid(f"Value of metadata field {field.id} is invalid: {why}")
