"""Delete tokens: for some minutes, who uploaded an asset may delete it without a key."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.accounts.model import Key
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret

TOKEN_CHARS_MAX = 500
_PURPOSE = b"safelight delete token\n"


@dataclass(frozen=True)
class DeleteToken:
    """Which version of which asset may go, and until when. A newer version is not meant."""

    asset_id: str
    version_id: str
    expires_at: datetime


def issue(asset_id: str, version_id: str, key: Key, now: datetime, minutes: int) -> str:
    """The token as text, sealed with the key's secret."""
    until = int((now + timedelta(minutes=minutes)).timestamp())
    claim = f"{asset_id}.{version_id}.{until}".encode()
    return f"{_text(claim)}.{_text(_seal(claim, key.secret))}"


def read(token: str, keys: Sequence[Key], now: datetime) -> DeleteToken:
    """What a token says; raises Invalid for one that is not ours, or too old."""
    claim_text, _, seal_text = token.partition(".")
    claim, seal = _bytes(claim_text), _bytes(seal_text)
    if len(token) > TOKEN_CHARS_MAX or not any(hmac.compare_digest(seal, _seal(claim, key.secret)) for key in keys):
        raise Invalid("Invalid token")
    asset_id, version_id, until = claim.decode().split(".")
    found = DeleteToken(asset_id, version_id, datetime.fromtimestamp(int(until), now.tzinfo))
    if found.expires_at <= now:
        raise Invalid("Token expired")
    return found


def _seal(claim: bytes, secret: Secret) -> bytes:
    return hmac.digest(secret.reveal().encode(), _PURPOSE + claim, hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
