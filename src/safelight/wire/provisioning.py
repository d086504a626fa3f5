"""Accounts, their clouds, keys, people and groups -> the JSON that clients of the provisioning API know, and back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from safelight.accounts.model import Account, Cloud, Key
from safelight.kernel.errors import Invalid, SafelightError
from safelight.people.model import Group, User
from safelight.wire.error import error_json
from safelight.wire.params import Words, csv, flag, text
from safelight.wire.stamp import stamp

CATEGORY = "provisioning"
LISTED_MAX = 100
"""Most ids, names or addresses that a list may be asked for."""
ATTRIBUTES_CHARS_MAX = 10_000
DEPTH_MAX = 20
"""So deep may JSON lie in JSON."""


def provisioning_error_json(error: SafelightError) -> dict[str, Any]:
    """An error as this API tells it: with a word that programs can go by."""
    told = error_json(error)["error"]
    return {"error": {"category": CATEGORY, "code": error.code, **told, "details": {}}}


def sub_account_json(cloud: Cloud, keys: Sequence[Key]) -> dict[str, Any]:
    """A cloud with its keys, oldest first, and their secrets: who may see it may make others anyway."""
    return {
        "cloud_name": cloud.name,
        "name": cloud.label,
        "enabled": cloud.is_enabled,
        "id": cloud.id,
        "custom_attributes": dict(cloud.attributes),
        "api_access_keys": [
            {"key": key.api_key, "secret": key.secret.reveal(), "enabled": key.is_enabled} for key in keys
        ],
        "created_at": stamp(cloud.created_at),
        "updated_at": stamp(cloud.updated_at or cloud.created_at),
    }


def access_key_json(key: Key, *, is_root: bool) -> dict[str, Any]:
    """The order of the words is what callers read. `root` is the oldest key of the cloud."""
    dedicated = {"dedicated_for": [*key.dedicated_for]} if key.dedicated_for else {}
    return {
        "name": key.name,
        "api_key": key.api_key,
        "api_secret": key.secret.reveal(),
        "created_at": stamp(key.created_at),
        "updated_at": stamp(key.updated_at or key.created_at),
        "enabled": key.is_enabled,
        **dedicated,
        "root": is_root,
    }


def user_json(account: Account, user: User, *, clouds_count: int) -> dict[str, Any]:
    """A person. `clouds_count` is how many clouds the account has: so many has who is everywhere."""
    seen = {} if user.last_login_at is None else {"last_login": stamp(user.last_login_at)}
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role.value,
        "email": user.email,
        "pending": user.is_pending,
        "enabled": user.is_enabled,
        "status": user.status.value,
        "created_at": stamp(user.created_at),
        "updated_at": stamp(user.updated_at),
        **seen,
        "all_sub_accounts": user.is_everywhere,
        "sub_account_ids": [*user.cloud_ids],
        "sub_account_count": clouds_count if user.is_everywhere else len(user.cloud_ids),
        "groups": [{"id": group.id, "name": group.name} for group in user.groups],
        "group_count": len(user.groups),
        "account_id": account.handle,
    }


def group_json(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "created_at": stamp(group.created_at),
        "updated_at": stamp(group.updated_at),
    }


def members_json(group: Group) -> dict[str, Any]:
    return {"users": [{"id": each.id, "name": each.name, "email": each.email} for each in group.members]}


def listed(words: Words, name: str) -> tuple[str, ...] | None:
    """Ids from an array or a text with commas; None if there are none, which asks for no difference."""
    found = tuple(dict.fromkeys(csv(words, name)))
    if len(found) > LISTED_MAX:
        raise Invalid(f"Too many {name}: {len(found)}. Maximum is {LISTED_MAX}.")
    return found or None


def optional_flag(words: Words, name: str) -> bool | None:
    """None where nothing is said."""
    return flag(words, name) if text(words, name) is not None else None


def attributes(words: Words) -> Mapping[str, Any] | None:
    """`custom_attributes`: an object, as such or as a text. None where nothing is said."""
    raw = text(words, "custom_attributes")
    if raw is None:
        return None
    if len(raw) > ATTRIBUTES_CHARS_MAX:
        raise Invalid(f"custom_attributes may have {ATTRIBUTES_CHARS_MAX} characters")
    return json_object(raw, "custom_attributes")


def json_object(raw: str, name: str) -> dict[str, Any]:
    """An object that was sent as JSON inside of a word."""
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Invalid value for parameter {name}: must be a JSON object") from error
    if not isinstance(value, dict):
        raise Invalid(f"Invalid value for parameter {name}: must be a JSON object")
    if _is_deep(value):  # pyright: ignore[reportUnknownArgumentType]
        raise Invalid(f"Invalid value for parameter {name}: it is nested more than {DEPTH_MAX} times")
    return value  # pyright: ignore[reportUnknownVariableType]


def json_objects(raw: str | list[str], name: str) -> list[dict[str, Any]]:
    """Objects in an array, as JSON inside of a word or as one text each."""
    if isinstance(raw, list):
        return [json_object(each, name) for each in raw]
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Invalid value for parameter {name}: must be an array of JSON objects") from error
    items: list[object] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
    if not all(isinstance(item, dict) for item in items):
        raise Invalid(f"Invalid value for parameter {name}: must be an array of JSON objects")
    return items  # pyright: ignore[reportReturnType]


def _is_deep(value: Any) -> bool:
    """Floor by floor, and not by recursion: how deep that may go depends on who asks."""
    floor: list[Any] = [value]
    for _ in range(DEPTH_MAX + 1):
        floor = [inner for each in floor for inner in _inside(each)]
    return bool(floor)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.values()]  # pyright: ignore[reportUnknownVariableType]
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]
