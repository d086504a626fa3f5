"""Letters: which of them a person gets, as JSON."""

from collections.abc import Sequence
from typing import Any

from safelight.kernel.languages import Language
from safelight.mail.preferences import Choice
from safelight.wire.stamp import stamp

_TRUTHS = {"true": True, "1": True, "on": True, "yes": True, "false": False, "0": False, "off": False, "no": False}


def choices_json(choices: Sequence[Choice], language: Language, *, has_bounced: bool) -> dict[str, Any]:
    """`address_bounced`: nobody took letters at the person's address, so that only service letters are sent there."""
    return {
        "lists": [
            {
                "name": each.list.name,
                "class": each.list.kind.value,
                "title": each.list.titles[language],
                "is_wanted": each.is_wanted,
                "changed_at": None if each.changed_at is None else stamp(each.changed_at),
            }
            for each in choices
        ],
        "address_bounced": has_bounced,
    }


def truth_of(word: str) -> bool | None:
    """None for what is neither."""
    return _TRUTHS.get(word.lower())
