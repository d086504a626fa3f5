"""`access_control`: the words of clients <-> the rules of an asset."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from safelight.accounts.token_keys import check_key, id_of
from safelight.assets.access import LIKE_AUTHENTICATED, RULES_MAX, Rule, Rules, is_closed
from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid
from safelight.wire import params

NAME = "access_control"
JSON_CHARS_MAX = 50_000
PATH_CHARS_MAX = 1024

_FIELDS = frozenset({"access_type", "start", "end", "path", "key", "key_id"})


def rules(words: params.Words) -> Rules | None:
    """The rules that are asked for; none of them for `[]` and `null`, and None where nothing is said."""
    value = words.get(NAME)
    if not value:
        return _by_mode(words)
    found = tuple(_rule(entry) for entry in _entries(value))
    if len(found) > RULES_MAX:
        raise Invalid(f"Invalid {NAME}: maximum is {RULES_MAX} entries")
    if sum(not rule.needs_token for rule in found) > 1:
        raise Invalid(f"Invalid {NAME}: only one entry may be of access_type anonymous")
    return found


def told(asset: Asset) -> dict[str, Any]:
    """As an answer shows them; the key of an entry by its id alone. What the older word said is told by that."""
    found = tuple(rule for rule in asset.access_control if rule != LIKE_AUTHENTICATED)
    return {NAME: shown(found)} if found else {}


def _by_mode(words: params.Words) -> Rules | None:
    word = params.text(words, "access_mode")
    if word not in (None, "public", "authenticated"):
        raise Invalid(f"Invalid access_mode {str(word)[:50]}")
    return (LIKE_AUTHENTICATED,) if word == "authenticated" else None


def mode(asset: Asset) -> str:
    """The older word for it: `authenticated` where there are rules and none of them is ever for everybody."""
    return "authenticated" if is_closed(asset.access_control) else "public"


def shown(found: Rules) -> list[dict[str, Any]]:
    return [
        {
            name: value
            for name, value in (
                ("access_type", "token" if rule.needs_token else "anonymous"),
                ("start", _stamp(rule.start)),
                ("end", _stamp(rule.end)),
                ("path", rule.path),
                ("key_id", rule.key_id),
            )
            if value is not None
        }
        for rule in found
    ]


def _entries(value: str | list[str]) -> list[Mapping[str, Any]]:
    """A JSON array; also one object, and an array whose items came as texts."""
    texts = [value] if isinstance(value, str) else value
    if sum(map(len, texts)) > JSON_CHARS_MAX:
        raise Invalid(f"Invalid {NAME}: too long")
    found: list[Any] = []
    for text in texts:
        try:
            parsed: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Invalid(f"Invalid {NAME}: must be a JSON array of objects") from error
        found += parsed if isinstance(parsed, list) else [] if parsed is None else [parsed]
    if not all(isinstance(entry, dict) for entry in found):
        raise Invalid(f"Invalid {NAME}: must be a JSON array of objects")
    return found


def _rule(entry: Mapping[str, Any]) -> Rule:
    # A word that we do not know may have been meant to forbid something.
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        raise Invalid(f"Invalid {NAME}: unknown field {unknown[0][:50]}")
    kind = entry.get("access_type")
    if kind not in ("token", "anonymous"):
        raise Invalid(f"Invalid {NAME}: access_type must be token or anonymous")
    start, end = _moment(entry, "start"), _moment(entry, "end")
    if start is not None and end is not None and end <= start:
        raise Invalid(f"Invalid {NAME}: end must be later than start")
    key, key_id = _text(entry, "key", 1000), _text(entry, "key_id", 100)
    if kind == "anonymous" and (key or key_id):
        raise Invalid(f"Invalid {NAME}: key belongs to access_type token")
    return Rule(
        needs_token=kind == "token",
        start=start,
        end=end,
        path=_text(entry, "path", PATH_CHARS_MAX),
        key_id=_key_id(key) if key else key_id,
    )


def _key_id(key: str) -> str:
    """Only so much of a key is kept; that it is one of the cloud's is seen when a token comes."""
    try:
        return id_of(check_key(key))
    except Invalid as error:
        raise Invalid(f"Invalid {NAME}: {error.message}") from error


def _text(entry: Mapping[str, Any], name: str, chars_max: int) -> str | None:
    value = entry.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > chars_max or "\0" in value:
        raise Invalid(f"Invalid {NAME}: {name} must be a text of up to {chars_max} characters")
    return value


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    """ISO 8601, to the minute or finer; without a zone it is UTC. A blank may stand before the zone and the time."""
    value = _text(entry, name, 50)
    if value is None:
        return None
    first, _, zone = value.strip().rpartition(" ")
    text = first + zone if first and zone[:1] in ("+", "-") else value.strip()
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"Invalid {NAME}: {name} must be a moment like 2030-01-31T12:00:00Z") from error


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
