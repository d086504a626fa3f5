"""Guard: resolves a host once, refuses what is not public, and connects to the very addresses that it has checked."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import cast

import httpcore

from safelight.adapters.fetcher.addresses import Address, embedded, ip_of, is_public
from safelight.adapters.fetcher.allowed import Allowed
from safelight.settings import FetchSettings

ADDRESSES_MAX = 16

Resolve = Callable[[str, int], Awaitable[list[str]]]


class ForbiddenAddress(Exception):
    """The host leads, at least in part, to where a stranger may not send us."""


class UnknownHost(Exception):
    """The name leads nowhere."""


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system's resolver reads it: it knows odd spellings that we need not."""
    loop = asyncio.get_running_loop()
    try:
        # Bytes, because for a text Python would first apply an IDNA of its own.
        found = await loop.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost(host) from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


@dataclass(frozen=True)
class Guard:
    """Says which addresses of a host may be connected to."""

    allowed: Allowed
    resolve: Resolve = resolve
    denied: Allowed = field(default_factory=Allowed)
    """What stays out of reach, also where it is allowed or public."""

    async def checked(self, host: str, port: int) -> list[Address]:
        """All addresses of the host. One forbidden among them forbids all: a name must not be half ours."""
        self.check_name(host, port)
        texts = await self.resolve(host, port)
        # All are looked at, however few of them are tried: what stands last may be the one that is ours.
        addresses = [ip_of(text) for text in texts]
        if not addresses:
            raise UnknownHost(host)
        is_host_allowed = self.allowed.has_host(host, port)
        checked: list[Address] = []
        for address in addresses:
            if address is None or self._is_denied(address, port):
                raise ForbiddenAddress(host)
            if not (is_host_allowed or is_public(address) or self.allowed.has_address(address, port)):
                raise ForbiddenAddress(host)
            checked.append(address)
        return checked[:ADDRESSES_MAX]

    def check_name(self, host: str, port: int) -> None:
        """Raises ForbiddenAddress for a name that is denied, wherever it leads."""
        if self.denied.has_host(host, port):
            raise ForbiddenAddress(host)

    def _is_denied(self, address: Address, port: int) -> bool:
        """Whether the address is, or one that it carries."""
        inner = (embedded(address) or ()) if isinstance(address, IPv6Address) else ()
        return any(self.denied.has_address(each, port) for each in (address, *inner))


def guard_of(settings: FetchSettings, resolve: Resolve = resolve) -> Guard:
    """Raises Invalid for a list that nobody can read."""
    denied = Allowed.of(settings.deny, "SAFELIGHT_FETCH_DENY")
    return Guard(Allowed.of(settings.allow), resolve, denied)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore. TLS still verifies the name, because only the connection uses the address."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._backend = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        async with asyncio.timeout(timeout):
            addresses = await self._guard.checked(host, port)
            # A share of the time for each, so that one that is silent does not use up that of the others.
            share = None if timeout is None else timeout / len(addresses)
            failure: Exception = UnknownHost(host)
            for address in addresses:
                try:
                    return await self._backend.connect_tcp(str(address), port, share, local_address, socket_options)
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failure = error
            raise failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise ForbiddenAddress(path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
