"""Fetcher: the only way out to the world, guarded."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from safelight.kernel.hosts import ANYWHERE, Hosts


@dataclass(frozen=True)
class Fetched:
    """An answer whose headers are here and whose body still flows. `url` is where the redirects ended."""

    status: int
    url: str
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class Source(Protocol):
    """Where files are that have an address of another kind: in a bucket, on an FTP server."""

    def get(self, url: str, *, size_bytes_max: int) -> AbstractAsyncContextManager[Fetched]:
        """Status 200, or 404 where nothing is. Raises as Fetcher.get, and Invalid where it is not set up."""
        ...


class Fetcher(Protocol):
    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        size_bytes_max: int,
        proxy: str | None = None,
        hosts: Hosts = ANYWHERE,
    ) -> AbstractAsyncContextManager[Fetched]:
        """GET over http or https. Every address is checked before it is connected to, again at each redirect.

        `proxy` is one that the client names: its address is checked, too. `hosts` are those that the request, and
        every redirect of it, may go to.

        Raises Unauthorized for a host that is not among `hosts`, Invalid for a forbidden or malformed address, NotFound
        when the host cannot be reached or does not answer in time, TooMuch as soon as the body passes `size_bytes_max`.
        """
        ...

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str], hosts: Hosts = ANYWHERE) -> int:
        """POST and give the status. Redirects are not followed. Raises as `get`."""
        ...

    async def close(self) -> None: ...
