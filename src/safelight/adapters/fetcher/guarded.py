"""GuardedFetcher: HTTP out to the world; what is not public is refused before a byte is sent.

Through a proxy the guard still resolves and checks the host, but the proxy resolves it once more for itself: a name
that changes its answer in between is then for the proxy to refuse.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpcore
import httpx

from safelight.adapters.fetcher.guard import (
    ForbiddenAddress,
    Guard,
    GuardedBackend,
    Resolve,
    UnknownHost,
    guard_of,
    resolve,
)
from safelight.adapters.fetcher.target import Target, public_headers, shown
from safelight.kernel.errors import Invalid, NotAvailable, NotFound, SafelightError, TooMuch
from safelight.kernel.hosts import ANYWHERE, Hosts
from safelight.kernel.ways_out import leaving_by
from safelight.ports.fetcher import Fetched
from safelight.settings import FetchSettings

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class GuardedFetcher:
    """A Fetcher over httpcore. `seconds_max`: the longest time for one `get`, body included."""

    def __init__(self, settings: FetchSettings, *, seconds_max: float, resolve: Resolve = resolve) -> None:
        self._settings = settings
        self._seconds_max = seconds_max
        self._guard = guard_of(settings, resolve)
        self._pool = _pool(settings, self._guard)

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
        async with self._way(proxy) as pool, self._get(pool, url, headers, size_bytes_max, hosts) as fetched:
            yield fetched

    @asynccontextmanager
    async def _way(self, proxy: str | None) -> AsyncGenerator[httpcore.AsyncConnectionPool]:
        """The usual way out, or for one request the one through the proxy that a client named."""
        if proxy is None:
            yield self._pool
            return
        if self._settings.proxy is not None:
            raise Invalid("proxy is not possible here: this installation has a proxy of its own")
        pool = _through(_named_proxy(proxy), self._settings, GuardedBackend(self._guard))
        try:
            yield pool
        finally:
            await pool.aclose()

    @asynccontextmanager
    async def _get(
        self,
        pool: httpcore.AsyncConnectionPool,
        url: str,
        headers: Mapping[str, str] | None,
        size_bytes_max: int,
        hosts: Hosts,
    ) -> AsyncGenerator[Fetched]:
        until = asyncio.get_running_loop().time() + self._seconds_max
        target, given = Target.of(url), dict(headers or {})
        for _ in range(self._settings.redirects_max + 1):
            hosts.check(target.host)
            response = await self._send(pool, target, "GET", given, None, url, until)
            try:
                answered = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status not in REDIRECTS or "location" not in answered:
                    _check_length(answered.get("content-length", ""), size_bytes_max)
                    body = _body(response, url, until, size_bytes_max)
                    yield Fetched(response.status, str(target.url), answered, body)
                    return
            finally:
                await response.aclose()
            before, target = target, _redirected(target, answered["location"], url)
            if not target.is_same_origin(before):
                given = public_headers(given)
        raise Invalid(f"Error in loading {shown(url)} - too many redirects")

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str], hosts: Hosts = ANYWHERE) -> int:
        until = asyncio.get_running_loop().time() + self._settings.post_seconds
        target = Target.of(url)
        hosts.check(target.host)
        response = await self._send(self._pool, target, "POST", headers, body, url, until)
        await response.aclose()
        return response.status

    async def close(self) -> None:
        await self._pool.aclose()

    async def _send(
        self,
        pool: httpcore.AsyncConnectionPool,
        target: Target,
        method: str,
        given: Mapping[str, str],
        body: bytes | None,
        asked: str,
        until: float,
    ) -> httpcore.Response:
        """The answer with its body still to come. `asked` is what the client wrote: errors tell of nothing else."""
        async with _told(asked, until):
            # A proxy resolves the name for itself; what it would be sent to is checked all the same.
            has_proxy = pool is not self._pool or self._settings.proxy is not None
            if has_proxy:
                self._guard.check_name(target.host, target.port)
            if has_proxy and not self._guard.allowed.has_host(target.host, target.port):
                await self._guard.checked(target.host, target.port)
            connect_seconds = self._settings.connect_seconds
            request = httpcore.Request(
                method,
                httpcore.URL(
                    scheme=target.url.raw_scheme,
                    host=target.url.raw_host,
                    port=target.url.port,
                    target=target.url.raw_path,
                ),
                headers=_headers(target, given, body),
                content=body,
                extensions={"timeout": {"connect": connect_seconds, "pool": connect_seconds}},
            )
            with leaving_by("fetch"):
                return await pool.handle_async_request(request)


@asynccontextmanager
async def _told(asked: str, until: float) -> AsyncGenerator[None, None]:
    """Bound by the deadline; every trouble of the network in the words of the port."""
    try:
        async with asyncio.timeout_at(until):
            yield
    except ForbiddenAddress as error:
        raise Invalid(f"Error in loading {shown(asked)} - forbidden address") from error
    except httpcore.PoolTimeout as error:
        raise NotAvailable("Too many downloads at once. Try again later.", retry_after_seconds=5) from error
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise NotFound(f"Error in loading {shown(asked)} - timed out") from error
    except UnknownHost as error:
        raise NotFound(f"Error in loading {shown(asked)} - unknown host") from error
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise NotFound(f"Error in loading {shown(asked)} - cannot be reached", reason=type(error).__name__) from error


async def _body(response: httpcore.Response, asked: str, until: float, size_bytes_max: int) -> AsyncIterator[bytes]:
    size_bytes = 0
    stream = aiter(response.aiter_stream())
    while True:
        async with _told(asked, until):
            chunk = await anext(stream, None)
        if chunk is None:
            return
        size_bytes += len(chunk)
        if size_bytes > size_bytes_max:
            raise _too_large(size_bytes, size_bytes_max)
        yield chunk


def _check_length(told: str, size_bytes_max: int) -> None:
    """Refuse at once what says itself that it is too large; what says nothing or lies is counted."""
    if told.isascii() and told.isdigit() and len(told) < 20 and int(told) > size_bytes_max:
        raise _too_large(int(told), size_bytes_max)


def _too_large(size_bytes: int, size_bytes_max: int) -> TooMuch:
    return TooMuch(f"File size too large. Got {size_bytes}. Maximum is {size_bytes_max}.")


def _redirected(target: Target, location: str, asked: str) -> Target:
    try:
        return target.join(location)
    except Invalid as error:
        raise Invalid(f"Error in loading {shown(asked)} - redirected to an invalid address") from error


def _headers(target: Target, given: Mapping[str, str], body: bytes | None) -> list[tuple[bytes, bytes]]:
    sent = target.headers(given)
    if body is not None:
        sent["content-length"] = str(len(body))
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()]


def _pool(settings: FetchSettings, guard: Guard) -> httpcore.AsyncConnectionPool:
    """No connection is kept for a second request, so every request is checked on its own."""
    trust = _trust(settings)
    if settings.proxy is None:
        return httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=settings.connections_max,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(guard),
        )
    # The operator's own proxy is reached wherever it is.
    return _through(_proxy(settings), settings, None)


def _through(
    proxy: Target, settings: FetchSettings, backend: httpcore.AsyncNetworkBackend | None
) -> httpcore.AsyncHTTPProxy:
    trust = _trust(settings)
    return httpcore.AsyncHTTPProxy(
        proxy_url=httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.port, target=b"/"),
        proxy_headers=None if proxy.authorization is None else {"Proxy-Authorization": proxy.authorization.reveal()},
        ssl_context=trust,
        proxy_ssl_context=_trust(settings) if proxy.url.scheme == "https" else None,
        max_connections=settings.connections_max,
        max_keepalive_connections=0,
        network_backend=backend,
    )


def _named_proxy(proxy: str) -> Target:
    """The proxy that a client named; errors do not repeat it, for it may hold a password."""
    try:
        return Target.of(proxy)
    except SafelightError as error:
        raise Invalid("Invalid proxy: an address such as http://host:port is needed") from error


def _proxy(settings: FetchSettings) -> Target:
    try:
        return Target.of(settings.proxy.reveal() if settings.proxy else "")
    except SafelightError as error:
        raise Invalid("SAFELIGHT_FETCH_PROXY is not an address such as http://user:secret@proxy:3128") from error


def _trust(settings: FetchSettings) -> ssl.SSLContext:
    """The usual trust anchors and the operator's; nothing of it from the environment."""
    trust = httpx.create_ssl_context(trust_env=False)
    if settings.ca is not None:
        try:
            trust.load_verify_locations(cafile=settings.ca)
        except (OSError, ssl.SSLError) as error:
            raise Invalid(f"SAFELIGHT_FETCH_CA: {settings.ca} is not a readable file with certificates.") from error
    return trust
