"""Percent-encoding, there and back, as delivery URLs use it: `+` is no space, and a wrong escape stays as it is."""

import binascii
import re
from urllib.parse import quote, unquote_to_bytes

# What SDKs leave bare in the id of a signed URL.
_BARE = "/:"

LENIENT_BYTES_MAX = 1024 * 1024
"""In a longer text every `%` must be an escape: to be lenient with so many takes minutes and gigabytes."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def decoded(text: str) -> str:
    """Once. A `%` that two hex digits do not follow stays; what is no UTF-8 becomes U+FFFD or `?`."""
    if "%" not in text and text.isascii():
        return text
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def decoded_twice(text: str) -> str:
    """For text, which arrives encoded once or twice: some SDKs do the one and some the other."""
    return decoded(decoded(text))


def unescaped(raw: bytes) -> bytes:
    """Once, of any amount. Raises ValueError for a wrong escape in a long text."""
    if b"%" not in raw:
        return raw
    if len(raw) <= LENIENT_BYTES_MAX:
        return unquote_to_bytes(raw)
    # Quoted-printable is the same with another letter, and decoded at the speed of C.
    quoted = raw.replace(b"=", b"=3D").replace(b"%", b"=")
    plain = binascii.a2b_qp(quoted)
    # Each escape is two letters shorter; one before a line break would be taken for a broken line.
    if len(plain) != len(quoted) - 2 * quoted.count(b"=") or b"%\n" in raw or b"%\r" in raw:
        raise ValueError("a wrong escape")
    return plain


def escaped(text: str) -> str:
    """As the SDKs escape an id: `A-Z a-z 0-9 _ . - / :` stay, all else becomes %XX of its UTF-8."""
    return quote(text.encode("utf-8", "replace"), safe=_BARE).replace("~", "%7E")


def escaped_twice(text: str) -> str:
    """For text inside a component: nothing of it can be taken for structure."""
    once = quote(text.encode("utf-8", "replace"), safe="").replace("~", "%7E").replace(".", "%2E")
    return once.replace("%", "%25")


def has_controls(text: str) -> bool:
    """Has it letters (line ends, NUL …) that no name may have?"""
    return _CONTROLS.search(text) is not None
