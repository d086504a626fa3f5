"""Note: a text with signatures under it (C2SP's signed-note), and a checkpoint, the text that stands for a ledger.

media.example.com/ledger
3
w4wXfJ...=
at 2026-01-02T03:04:05Z
roster 2 6Jx0...=

— media.example.com/ledger Xr1bWg...=
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from safelight.kernel.errors import Invalid

ED25519 = b"\x01"
ID_BYTES = 4
NAME = re.compile(r"[^\s+]{1,200}")
NOTE_CHARS_MAX = 16 * 1024

_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Verifier:
    """A public key and the name of whose it is; written `name+id+key`."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Raises Invalid."""
        name, _, rest = text.strip().partition("+")
        id_hex, _, key = rest.partition("+")
        raw = decoded(key)
        verifier = cls(name, raw[1:])
        if not NAME.fullmatch(name) or raw[:1] != ED25519 or len(raw) != 33 or verifier.id.hex() != id_hex:
            raise Invalid("A key looks like name+8 hex digits+letters, as the installation shows it.")
        return verifier

    def has_signed(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signature:
    name: str
    key_id: bytes
    signature: bytes


def sign(text: str, key: Ed25519PrivateKey, name: str) -> str:
    """The line that goes under `text`, which ends with a line's end."""
    verifier = Verifier(name, key.public_key().public_bytes_raw())
    return f"— {name} {base64.b64encode(verifier.id + key.sign(text.encode())).decode()}\n"


def written(text: str, signatures: Sequence[str]) -> str:
    return f"{text}\n{''.join(signatures)}"


def parse(note: str) -> tuple[str, list[Signature]]:
    """The text and what stands under it. Raises Invalid for what is no note."""
    text, gap, under = note.rpartition("\n\n")
    if len(note) > NOTE_CHARS_MAX or not gap or not under.endswith("\n"):
        raise Invalid("This is no signed note.")
    signatures: list[Signature] = []
    for line in under.removesuffix("\n").split("\n"):
        found = _SIGNATURE.fullmatch(line)
        raw = decoded(found[2]) if found else b""
        if found is None or len(raw) <= ID_BYTES:
            raise Invalid("This is no signed note: a line under it is no signature.")
        signatures.append(Signature(found[1], raw[:ID_BYTES], raw[ID_BYTES:]))
    return f"{text}\n", signatures


def is_signed(note: str, verifiers: Sequence[Verifier]) -> bool:
    """Whether one of these keys signed it, and none of them badly."""
    text, signatures = parse(note)
    known = {(each.name, each.id): each for each in verifiers}
    mine = [(known[each.name, each.key_id], each) for each in signatures if (each.name, each.key_id) in known]
    return bool(mine) and all(verifier.has_signed(text, each.signature) for verifier, each in mine)


@dataclass(frozen=True)
class Checkpoint:
    """What a ledger of `size` lines comes to, and the list of those it can still tell apart."""

    origin: str
    size: int
    root: bytes
    at: datetime
    roster_size: int
    roster_root: bytes

    def text(self) -> str:
        lines = (
            self.origin,
            str(self.size),
            base64.b64encode(self.root).decode(),
            f"at {self.at.astimezone(UTC).strftime(_MOMENT)}",
            f"roster {self.roster_size} {base64.b64encode(self.roster_root).decode()}",
        )
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Raises Invalid."""
        lines = text.split("\n")
        try:
            origin, size, root, moment, roster = lines[:5]
            word, count, roster_root = roster.split(" ")
            at = datetime.strptime(moment, f"at {_MOMENT}").replace(tzinfo=UTC)
            if word != "roster" or lines[5:] != [""]:
                raise ValueError
            return cls(origin, int(size), decoded(root), at, int(count), decoded(roster_root))
        except ValueError as error:
            raise Invalid("This is no checkpoint of a Safelight ledger.") from error


def decoded(text: str) -> bytes:
    """Of base64; nothing where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
