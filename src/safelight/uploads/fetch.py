"""Fetch: a remote address or a data URI -> a staged file."""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from safelight.kernel.errors import Invalid, NotFound, Unauthorized
from safelight.kernel.hosts import ANYWHERE, Hosts
from safelight.ports.fetcher import Fetched, Fetcher
from safelight.ports.fetcher import Source as Place
from safelight.transform import percent
from safelight.uploads import sources
from safelight.uploads.staging import Staged, Staging, too_large

URL_CHARS_MAX = 8192
DATA_URI_HEAD_CHARS_MAX = 1024
SHOWN_CHARS_MAX = 200
DECODE_CHARS = 1024 * 1024

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Source:
    """A staged file, and what it is called where it came from."""

    staged: Staged
    filename: str | None


@dataclass(frozen=True)
class Fetch:
    """The texts that may stand in place of a file."""

    fetcher: Fetcher
    staging: Staging
    seconds_max: int
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])
    """By the schemes of their addresses: what is no web site (sources.py)."""

    def check(self, source: str) -> None:
        """Raises Invalid for what is no address from which files can be had."""
        text = source.strip()
        scheme = _scheme(text)
        if scheme not in _WEB:
            sources.place(scheme, self.places, _unsupported(text))
        if len(text) > URL_CHARS_MAX:
            raise Invalid("Source URL is too long")

    async def __call__(
        self,
        source: str,
        *,
        size_bytes_max: int,
        headers: Mapping[str, str] | None = None,
        proxy: str | None = None,
        cloud: str = "",
        hosts: Hosts = ANYWHERE,
    ) -> Source:
        """`cloud` is the name of the one that the file is for, `hosts` where it takes files from.

        Raises Invalid for what cannot be had.
        """
        text = source.strip()
        if text[:5].lower() == "data:":
            return Source(await self.staging.stage(_decoded(text), size_bytes_max=size_bytes_max), None)
        self.check(text)
        try:
            async with asyncio.timeout(self.seconds_max):
                return await self._remote(text, size_bytes_max, headers or {}, proxy, cloud, hosts)
        except Unauthorized as error:
            # The sender is known; it is the address that may not be.
            raise Invalid(error.message) from error
        except NotFound as error:
            # It is the source that is not there, and not what our own address names.
            raise Invalid(error.message) from error
        except TimeoutError as error:
            raise Invalid(f"Error in loading {_shown(text)} - timed out") from error

    async def _remote(
        self, url: str, size_bytes_max: int, headers: Mapping[str, str], proxy: str | None, cloud: str, hosts: Hosts
    ) -> Source:
        scheme = _scheme(url)
        if scheme in _WEB:
            async with self.fetcher.get(
                url, headers=headers, size_bytes_max=size_bytes_max, proxy=proxy, hosts=hosts
            ) as fetched:
                return await self._staged(fetched, url, size_bytes_max)
        place = self.places[scheme]
        if scheme == "ftp":
            hosts.check_url(url)
        await sources.check_marked(place, url, cloud, shown=_shown(url))
        async with place.get(url, size_bytes_max=size_bytes_max) as fetched:
            source = await self._staged(fetched, url, size_bytes_max)
        return replace(source, filename=sources.filename(url))

    async def _staged(self, fetched: Fetched, url: str, size_bytes_max: int) -> Source:
        if fetched.status != 200:
            raise Invalid(f"Error in loading {_shown(url)} - {fetched.status}{_reason(fetched.status)}")
        length = fetched.headers.get("content-length", "")
        if length.isdecimal() and len(length) < 20 and int(length) > size_bytes_max:
            raise too_large(int(length), size_bytes_max)
        staged = await self.staging.stage(fetched.chunks, size_bytes_max=size_bytes_max)
        return Source(staged, _filename(fetched.url))


_WEB = frozenset({"http", "https"})


def _scheme(text: str) -> str:
    return text[:20].partition("://")[0].lower() if "://" in text[:20] else ""


def _unsupported(text: str) -> Invalid:
    scheme = text[:20].partition("://")[0] if "://" in text[:20] else ""
    return Invalid(f"Unsupported source URL: {scheme or text[:50]}")


def _shown(url: str) -> str:
    """The address without what might be a secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:SHOWN_CHARS_MAX]


def _reason(status: int) -> str:
    return " Not Found" if status == 404 else ""


def _filename(url: str) -> str | None:
    return unquote(urlsplit(url).path).rpartition("/")[2] or None


async def _decoded(uri: str) -> AsyncIterator[bytes]:
    """The bytes of a data URI (RFC 2397), piece by piece. Any media type is taken, and white space in base64."""
    head, comma, _ = uri[5 : 5 + DATA_URI_HEAD_CHARS_MAX].partition(",")
    if not comma:
        raise Invalid("Invalid data URI")
    start = 5 + len(head) + 1
    if not head.lower().rstrip().endswith(";base64"):
        yield _unescaped(uri[start:])
        return
    if "%" in uri:
        uri, start = _unescaped(uri[start:]).decode(errors="replace"), 0
    rest = ""
    for place in range(start, len(uri), DECODE_CHARS):
        letters = rest + _SPACE.sub("", uri[place : place + DECODE_CHARS]).replace("-", "+").replace("_", "/")
        whole = len(letters) - len(letters) % 4
        # What follows the end may only be white space.
        if "=" in letters[:whole] and _SPACE.sub("", uri[place + DECODE_CHARS :]):
            raise Invalid("Invalid base64 in data URI")
        rest = letters[whole:]
        yield _base64(letters[:whole])
    # Some writers leave the padding out.
    yield _base64(rest + "=" * (-len(rest) % 4))


def _unescaped(text: str) -> bytes:
    try:
        return percent.unescaped(text.encode())
    except ValueError as error:
        raise Invalid("Invalid data URI") from error


def _base64(letters: str) -> bytes:
    try:
        return base64.b64decode(letters, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Invalid("Invalid base64 in data URI") from error
