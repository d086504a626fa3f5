"""MemoryFetcher: the twin of every Fetcher; a world of a few pages, and a note of what was posted."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from safelight.adapters.fetcher.addresses import ip_of, is_public
from safelight.adapters.fetcher.target import Target, shown
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.hosts import ANYWHERE, Hosts
from safelight.ports.fetcher import Fetched

REDIRECTS_MAX = 5


@dataclass(frozen=True)
class Page:
    """What is found at one address."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Posted:
    """What was sent to one address."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class MemoryFetcher:
    """A Fetcher in which only `pages` exist. Where `post` finds no page it cannot reach the host. `asked` and `posted`
    tell what it was used for."""

    def __init__(self, pages: Mapping[str, Page] | None = None) -> None:
        self.pages = dict(pages or {})
        self.asked: list[str] = []
        self.proxies: list[str] = []
        self.posted: list[Posted] = []

    @asynccontextmanager
    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        size_bytes_max: int,
        proxy: str | None = None,
        hosts: Hosts = ANYWHERE,
    ) -> AsyncGenerator[Fetched, None]:
        self.asked.append(url)
        if proxy is not None:
            self.proxies.append(str(Target.of(proxy).url))
        target = Target.of(url)
        for _ in range(REDIRECTS_MAX + 1):
            hosts.check(target.host)
            page = self._page(target, url)
            answered = {name.lower(): value for name, value in page.headers.items()}
            location = answered.get("location")
            if location is None:
                break
            target = target.join(location)
        else:
            raise Invalid(f"Error in loading {shown(url)} - too many redirects")
        if int(answered.get("content-length", "0")) > size_bytes_max:
            raise TooMuch(f"File size too large. Maximum is {size_bytes_max}.")
        yield Fetched(page.status, str(target.url), answered, _body(page.body, size_bytes_max))

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str], hosts: Hosts = ANYWHERE) -> int:
        target = Target.of(url)
        hosts.check(target.host)
        page = self._page(target, url)
        self.posted.append(Posted(url, body, dict(headers)))
        return page.status

    async def close(self) -> None:
        return None

    def _page(self, target: Target, asked: str) -> Page:
        page = self.pages.get(str(target.url))
        if page is not None:
            return page
        address = ip_of(target.host)
        if target.host.removesuffix(".") == "localhost" or (address is not None and not is_public(address)):
            raise Invalid(f"Error in loading {shown(asked)} - forbidden address")
        raise NotFound(f"Error in loading {shown(asked)} - cannot be reached")


async def _body(body: bytes, size_bytes_max: int) -> AsyncIterator[bytes]:
    if len(body) > size_bytes_max:
        raise TooMuch(f"File size too large. Maximum is {size_bytes_max}.")
    yield body
