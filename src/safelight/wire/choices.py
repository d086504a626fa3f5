"""Choices and disclosures as JSON: what a person decided, and who got something of them."""

from typing import Any

from safelight.kernel.choice import Choice
from safelight.privacy.choices import Offered
from safelight.privacy.disclosures import Disclosure, Disclosures
from safelight.wire.stamp import stamp


def offered_json(offered: Offered) -> dict[str, Any]:
    """`is_allowed` is what holds, `said` the last word of the person; null where they never said any."""
    return {
        "kind": offered.kind.value,
        "purpose": offered.purpose or None,
        "words": offered.words,
        "is_allowed": offered.is_allowed,
        "said": choice_json(offered.said) if offered.said else None,
    }


def choice_json(choice: Choice) -> dict[str, Any]:
    """`wording` is the SHA-256 of the words that were shown."""
    again = choice.asked_again_at
    return {
        "id": choice.id,
        "kind": choice.kind.value,
        "purpose": choice.purpose or None,
        "state": choice.state.value,
        "way": choice.way.value,
        "at": stamp(choice.at),
        "language": choice.language,
        "wording": choice.wording,
        "expires_at": stamp(choice.expires_at) if choice.expires_at else None,
        "not_asked_again_before": stamp(again) if again else None,
    }


def disclosure_json(found: Disclosure, of: Disclosures, language: str) -> dict[str, Any]:
    """One recipient on one day."""
    return {
        "recipient": found.recipient,
        "title": found.title,
        "country": found.country or None,
        "address": found.postal or None,
        "records": [{"name": each, "title": of.named(each, language)} for each in found.entities],
        "purpose": found.purpose,
        "purpose_title": of.meant(found.purpose, language),
        "first_at": stamp(found.first_at),
        "last_at": stamp(found.last_at),
        "count": found.count,
        "direct_marketing": found.is_marketing,
    }
