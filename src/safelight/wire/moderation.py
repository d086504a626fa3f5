"""Moderation in the words of clients: who shall look at an asset, what they said, what a person says."""

import math
import re
from typing import Any

from safelight.assets import moderation
from safelight.assets.model import Asset, Review, Status
from safelight.assets.moderation import DUPLICATE, MANUAL, Asked
from safelight.kernel.errors import Invalid
from safelight.uploads.insights import no_subscription
from safelight.wire import params
from safelight.wire.stamp import stamp

# Kinds that clients know, and the services behind them; there is none of these here.
SERVICES = {
    "aws_rek": "Rekognition AI Moderation",
    "aws_rek_video": "Rekognition AI Video Moderation",
    "cld": "AI Moderation",
    "google_video_moderation": "Google AI Video Moderation",
    "metascan": "MetaDefender Anti-Malware Protection",
    "perception_point": "Perception Point Malware Detection",
    "webpurify": "WebPurify Image Moderation",
}
KINDS = frozenset({MANUAL, DUPLICATE, *SERVICES})

_TOLD = frozenset({Status.PENDING, Status.APPROVED, Status.REJECTED})
"""What a person may say."""


def asked(words: params.Words, name: str = "moderation") -> tuple[Asked, ...]:
    """Those who shall look, with a bar between them; a person is always the last.

    Raises Invalid for a kind that nobody knows, and for a service that this installation does not have.
    """
    value = words.get(name)
    raw = "|".join(value) if isinstance(value, list) else value or ""
    found: dict[str, str] = {}
    # A preset keeps the items of an array with commas between them.
    for item in re.split("[|,]", raw):
        kind, _, argument = item.strip().partition(":")
        if not kind or item.strip().lower() in params.FALSE:
            continue
        found[kind] = _argument(item.strip(), kind, argument)
    last = {MANUAL: found.pop(MANUAL)} if MANUAL in found else {}
    return tuple({**found, **last}.items())


def decision(words: params.Words) -> Status | None:
    """What a person says of an asset; None: nothing. Raises Invalid for what nobody can say."""
    value = params.text(words, "moderation_status")
    if value is None:
        return None
    return _status(value, f"Illegal value {value[:50]} for parameter moderation_status")


def status_of(word: str) -> Status:
    """How far a review is, as a path says it."""
    if word not in set(Status):
        raise Invalid(f"Invalid moderation status {word[:50]}")
    return Status(word)


def kind_of(word: str) -> str:
    """The kind of a review, as a path says it."""
    kind = word.partition(":")[0]
    if kind not in KINDS:
        raise Invalid(f"Moderation {word[:50]} moderation is not valid")
    return kind


def told(asset: Asset, *, sees_all: bool) -> dict[str, Any]:
    """All reviews, where there are any. Other assets are named only to who may see every one."""
    return {"moderation": [_review(one, sees_all=sees_all) for one in asset.moderation]} if asset.moderation else {}


def listed(asset: Asset, kind: str | None = None) -> dict[str, Any]:
    """The review of this kind, or else the one that tells most, in two words."""
    of_kind = next((one for one in asset.moderation if one.kind == kind), None)
    review = of_kind or moderation.deciding(asset.moderation)
    if review is None:
        return {}
    return {"moderation_kind": review.kind, "moderation_status": review.status.value}


def _argument(item: str, kind: str, argument: str) -> str:
    if kind in SERVICES:
        raise no_subscription(SERVICES[kind])
    wants = kind == DUPLICATE
    if kind not in KINDS or wants is not bool(argument) or (wants and not _is_share(argument)):
        raise Invalid(f"Moderation {item[:100]} moderation is not valid")
    return argument


def _is_share(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return math.isfinite(number) and 0 <= number <= 1


def _status(value: str, message: str) -> Status:
    if value not in set(_TOLD):
        raise Invalid(message)
    return Status(value)


def _review(review: Review, *, sees_all: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": review.kind,
        "status": review.status.value,
        "updated_at": stamp(review.updated_at),
    }
    response = review.response if sees_all else moderation.nameless(review.response)
    return told | ({"response": [dict(found) for found in response]} if response else {})
