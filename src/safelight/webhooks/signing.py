"""The signature of a notification: a plain digest of body, timestamp and secret, as receivers expect it."""

import hashlib
from collections.abc import Sequence

from safelight.accounts.model import WEBHOOKS, Key
from safelight.kernel.secret import Secret

TIMESTAMP_HEADER = "X-Cld-Timestamp"
SIGNATURE_HEADER = "X-Cld-Signature"


def signature(body: bytes, timestamp: int, secret: Secret, *, algorithm: str = "sha1") -> str:
    """Hex; `algorithm` is `sha1` or `sha256`."""
    return hashlib.new(algorithm, body + str(timestamp).encode() + secret.reveal().encode()).hexdigest()


def key_for(keys: Sequence[Key]) -> Key | None:
    """Which of a cloud's enabled keys signs: the one set apart for it, else the oldest. `keys` are sorted by age."""
    return next((key for key in keys if WEBHOOKS in key.dedicated_for), keys[0] if keys else None)


def headers(body: bytes, timestamp: int, secret: Secret, *, algorithm: str = "sha1") -> dict[str, str]:
    """What a notification carries beside its body."""
    return {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: signature(body, timestamp, secret, algorithm=algorithm),
    }
