"""Target: an address on the web that is well-formed, with its credentials set apart."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv6Address

import httpx

from safelight.adapters.fetcher.addresses import ip_of
from safelight.adapters.fetcher.allowed import PORT_MAX
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret

URL_CHARS_MAX = 8192
SHOWN_CHARS_MAX = 500
PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?")
# What was meant for one host must not be told to another.
_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True)
class Target:
    """Where a request goes. `url` holds no credentials, so that it may be logged and shown."""

    url: httpx.URL
    host: str
    port: int
    authorization: Secret | None

    @classmethod
    def of(cls, text: str) -> "Target":
        """Raises Invalid for what is not an http or https address."""
        if len(text) > URL_CHARS_MAX:
            raise Invalid(f"Error in loading {shown(text)} - address too long")
        try:
            url = httpx.URL(text)
        except (httpx.InvalidURL, ValueError) as error:
            raise Invalid(f"Error in loading {shown(text)} - invalid address") from error
        return cls._of_url(url, text)

    @classmethod
    def _of_url(cls, url: httpx.URL, text: str) -> "Target":
        if url.scheme not in PORTS:
            raise Invalid(f"Error in loading {shown(text)} - only http and https are supported")
        host = url.raw_host.decode("ascii")
        port = PORTS[url.scheme] if url.port is None else url.port
        if not (_is_host(host) and 0 < port <= PORT_MAX):
            raise Invalid(f"Error in loading {shown(text)} - invalid address")
        authorization = None
        if url.userinfo:
            pair = f"{url.username}:{url.password}".encode()
            authorization = Secret(f"Basic {base64.b64encode(pair).decode()}")
        return cls(url.copy_with(userinfo=None, fragment=None), host, port, authorization)

    def join(self, location: str) -> "Target":
        """Where a redirect leads."""
        try:
            url = self.url.join(location)
        except (httpx.InvalidURL, ValueError) as error:
            raise Invalid("invalid address") from error
        target = self._of_url(url, str(self.url))
        if target.authorization is None and target.is_same_origin(self):
            return replace(target, authorization=self.authorization)
        return target

    def is_same_origin(self, other: "Target") -> bool:
        return (self.url.scheme, self.host, self.port) == (other.url.scheme, other.host, other.port)

    def headers(self, given: Mapping[str, str]) -> dict[str, str]:
        """What is sent: the given headers in lower case, with ours beneath."""
        sent = {"host": self.url.netloc.decode("ascii"), "user-agent": "Safelight", "accept": "*/*"}
        sent |= {name.lower(): value for name, value in given.items()} | {"accept-encoding": "identity"}
        if self.authorization is not None:
            sent.setdefault("authorization", self.authorization.reveal())
        return sent


def public_headers(given: Mapping[str, str]) -> dict[str, str]:
    """What may go along to another host."""
    return {name: value for name, value in given.items() if name.lower() not in _PRIVATE_HEADERS}


def shown(text: str) -> str:
    """An address as it may be repeated: without credentials and what stands behind it, on one line, not too long."""
    cut = re.sub(r"(?<=//)[^/?#]*@", "", text[:URL_CHARS_MAX]).partition("#")[0].partition("?")[0]
    return "".join(letter if letter.isprintable() else "?" for letter in cut)[:SHOWN_CHARS_MAX]


def _is_host(host: str) -> bool:
    address = ip_of(host)
    if isinstance(address, IPv6Address):
        return address.scope_id is None
    return address is not None or _NAME.fullmatch(host) is not None
