"""Roles, policies and grants -> the JSON that clients of the permissions API know, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.people.model import Grant, Place, Principal, PrincipalKind, Role, Scope
from safelight.people.policies import CONTENTS, POLICIES, Policy
from safelight.people.system_roles import MADE_AT
from safelight.wire.params import Words, text
from safelight.wire.provisioning import json_object, json_objects

EVERY_CLOUD = "all"
NAMED_MAX = 100
"""Most principals or roles of one call."""


def policy_json(policy: Policy, content: Mapping[str, str] | None = None) -> dict[str, Any]:
    """`content` is put into the statement where it is known."""
    made = int(MADE_AT.timestamp())
    return {
        "id": policy.id,
        "name": policy.name,
        "description": policy.name,
        "scope_type": policy.scope.value,
        "permission_type": policy.reach.value,
        "policy_statement": policy.statement(content=content),
        "policy_parameters": [*policy.contents],
        "category": policy.category,
        "created_at": made,
        "updated_at": made,
    }


def role_json(role: Role) -> dict[str, Any]:
    """A role without its policies."""
    contents = {name: None for each in role.policies for name in POLICIES[each].contents if each in POLICIES}
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "management_type": "system" if role.is_ours else "custom",
        "permission_type": role.reach.value,
        "policy_parameters": [*contents],
        "scope_type": role.scope.value,
        "created_at": int(role.created_at.timestamp()),
        "updated_at": int(role.updated_at.timestamp()),
    }


def whole_role_json(role: Role, content: Mapping[str, str] | None = None) -> dict[str, Any]:
    policies = [policy_json(POLICIES[each], content) for each in role.policies if each in POLICIES]
    return {**role_json(role), "policies": policies}


def granted_role_json(role: Role, grant: Grant) -> dict[str, Any]:
    """A role as one has it, with the place where."""
    return {**role_json(role), **_place_json(role, grant.place), "created_at": int(grant.created_at.timestamp())}


def principal_json(role: Role, grant: Grant, *, is_verbose: bool) -> dict[str, Any]:
    """Who has the role; `is_verbose`: and where, since when."""
    who = {"id": grant.principal.id, "type": grant.principal.kind.value}
    if not is_verbose:
        return who
    since = int(grant.created_at.timestamp())
    return {
        **who,
        "role_id": role.id,
        "scope_type": role.scope.value,
        **_place_json(role, grant.place),
        "created_at": since,
        "updated_at": since,
    }


def inspected_json(grants: Sequence[tuple[Grant, Role]], named: Sequence[Principal] = ()) -> list[dict[str, Any]]:
    """Everybody once, with all their roles; those who are `named` even if they have none."""
    found: dict[Principal, list[dict[str, Any]]] = {who: [] for who in named}
    for grant, role in grants:
        found.setdefault(grant.principal, []).append(granted_role_json(role, grant))
    return [{"type": who.kind.value, "id": who.id, "roles": roles} for who, roles in found.items()]


def effective_json(grants: Sequence[tuple[Grant, Role]]) -> list[dict[str, Any]]:
    """Everybody once, with the statements that come to them by their roles."""
    found: dict[Principal, list[dict[str, Any]]] = {}
    for grant, role in grants:
        content = {grant.place.content: grant.place.content_id} if grant.place.content else None
        statements = [
            {"id": each, "policy_statement": POLICIES[each].statement(grant.principal.id, content)}
            for each in role.policies
            if each in POLICIES
        ]
        found.setdefault(grant.principal, []).append({"id": role.id, "system_policies": statements})
    return [{"principal_type": who.kind.value, "principal_id": who.id, "roles": roles} for who, roles in found.items()]


def principal_of(words: Words) -> Principal:
    """From `principal_type` and `principal_id`, which must both be there."""
    kind, id = text(words, "principal_type"), text(words, "principal_id")
    if kind is None or id is None:
        raise Invalid(f"Missing required parameter - {'principal_type' if kind is None else 'principal_id'}")
    return Principal(kind_of(kind), id)


def kind_of(word: str) -> PrincipalKind:
    try:
        return PrincipalKind(word)
    except ValueError as error:
        raise Invalid(f"Invalid principal type {word[:50]}: must be one of {', '.join(PrincipalKind)}") from error


def whole_principal(words: Words) -> Principal:
    """From `principal`, an object with `type` and `id`."""
    raw = text(words, "principal")
    if raw is None:
        raise Invalid("Missing required parameter - principal")
    value = json_object(raw, "principal")
    return Principal(kind_of(_word(value, "type", "principal")), _word(value, "id", "principal"))


def principals_of(words: Words) -> Sequence[Principal]:
    """From `principals`, objects with `type` and `id`."""
    return [
        Principal(kind_of(_word(each, "type", "principals")), _word(each, "id", "principals"))
        for each in _entries(words, "principals")
    ]


def place_of(words: Words) -> Words:
    """The words that say where, with `policy_parameters` as words of their own."""
    raw = text(words, "policy_parameters")
    place = Place() if raw is None else _place({"policy_parameters": json_object(raw, "policy_parameters")})
    return {**words, **({place.content: place.content_id} if place.content else {})}


def named_principals(words: Words) -> Sequence[tuple[Principal, Place]]:
    """From `principals`: who each is, and where."""
    return [
        (
            Principal(kind_of(_word(each, "principal_type", "principals")), _word(each, "principal_id", "principals")),
            _place(each),
        )
        for each in _entries(words, "principals")
    ]


def named_roles(words: Words) -> Sequence[tuple[str, Place]]:
    """From `roles`: the id of each, and where."""
    return [(_word(each, "id", "roles"), _place(each)) for each in _entries(words, "roles")]


def operation(words: Words) -> bool:
    """Whether to give (`add`) or to take (`remove`)."""
    value = text(words, "operation")
    if value not in {"add", "remove"}:
        raise Invalid("operation must be add or remove")
    return value == "add"


def content_of(words: Words) -> Mapping[str, str]:
    """The folder or collection that a call names, by its own word or by `param_key` and `param_value`."""
    found = {name: value for name in CONTENTS if (value := text(words, name)) is not None}
    key, value = text(words, "param_key"), text(words, "param_value")
    if key in CONTENTS and value is not None:
        found[key] = value
    return found


def cloud_of(words: Words) -> str | None:
    """`scope_id`; None where every cloud is meant, or nothing is said."""
    value = text(words, "scope_id")
    return None if value == EVERY_CLOUD else value


def _entries(words: Words, name: str) -> Sequence[dict[str, Any]]:
    raw = words.get(name)
    if not raw:
        raise Invalid(f"Missing required parameter - {name}")
    found = json_objects(raw, name)
    if len(found) > NAMED_MAX:
        raise Invalid(f"Too many {name}: {len(found)}. Maximum is {NAMED_MAX}.")
    return found


def _word(value: Mapping[str, Any], key: str, name: str) -> str:
    word = value.get(key)
    if not isinstance(word, str) or not word or not word.isprintable():
        raise Invalid(f"Invalid {name}: each needs the text {key}")
    return word


def _place(value: Mapping[str, Any]) -> Place:
    cloud = value.get("scope_id") or ""
    content: object = value.get("policy_parameters") or {}
    if not isinstance(cloud, str) or not cloud.isprintable() or not isinstance(content, dict) or len(content) > 1:  # pyright: ignore[reportUnknownArgumentType]
        raise Invalid("scope_id must be a text, and policy_parameters an object with one entry")
    pairs: dict[object, object] = content  # pyright: ignore[reportUnknownVariableType]
    for key, entry in pairs.items():
        if not isinstance(key, str) or not isinstance(entry, str) or not entry.isprintable():
            raise Invalid("policy_parameters must be an object with one text")
        return Place("" if cloud == EVERY_CLOUD else cloud, key, entry)
    return Place("" if cloud == EVERY_CLOUD else cloud)


def _place_json(role: Role, place: Place) -> dict[str, Any]:
    scope = {"scope_id": place.cloud_id or EVERY_CLOUD} if role.scope is Scope.CLOUD else {}
    return {**scope, "policy_parameters": {place.content: place.content_id} if place.content else {}}
