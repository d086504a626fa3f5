"""Frames: plain bytes <-> a header and sealed frames, of which each can be opened without those before it.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption, 2015) on AES-256-GCM.
A nonce is the number of its frame and whether it is the last one, so that none can be moved, left out or added. Each
writing has its own key, made of the file's secret and the header, whose salt is random: a nonce never comes twice.
"""

import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.kernel.errors import Internal
from safelight.kernel.ids import random_bytes

FRAME_BYTES = 64 * 1024
"""Of plain bytes. A range read opens at most one frame too much at each end."""
TAG_BYTES = 16
SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES

# The way of sealing, so that another can follow; and the power of two that a frame has bytes.
_MAGIC = b"SLF\x01" + bytes([16, 0, 0, 0])
_PLACE_BYTES = 16
_SALT_BYTES = 16
HEADER_BYTES = len(_MAGIC) + _PLACE_BYTES + _SALT_BYTES
_NUMBER_BYTES = 11

Buffer = bytes | bytearray | memoryview


def sealed_size(size_bytes: int) -> int:
    """How large so many plain bytes are when they are sealed. Nothing has one frame, too."""
    return HEADER_BYTES + size_bytes + TAG_BYTES * max(1, -(-size_bytes // FRAME_BYTES))


def plain_size(sealed_bytes: int) -> int:
    """The opposite. What is too short for one frame was cut, and holds nothing."""
    frames_bytes = max(TAG_BYTES, sealed_bytes - HEADER_BYTES)
    return frames_bytes - TAG_BYTES * -(-frames_bytes // SEALED_FRAME_BYTES)


def frame_at(number: int) -> int:
    """Where in the sealed file a frame begins."""
    return HEADER_BYTES + number * SEALED_FRAME_BYTES


class Cipher:
    """Seals or opens the frames of one file."""

    def __init__(self, secret: bytes, header: bytes) -> None:
        self._header = header
        self._frames = AESGCM(hmac.digest(secret, header, "sha256"))

    def seal_into(self, number: int, plain: memoryview, sealed: memoryview, *, is_last: bool) -> None:
        self._frames.encrypt_into(_nonce(number, is_last), plain, self._header, sealed)

    def open_into(self, number: int, sealed: memoryview, plain: memoryview, *, is_last: bool) -> None:
        """Raises Internal for what was changed, moved, or cut."""
        try:
            self._frames.decrypt_into(_nonce(number, is_last), sealed, self._header, plain)
        except (InvalidTag, ValueError) as error:
            raise Internal("A stored file was changed, and cannot be opened.", frame=number) from error


def begin(secret: bytes, key: str) -> tuple[bytes, Cipher]:
    """The header of a new writing of a file, and what seals its frames."""
    header = _MAGIC + _place(key) + random_bytes(_SALT_BYTES)
    return header, Cipher(secret, header)


def resume(secret: bytes, key: str, header: bytes) -> Cipher:
    """What opens the frames behind a header. Raises Internal for one of another file, or of another release."""
    if len(header) != HEADER_BYTES or not header.startswith(_MAGIC):
        raise Internal("A stored file was changed, and cannot be opened: it is not as this release seals.", key=key)
    if header[len(_MAGIC) :][:_PLACE_BYTES] != _place(key):
        raise Internal("A stored file was changed, and cannot be opened: it is another one's.", key=key)
    return Cipher(secret, header)


def room_for(frames: int) -> memoryview:
    """Memory for so many sealed frames. To take it fresh for each batch would cost more than to open what is in it."""
    return memoryview(bytearray(max(0, frames) * SEALED_FRAME_BYTES))


def seal_into(cipher: Cipher, number: int, plain: memoryview, sealed: memoryview, *, ends: bool) -> int:
    """Whole frames in a row, of which the last may be short if the file ends with it; how many bytes they are."""
    count = max(1 if ends else 0, -(-len(plain) // FRAME_BYTES))
    for at in range(count):
        part = plain[at * FRAME_BYTES :][:FRAME_BYTES]
        target = sealed[at * SEALED_FRAME_BYTES :][: len(part) + TAG_BYTES]
        cipher.seal_into(number + at, part, target, is_last=ends and at == count - 1)
    return len(plain) + count * TAG_BYTES


def unseal_into(cipher: Cipher, number: int, sealed: memoryview, plain: memoryview, *, ends: bool) -> int:
    """The opposite. Raises Internal."""
    count = -(-len(sealed) // SEALED_FRAME_BYTES)
    left = len(sealed) - count * TAG_BYTES
    # Every file has a frame that says that it is the last, if of nothing.
    if left < (count - 1) * FRAME_BYTES or (ends and not count):
        raise Internal("A stored file was cut, and cannot be opened.", frame=number)
    for at in range(count):
        part = sealed[at * SEALED_FRAME_BYTES :][:SEALED_FRAME_BYTES]
        target = plain[at * FRAME_BYTES :][: len(part) - TAG_BYTES]
        cipher.open_into(number + at, part, target, is_last=ends and at == count - 1)
    return left


def seal(cipher: Cipher, number: int, plain: Buffer, *, ends: bool) -> bytes:
    """The same in memory of its own."""
    view = memoryview(plain)
    target = room_for(max(1, -(-len(view) // FRAME_BYTES)))
    return bytes(target[: seal_into(cipher, number, view, target, ends=ends)])


def unseal(cipher: Cipher, number: int, sealed: Buffer, *, ends: bool) -> bytes:
    view = memoryview(sealed)
    target = room_for(max(1, -(-len(view) // SEALED_FRAME_BYTES)))
    return bytes(target[: unseal_into(cipher, number, view, target, ends=ends)])


def _place(key: str) -> bytes:
    """What a file is bound to, so that one cannot be put in the place of another."""
    return sha256(key.encode()).digest()[:_PLACE_BYTES]


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES) + bytes([is_last])
