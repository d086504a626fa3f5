"""LocalKeys: small secrets sealed with AES-GCM under the master key of this installation; older ones still open."""

import hmac
from contextlib import suppress
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
KEYS_MAX = 8
"""So many master keys may stand in one place: the one that seals, and older ones that still open."""
MARKS = "marks:"


class LocalKeys:
    """A KeyStore with one AES-256 key. A sealed text is version, nonce, ciphertext and tag.

    `older`: keys that something may still be sealed with. `marking`: what marks are made with, where it is not made of
    the oldest key: it stays when keys go, since nobody could make the marks anew.
    """

    def __init__(self, key: bytes, *older: bytes, marking: bytes | None = None) -> None:
        self._ciphers = [AESGCM(each) for each in (key, *older)]
        # Of its own, so that what seals is never what marks.
        self._marking = marking or marking_of((key, *older)[-1])

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = random_bytes(NONCE_BYTES)
        return VERSION + nonce + self._ciphers[0].encrypt(nonce, plain, _bound(context))

    def open(self, sealed: bytes, context: str) -> bytes:
        return self._opened(sealed, context)[1]

    def renewed(self, sealed: bytes, context: str) -> bytes | None:
        number, plain = self._opened(sealed, context)
        return None if number == 0 else self.seal(plain, context)

    def mark(self, plain: bytes, context: str) -> str:
        words = len(context.encode()).to_bytes(4, "big") + context.encode() + plain
        return hmac.digest(self._marking, words, "sha256").hex()

    def _opened(self, sealed: bytes, context: str) -> tuple[int, bytes]:
        """Which key opened it, and what was in it."""
        version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if version != VERSION or len(nonce) != NONCE_BYTES:
            raise Internal("A stored secret cannot be read: it was not sealed by this release.", context=context)
        for number, cipher in enumerate(self._ciphers):
            with suppress(InvalidTag):
                return number, cipher.decrypt(nonce, rest, _bound(context))
        raise Internal("A stored secret cannot be read: the master key is not the one that sealed it.", context=context)


def marking_of(key: bytes) -> bytes:
    return hmac.digest(key, b"safelight marks", "sha256")


def _bound(context: str) -> bytes:
    """The version is bound as well, so that it cannot be changed unnoticed."""
    return VERSION + context.encode()


def local_keys(master_key: Secret | None, file: Path) -> LocalKeys:
    """With the key of the settings, else with that of `file`, which is made at the first start."""
    if master_key is not None:
        return keys_of(master_key.reveal(), "SAFELIGHT_ACCOUNT_MASTER_KEY")
    try:
        return keys_of(file.read_text("ascii", errors="replace"), str(file))
    except FileNotFoundError:
        write_whole(file, f"{random_bytes(KEY_BYTES).hex()}\n".encode(), mode=0o600, replaces=False)
    return keys_of(file.read_text("ascii", errors="replace"), str(file))


def keys_of(text: str, where: str) -> LocalKeys:
    """Of words with spaces or commas between them: the key, perhaps older ones, perhaps `marks:` and what marks.

    Raises Invalid.
    """
    words = text.replace(",", " ").split()
    keys = [_bytes_of(word, where) for word in words if not word.startswith(MARKS)]
    marking = [_bytes_of(word.removeprefix(MARKS), where) for word in words if word.startswith(MARKS)]
    if not 1 <= len(keys) <= KEYS_MAX or len(marking) > 1:
        raise _wrong(where)
    return LocalKeys(*keys, marking=marking[0] if marking else None)


def with_new_key(text: str, where: str) -> str:
    """The words for a new master key before the present ones, and what marks, so that the others can go one day."""
    words = text.replace(",", " ").split()
    keys_of(text, where)
    marks = [word for word in words if word.startswith(MARKS)]
    keys = [word for word in words if not word.startswith(MARKS)]
    if len(keys) >= KEYS_MAX:
        raise Invalid(f"There are {KEYS_MAX} master keys in {where} already; first let the oldest go.")
    kept = marks or [MARKS + marking_of(_bytes_of(keys[-1], where)).hex()]
    return "\n".join([random_bytes(KEY_BYTES).hex(), *keys, *kept])


def _bytes_of(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _wrong(where)
    return key


def _wrong(where: str) -> Invalid:
    return Invalid(f"The master key in {where} must be {KEY_BYTES * 2} hex digits; older ones may follow it.")
