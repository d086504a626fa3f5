"""Rule: what holds for one field of structured metadata while others say something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from safelight.assets.metadata import ENTRIES_MAX, ID_CHARS_MAX, TEXT_CHARS_MAX, Field, FieldType, value_in
from safelight.assets.model import MetadataValue
from safelight.kernel.errors import Invalid

RULES_MAX = 100
"""Of one cloud."""
CONDITIONS_MAX = 50
"""In one rule, at all depths."""
DEPTH_MAX = 5
NAME_CHARS_MAX = 255

Values = Mapping[str, MetadataValue]
Fields = Mapping[str, Field]


@dataclass(frozen=True)
class Rule:
    """`condition` and `result` are as clients write them; checked."""

    id: str
    field_id: str
    name: str
    condition: Mapping[str, Any]
    result: Mapping[str, Any]
    is_active: bool = True
    position: int = 0


@dataclass(frozen=True)
class State:
    """What the rules say of one field of one asset."""

    is_open: bool = True
    is_mandatory: bool = False
    active: frozenset[str] | None = None
    """The entries that may be chosen; None: all that are active."""


def holds(condition: Mapping[str, Any], values: Values) -> bool:
    if "and" in condition:
        return all(holds(one, values) for one in condition["and"])
    if "or" in condition:
        return any(holds(one, values) for one in condition["or"])
    value = values.get(str(condition["metadata_field_id"]))
    if "populated" in condition:
        return (value is not None) is bool(condition["populated"])
    if value is None:
        return False
    there = _texts(value)
    if "equals" in condition:
        return there == _texts(condition["equals"])
    return _texts(condition["includes"]) <= there


def applied(rules: Sequence[Rule], fields: Fields, values: Values) -> dict[str, MetadataValue]:
    """With the values that rules write, one rule after the other."""
    found = dict(values)
    for rule in rules:
        wish, field = rule.result.get("apply_value"), fields.get(rule.field_id)
        if wish is None or field is None or not rule.is_active or not holds(rule.condition, found):
            continue
        try:
            value = value_in(field, _said(wish["value"]))
        except Invalid:
            continue  # What the rule would write is possible no more: an entry went, or a bound moved.
        before = found.get(field.id)
        if before is None:
            found[field.id] = value
        elif wish.get("mode") == "append" and isinstance(before, list) and isinstance(value, list):
            found[field.id] = list(dict.fromkeys([*before, *value]))
    return found


def states(rules: Sequence[Rule], values: Values) -> dict[str, State]:
    """What holds for each field that a rule is about: closed until a rule opens it, its entries likewise."""
    return {
        field_id: _state([rule for rule in rules if rule.is_active and rule.field_id == field_id], values)
        for field_id in {rule.field_id for rule in rules if rule.is_active}
    }


def _state(rules: Sequence[Rule], values: Values) -> State:
    true = [rule.result for rule in rules if holds(rule.condition, values)]
    opening = [rule for rule in rules if rule.result.get("enable")]
    choosing = [rule for rule in rules if "activate_values" in rule.result]
    return State(
        is_open=not opening or any(result.get("enable") for result in true),
        is_mandatory=any(result.get("set_mandatory") for result in true),
        active=_active([result["activate_values"] for result in true if "activate_values" in result])
        if choosing
        else None,
    )


def _active(wishes: Sequence[Any]) -> frozenset[str] | None:
    found: frozenset[str] | None = frozenset()
    for wish in wishes:
        if wish == "all":
            found = None
        elif wish.get("mode") == "append":
            found = None if found is None else found | _texts(wish["external_ids"])
        else:
            found = frozenset(_texts(wish["external_ids"]))
    return found


def checked_condition(found: Any, fields: Fields) -> dict[str, Any]:
    """Raises Invalid for what cannot be asked."""
    return _condition(found, fields, DEPTH_MAX, [0])


def _condition(found: Any, fields: Fields, depth: int, count: list[int]) -> dict[str, Any]:
    told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    count[0] += 1
    if depth == 0 or count[0] > CONDITIONS_MAX:
        raise Invalid(f"condition is invalid: at most {CONDITIONS_MAX} conditions, at most {DEPTH_MAX} deep")
    for word in ("and", "or"):
        if isinstance(told.get(word), list) and told[word]:
            return {word: [_condition(one, fields, depth - 1, count) for one in told[word]]}
    field_id = told.get("metadata_field_id")
    if not isinstance(field_id, str) or field_id not in fields:
        raise Invalid(f"condition is invalid: metadata field {str(field_id)[:100]} doesn't exist")
    if isinstance(told.get("populated"), bool):
        return {"metadata_field_id": field_id, "populated": told["populated"]}
    if _is_value(told.get("equals")):
        return {"metadata_field_id": field_id, "equals": told["equals"]}
    if _is_value(told.get("includes")):
        return {"metadata_field_id": field_id, "includes": told["includes"]}
    raise Invalid("condition is invalid: one of populated, equals, includes, and, or is needed")


def checked_result(found: Any, field: Field) -> dict[str, Any]:
    """Raises Invalid for what cannot hold for the field."""
    told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    result: dict[str, Any] = {}
    for word in ("enable", "set_mandatory"):
        if told.get(word) is not None:
            if not isinstance(told[word], bool):
                raise Invalid(f"result is invalid: {word} must be true or false")
            result[word] = told[word]
    if told.get("activate_values") is not None:
        result["activate_values"] = _activation(told["activate_values"], field)
    if told.get("apply_value") is not None:
        result["apply_value"] = _application(told["apply_value"], field)
    if not result:
        raise Invalid("result is invalid: one of enable, activate_values, apply_value, set_mandatory is needed")
    return result


def _activation(found: Any, field: Field) -> Any:
    if not field.type.has_entries:
        raise Invalid("result is invalid: activate_values needs a field of type enum or set")
    if found == "all":
        return found
    told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    ids: Any = told.get("external_ids")
    mode = told.get("mode") or "override"
    if not isinstance(ids, list) or not _is_value(ids) or mode not in ("override", "append"):
        raise Invalid("result is invalid: activate_values takes `all`, or external_ids and a mode, override or append")
    known = {entry.id for entry in field.entries}
    chosen = sorted(_texts(ids))
    unknown = [one for one in chosen if one not in known]
    if unknown:
        raise Invalid(f"result is invalid: {unknown[0][:100]} is no entry of {field.id}")
    return {"external_ids": chosen, "mode": mode}


def _application(found: Any, field: Field) -> dict[str, Any]:
    told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    value, mode = told.get("value"), told.get("mode") or "default"
    modes = ("default", "append") if field.type is FieldType.SET else ("default",)
    if not _is_value(value) or mode not in modes:
        raise Invalid(f"result is invalid: apply_value takes a value and a mode, one of {', '.join(modes)}")
    return {"value": value_in(field, _said(value)), "mode": mode}


def checked_name(name: str) -> str:
    if not 0 < len(name) <= NAME_CHARS_MAX:
        raise Invalid(f"name is invalid: it may have {NAME_CHARS_MAX} characters")
    return name


def _is_value(found: Any) -> bool:
    if isinstance(found, list):
        items = cast("list[Any]", found)
        return 0 < len(items) <= ENTRIES_MAX and all(isinstance(one, str) and len(one) <= ID_CHARS_MAX for one in items)
    return (isinstance(found, str) and 0 < len(found) <= TEXT_CHARS_MAX) or isinstance(found, int)


def _said(value: Any) -> str | list[str]:
    return [str(one) for one in cast("list[Any]", value)] if isinstance(value, list) else str(value)


def _texts(value: Any) -> frozenset[str]:
    said = _said(value)
    return frozenset([said] if isinstance(said, str) else said)
