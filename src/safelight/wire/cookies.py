"""Cookies: the registry of all that are ever set, and the only way to set one.

A name that is not here is an error: web/app.py strips it from the answer and reports it. Delivery sets none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from safelight.kernel.errors import Forbidden, Internal

DAY_SECONDS = 24 * 60 * 60
HOST_PREFIX = "__Host-"
"""Browsers take a cookie of such a name only over TLS, for one host, for its whole path."""
VALUE_CHARS_MAX = 1000

_VALUE = re.compile(r"[A-Za-z0-9._~-]*", re.ASCII)
_READ = re.compile(r"(?:^|;)\s*([^=;\s]+)\s*=\s*\"?([^;\"]*)\"?")


class CookieKind(StrEnum):
    """Why a cookie may be set without asking."""

    NECESSARY = "strictly necessary"
    PREFERENCE = "preference"


@dataclass(frozen=True)
class Cookie:
    """One cookie that this house may set. `lifetime_seconds` None: until the browser is closed."""

    name: str
    kind: CookieKind
    lifetime_seconds: int | None
    purpose: str
    is_http_only: bool = True
    same_site: str = "Lax"

    def name_for(self, *, is_secure: bool) -> str:
        return HOST_PREFIX + self.name if is_secure else self.name


SESSION = Cookie("session", CookieKind.NECESSARY, None, "Keeps you signed in until you close the browser")
REMEMBER = Cookie(
    "remember",
    CookieKind.NECESSARY,
    30 * DAY_SECONDS,
    "Keeps you signed in on this device for 30 days; set only if you ask for it when you sign in",
)
CSRF = Cookie(
    "csrf",
    CookieKind.NECESSARY,
    None,
    "Proves that a form was sent from one of our own pages",
    is_http_only=False,
    same_site="Strict",
)

THEME = Cookie(
    "theme",
    CookieKind.PREFERENCE,
    180 * DAY_SECONDS,
    "Keeps the pages light or dark in this browser for 180 days; set only if you choose so, gone when you choose "
    "“As the device”",
)

REGISTRY: tuple[Cookie, ...] = (SESSION, REMEMBER, CSRF, THEME)

_NAMES = frozenset(cookie.name_for(is_secure=is_secure) for cookie in REGISTRY for is_secure in (True, False))


class Headers(Protocol):
    """What of an answer's headers is needed here."""

    def append(self, key: str, value: str) -> None: ...


def put(headers: Headers, cookie: Cookie, value: str, *, is_secure: bool) -> None:
    """Set a cookie on an answer."""
    headers.append("set-cookie", line(cookie, value, is_secure=is_secure))


def clear(headers: Headers, cookie: Cookie, *, is_secure: bool) -> None:
    """Take a cookie away from the browser; one that it does not have is no error."""
    headers.append("set-cookie", line(cookie, "", is_secure=is_secure, lifetime_seconds=0))


def read(header: str, cookie: Cookie, *, is_secure: bool) -> str | None:
    """The value in a request's `Cookie` header; of several the first, which browsers send for the longest path."""
    wanted = cookie.name_for(is_secure=is_secure)
    for name, value in _READ.findall(header):
        if name == wanted:
            return value if value and len(value) <= VALUE_CHARS_MAX and _VALUE.fullmatch(value) else None
    return None


def line(cookie: Cookie, value: str, *, is_secure: bool, lifetime_seconds: int | None = None) -> str:
    """The value of `Set-Cookie`. Raises Internal for a cookie that is not registered."""
    if cookie not in REGISTRY:
        raise Internal("A cookie was to be set that no registry knows.", cookie=cookie.name)
    if len(value) > VALUE_CHARS_MAX or not _VALUE.fullmatch(value):
        raise Internal("A cookie was to be set with letters that none may hold.", cookie=cookie.name)
    seconds = cookie.lifetime_seconds if lifetime_seconds is None else lifetime_seconds
    parts = [f"{cookie.name_for(is_secure=is_secure)}={value}", "Path=/", f"SameSite={cookie.same_site}"]
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    if cookie.is_http_only:
        parts.append("HttpOnly")
    if is_secure:
        parts.append("Secure")
    return "; ".join(parts)


def is_registered(set_cookie: str) -> bool:
    """Whether a `Set-Cookie` value is of a cookie that may be set."""
    return set_cookie.partition("=")[0].strip() in _NAMES


def is_secure(scheme: str, headers: Mapping[str, str], public_url: str) -> bool:
    """Whether the browser came over TLS, also where a proxy ends it. Raises Forbidden where no cookie can be kept.

    A client that lies about it gets cookies that its own browser does not take, and nothing else.
    """
    told = headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    if "https" in (scheme, told):
        return True
    if is_loopback(headers.get("host", "")):
        return False
    if public_url.startswith("https:"):
        return True
    raise Forbidden(
        "Signing in needs https here: browsers keep no safe cookie over plain HTTP. Put a proxy with a certificate in "
        "front and set SAFELIGHT_PUBLIC_URL to its address, or open this page as http://localhost."
    )


def is_loopback(host: str) -> bool:
    """Whether a `Host` header names the browser's own machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False
