"""Rule: when and by whom an asset may be seen, beyond what its type says. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RULES_MAX = 100
"""Most rules of one asset."""


@dataclass(frozen=True)
class Rule:
    """One entry of `access_control`. Each opens the asset on its own: seen may be what any of them lets be seen."""

    needs_token: bool
    """Only with a token for delivery; else everybody may."""
    start: datetime | None = None
    end: datetime | None = None
    """The first moment at which it is over."""
    path: str | None = None
    """Only below paths that this pattern fits; `*` stands for any letters."""
    key_id: str | None = None
    """Only tokens of this key."""
    takes_signature: bool = False
    """Who signs the URL may, too."""

    def is_on(self, now: datetime) -> bool:
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


Rules = tuple[Rule, ...]

LIKE_AUTHENTICATED = Rule(needs_token=True, takes_signature=True)
"""What access mode `authenticated` means: as if the asset were of that type."""


def is_closed(rules: Rules) -> bool:
    """Whether none of them is ever for everybody."""
    return bool(rules) and all(rule.needs_token for rule in rules)


def is_open(rules: Rules) -> bool:
    """Whether everybody may see it, everywhere and for ever."""
    always = Rule(needs_token=False)
    return not rules or any(Rule(rule.needs_token, rule.start, rule.end, rule.path) == always for rule in rules)


def to_json(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """As it lies in the catalogue."""
    return [
        {
            "token": rule.needs_token,
            "start": rule.start.isoformat() if rule.start else None,
            "end": rule.end.isoformat() if rule.end else None,
            "path": rule.path,
            "key_id": rule.key_id,
            "signature": rule.takes_signature,
        }
        for rule in rules
    ]


def from_json(stored: Sequence[Mapping[str, Any]]) -> Rules:
    return tuple(
        Rule(
            needs_token=bool(each["token"]),
            start=datetime.fromisoformat(each["start"]) if each["start"] else None,
            end=datetime.fromisoformat(each["end"]) if each["end"] else None,
            path=each["path"],
            key_id=each["key_id"],
            takes_signature=each.get("signature", False),
        )
        for each in stored
    )
