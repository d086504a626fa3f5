"""LocalKeys: small secrets sealed with AES-GCM under one key of this installation."""

import hmac
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.adapters.durable import write_whole
from safelight.kernel.errors import Internal, Invalid
from safelight.kernel.ids import random_bytes
from safelight.kernel.secret import Secret

KEY_BYTES = 32
# What stands before the nonce: the way of sealing, so that another can follow.
VERSION = b"\x01"
NONCE_BYTES = 12


class LocalKeys:
    """A KeyStore with one AES-256 key. A sealed text is version, nonce, ciphertext and tag."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        # Of its own, so that what seals is never what marks.
        self._marking = hmac.digest(key, b"safelight marks", "sha256")

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = random_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, _bound(context))

    def open(self, sealed: bytes, context: str) -> bytes:
        version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if version != VERSION or len(nonce) != NONCE_BYTES:
            raise Internal("A stored secret cannot be read: it was not sealed by this release.", context=context)
        try:
            return self._cipher.decrypt(nonce, rest, _bound(context))
        except InvalidTag as error:
            raise Internal(
                "A stored secret cannot be read: the master key is not the one that sealed it.", context=context
            ) from error

    def mark(self, plain: bytes, context: str) -> str:
        words = len(context.encode()).to_bytes(4, "big") + context.encode() + plain
        return hmac.digest(self._marking, words, "sha256").hex()


def _bound(context: str) -> bytes:
    """The version is bound as well, so that it cannot be changed unnoticed."""
    return VERSION + context.encode()


def local_keys(master_key: Secret | None, file: Path) -> LocalKeys:
    """With the key of the settings, else with that of `file`, which is made at the first start."""
    if master_key is not None:
        return LocalKeys(_key_of(master_key.reveal(), "SAFELIGHT_ACCOUNT_MASTER_KEY"))
    try:
        return LocalKeys(_key_of(file.read_text("ascii", errors="replace"), str(file)))
    except FileNotFoundError:
        write_whole(file, f"{random_bytes(KEY_BYTES).hex()}\n".encode(), mode=0o600, replaces=False)
    return LocalKeys(_key_of(file.read_text("ascii", errors="replace"), str(file)))


def _key_of(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Invalid(f"The master key in {where} must be {KEY_BYTES * 2} hex digits.")
    return key
