"""Digest: what is kept of a secret that is random and long enough for nobody to guess it."""

import hashlib

from safelight.kernel.ids import random_token
from safelight.kernel.secret import Secret

SECRET_BYTES = 32
SECRET_CHARS_MAX = 200


def new_secret() -> Secret:
    return Secret(random_token(SECRET_BYTES))


def digest_of(secret: str) -> bytes:
    """Of random secrets alone; what people choose goes through passwords.py, which is slow on purpose."""
    return hashlib.sha256(secret[: SECRET_CHARS_MAX + 1].encode(errors="replace")).digest()
