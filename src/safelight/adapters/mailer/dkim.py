"""Signer: puts a DKIM signature on a letter (RFC 6376, RFC 8463 for Ed25519), so that its receiver knows the domain.

The canonical forms are those of dkimpy; the signing is done by the library that all other keys here are used with,
because dkimpy alone knows no Ed25519.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from dkim.canonicalization import Relaxed  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from safelight.kernel.errors import Invalid

RSA_BITS_MIN = 2048
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "mime-version", "content-type"),
    *("auto-submitted", "content-language", "x-safelight-class", "list-unsubscribe", "list-unsubscribe-post"),
)
"""RFC 8058 wants both of the last; all of them are named once more than they stand there, so that none is added."""
_FOLD_CHARS = 70

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Signer:
    """One private key of one domain."""

    key: RSAPrivateKey | Ed25519PrivateKey
    domain: str
    selector: str

    def sign(self, message: bytes) -> bytes:
        """The letter with its signature as the first line."""
        head, _, body = message.partition(b"\r\n\r\n")
        present = _headers(head)
        names = [name for name in SIGNED for _ in range(1 + sum(each[0].lower() == name.encode() for each in present))]
        body_hash = base64.b64encode(hashlib.sha256(_canonical_body(body)).digest()).decode()
        tags = (
            *("v=1", f"a={self._algorithm}", "c=relaxed/relaxed", f"d={self.domain}", f"s={self.selector}"),
            *(f"h={':'.join(names)}", f"bh={body_hash}", "b="),
        )
        # Each tag on a line of its own, and nowhere else a break: what was folded is unfolded before it is hashed.
        value = (";\r\n\t".join(tags)).encode()
        signed = [*_chosen(present, names), (b"DKIM-Signature", b" " + value)]
        hashed = b"".join(name + b":" + text for name, text in _canonical_headers(signed)).removesuffix(b"\r\n")
        signature = base64.b64encode(self._signature(hashed)).decode()
        folded = "\r\n\t".join(signature[i : i + _FOLD_CHARS] for i in range(0, len(signature), _FOLD_CHARS))
        return b"DKIM-Signature: " + value + folded.encode() + b"\r\n" + message

    @property
    def dns_record(self) -> tuple[str, str]:
        """The name and the text that DNS must have, for the operator."""
        if isinstance(self.key, Ed25519PrivateKey):
            kind, public = "ed25519", self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        else:
            public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            kind = "rsa"
        text = f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"
        return f"{self.selector}._domainkey.{self.domain}", text

    @property
    def _algorithm(self) -> str:
        return "ed25519-sha256" if isinstance(self.key, Ed25519PrivateKey) else "rsa-sha256"

    def _signature(self, hashed: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(hashlib.sha256(hashed).digest())
        return self.key.sign(hashed, PKCS1v15(), SHA256())


def signer_of(file: Path, *, domain: str, selector: str) -> Signer:
    """Raises Invalid for a file without a private key of a kind that signs letters."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise Invalid(f"SAFELIGHT_MAIL_DKIM_KEY: {file} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("SAFELIGHT_MAIL_DKIM_KEY is not a private key in PEM without a password.") from error
    if isinstance(key, RSAPrivateKey) and key.key_size < RSA_BITS_MIN:
        raise Invalid(f"SAFELIGHT_MAIL_DKIM_KEY has fewer than {RSA_BITS_MIN} bits.")
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise Invalid("SAFELIGHT_MAIL_DKIM_KEY must be an RSA or Ed25519 key.")
    return Signer(key, domain, selector)


def _headers(head: bytes) -> Sequence[Header]:
    found: list[Header] = []
    for line in head.split(b"\r\n"):
        if line[:1] in {b" ", b"\t"} and found:
            found[-1] = (found[-1][0], found[-1][1] + line + b"\r\n")
        else:
            name, _, value = line.partition(b":")
            found.append((name, value + b"\r\n"))
    return found


def _chosen(present: Sequence[Header], names: Sequence[str]) -> Sequence[Header]:
    """From the last of a name to its first; a name that stands there once too often adds nothing."""
    left = list(present)
    chosen: list[Header] = []
    for name in names:
        for place in range(len(left) - 1, -1, -1):
            if left[place][0].lower() == name.encode():
                chosen.append(left.pop(place))
                break
    return chosen


def _canonical_headers(headers: Sequence[Header]) -> Sequence[Header]:
    return Relaxed.canonicalize_headers(headers)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _canonical_body(body: bytes) -> bytes:
    return Relaxed.canonicalize_body(body)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
