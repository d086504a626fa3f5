"""Triggers, deliveries, receivers and messages -> the JSON that clients know."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from safelight.accounts.model import Key
from safelight.kernel.errors import Invalid
from safelight.webhooks import signing
from safelight.webhooks.model import Delivery, Message, Receiver, Trigger, UriType
from safelight.wire.asset import stamp
from safelight.wire.params import Words, text

UNKNOWN_HERE = ("filter", "payload_template")
"""Words of triggers that would change what is told. Not to heed them would tell the wrong people the wrong thing."""
AUTH_SCHEMES = frozenset({"default", "legacy_hmac"})


def uri_type(words: Words) -> UriType:
    """How a trigger shall tell; what its address begins with decides where nothing is said."""
    value = text(words, "uri_type")
    if value is None:
        return UriType.POLL if (text(words, "uri") or "").startswith("poll:") else UriType.WEBHOOK
    try:
        return UriType(value)
    except ValueError as error:
        known = " or ".join(each.value for each in UriType)
        raise Invalid(f"Invalid uri_type {value[:50]}: must be {known}") from error


def check_trigger(words: Words) -> None:
    """Raises Invalid for a trigger that asks for what there is not here."""
    for name in UNKNOWN_HERE:
        if text(words, name) is not None:
            raise Invalid(f"{name} is not available: every notification of a trigger is sent whole")
    scheme = text(words, "auth_scheme")
    if scheme is not None and scheme not in AUTH_SCHEMES:
        known = " or ".join(sorted(AUTH_SCHEMES))
        raise Invalid(f"Invalid auth_scheme {scheme[:50]}: must be {known}")


def sample(words: Words) -> Mapping[str, Any] | None:
    """The notification that a trigger shall be tried with."""
    value = text(words, "sample_data")
    if value is None:
        return None
    try:
        found: Any = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise Invalid("Invalid sample_data: must be a JSON object") from error
    if not isinstance(found, dict):
        raise Invalid("Invalid sample_data: must be a JSON object")
    return found  # pyright: ignore[reportUnknownVariableType]


def trigger_json(trigger: Trigger) -> dict[str, Any]:
    return {
        "id": trigger.id,
        "product_environment_id": trigger.cloud_id,
        "uri_type": trigger.uri_type.value,
        "uri": trigger.uri,
        "event_type": trigger.topic,
        "created_at": stamp(trigger.created_at),
        "updated_at": stamp(trigger.updated_at),
    }


def delivery_json(delivery: Delivery, *, with_payload: bool = False) -> dict[str, Any]:
    """`status` is what the receiver answered last; with the payload as it is sent."""
    told: dict[str, Any] = {
        "id": delivery.id,
        "url": delivery.url,
        "event_type": delivery.topic,
        "state": delivery.state.value,
        "tries": delivery.tries,
        "status": delivery.status,
        "created_at": stamp(delivery.created_at),
    }
    return told | ({"payload": json.loads(delivery.body)} if with_payload else {})


def receiver_json(receiver: Receiver) -> dict[str, Any]:
    return {
        "id": receiver.id,
        "url": receiver.url,
        "given_up": receiver.given_up,
        "failing_since": stamp(receiver.failing_since),
        "paused_at": stamp(receiver.paused_at) if receiver.paused_at else None,
    }


def message_json(message: Message, timestamp: int, key: Key, *, algorithm: str) -> dict[str, Any]:
    """With the exact bytes beside their meaning: it is those that are signed."""
    told: dict[str, Any] = {
        "receipt_handle": message.receipt,
        "payload": json.loads(message.body),
        "signed_payload": base64.urlsafe_b64encode(message.body).decode().rstrip("="),
        "signature": signing.signature(message.body, timestamp, key.secret, algorithm=algorithm),
        "timestamp": str(timestamp),
    }
    return told | ({"batch_id": message.batch_id} if message.batch_id else {})
