"""Ids and randomness: the one place they come from."""

import secrets
import string
import time
from typing import NewType

AssetId = NewType("AssetId", str)
VersionId = NewType("VersionId", str)
CloudId = NewType("CloudId", str)
KeyId = NewType("KeyId", str)

LETTERS = string.ascii_lowercase + string.digits


def new_id() -> str:
    """32 hex digits of a UUID version 7: unique, and sortable by the moment of birth (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return f"{value:032x}"


def new_ids(count: int) -> list[str]:
    """So many ids at the price of one: the first is new, the others follow it, as RFC 9562 allows of one moment."""
    # With the highest of its random bits at nought there is room for all of them behind the first.
    first = int(new_id(), 16) & ~(1 << 61)
    return [f"{first + number:032x}" for number in range(count)]


def random_name(length: int = 20) -> str:
    """Lower-case letters and digits, for a public_id that nobody chose."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def random_token(size_bytes: int = 24) -> str:
    """A url-safe text that cannot be guessed."""
    return secrets.token_urlsafe(size_bytes)


def random_bytes(size_bytes: int) -> bytes:
    """Bytes that cannot be guessed: keys and nonces."""
    return secrets.token_bytes(size_bytes)


def random_digits(length: int = 15) -> str:
    """Decimal digits without a leading zero, the shape of an API key."""
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(length - 1))
