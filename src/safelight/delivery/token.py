"""Token: `__cld_token__` of a query or a cookie -> the key that signed it, if it opens this request. Pure."""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from safelight.accounts.model import TokenKey
from safelight.kernel.errors import Unauthorized

TOKEN_CHARS_MAX = 4096
TOKENS_MAX = 4
"""So many tokens of one request are looked at: a browser may hold a cookie of this path and one of that above it."""
SECONDS_CHARS_MAX = 12

FIELDS = frozenset({"ip", "st", "exp", "acl", "hmac"})
_UNSAFE = frozenset(" \"#%&'/:;<=>?@[\\]^`{|}~")


@dataclass(frozen=True)
class Asked:
    """What a token must fit. Path and query are as on the wire; of the query only what is part of a name."""

    path: str
    query: str = ""
    host: str = ""
    address: str | None = None
    """Of the client."""
    is_named_by_query: bool = False
    """The query says which file is meant, so a token for the path alone says too little."""


def tokens_in(name: str, query: str, cookies: str) -> tuple[str, ...]:
    """The tokens that a request brings, those of the query first."""
    found = [value for pair in query.split("&") if (value := _value(name, pair))]
    found += [value.strip('"') for pair in cookies.split(";") if (value := _value(name, pair.strip()))]
    return tuple(dict.fromkeys(found))[:TOKENS_MAX]


def keys_shown(tokens: Iterable[str], asked: Asked, keys: Sequence[TokenKey], now: datetime) -> frozenset[str]:
    """The ids of the keys whose tokens open the request. Raises Unauthorized, where none of several tokens does."""
    shown: set[str] = set()
    refusal: Unauthorized | None = None
    for token in tokens:
        try:
            shown.add(check(token, asked, keys, now))
        except Unauthorized as error:
            refusal = refusal or error
    if refusal is not None and not shown:
        raise refusal
    return frozenset(shown)


def check(token: str, asked: Asked, keys: Sequence[TokenKey], now: datetime) -> str:
    """The id of the key that signed the token; raises Unauthorized for one that does not open this request.

    What is signed are the letters as they came. Some clients escape them once more, so the token is tried decoded, too.
    """
    for letters in dict.fromkeys((token, unquote(token))):
        parts = _parts(letters)
        key_id = None if parts is None else _signer(letters, parts, asked, keys)
        if parts is not None and key_id is not None:
            _check_fields(parts, asked, now)
            return key_id
    raise Unauthorized("the token is not one of this cloud and URL")


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text is of the pattern, in which `*` stands for any letters. Takes no longer than the text."""
    first, *others = pattern.split("*")
    if not others:
        return text == first
    *middle, last = others
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def escaped(url: str) -> str:
    """As SDKs escape what they sign: these letters, in lower-case hex."""
    return "".join(f"%{ord(letter):02x}" if letter in _UNSAFE else letter for letter in url)


def _value(name: str, pair: str) -> str | None:
    key, _, value = pair.partition("=")
    return value if key == name and 0 < len(value) <= TOKEN_CHARS_MAX else None


def _parts(token: str) -> dict[str, str] | None:
    """The fields. None for what is no token, and for fields that are not known: they may want to forbid something."""
    pairs = [part.partition("=") for part in token.split("~")]
    fields = {name: value for name, equals, value in pairs if equals}
    if len(fields) != len(pairs) or not set(fields) <= FIELDS or pairs[-1][0] != "hmac" or "exp" not in fields:
        return None
    return fields


def _signer(token: str, parts: dict[str, str], asked: Asked, keys: Sequence[TokenKey]) -> str | None:
    """The key that signed it. Every key and text is tried, so that the time tells nothing."""
    signed = token.rpartition("~hmac=")[0]
    # With an acl, that is what the token is for; else the URL is signed without being in the token.
    texts = [signed] if "acl" in parts else [f"{signed}~url={escaped(url)}" for url in _urls(asked)]
    found: str | None = None
    for key in keys:
        secret = bytes.fromhex(key.key.reveal())
        for text in texts:
            expected = hmac.new(secret, text.encode(errors="replace"), hashlib.sha256).hexdigest()
            if hmac.compare_digest(expected.encode(), parts["hmac"].encode(errors="replace")):
                found = key.id
    return found


def _urls(asked: Asked) -> tuple[str, ...]:
    """The ways in which a signer may have written this URL."""
    paths = [f"{asked.path}?{asked.query}"] if asked.query else [asked.path]
    if asked.query and not asked.is_named_by_query:
        paths.append(asked.path)
    return tuple([prefix + path for path in paths for prefix in ("", f"http://{asked.host}", f"https://{asked.host}")])


def _check_fields(parts: dict[str, str], asked: Asked, now: datetime) -> None:
    second = now.timestamp()
    if second < _seconds(parts.get("st", "0")):
        raise Unauthorized("the token is not valid yet")
    if second >= _seconds(parts["exp"]):
        raise Unauthorized("the token has expired")
    if "ip" in parts and not _is_same(parts["ip"], asked.address):
        raise Unauthorized("the token is for another address")
    if "acl" in parts and not any(_opens(unquote(each), asked.path) for each in parts["acl"].split("!")):
        raise Unauthorized("the token is for other paths")


def _opens(pattern: str, path: str) -> bool:
    """The pattern may be written with the escapes of a URL, or without."""
    return bool(pattern) and (fits(pattern, path) or fits(pattern, unquote(path)))


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > SECONDS_CHARS_MAX:
        raise Unauthorized("the token has a malformed time")
    return int(text)


def _is_same(wanted: str, address: str | None) -> bool:
    try:
        return address is not None and _address(unquote(wanted)) == _address(address)
    except ValueError:
        return False


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(text.strip("[]"))
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
