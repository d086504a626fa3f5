"""Client: the address of who asks, with proxies believed that the settings name, and no others. Pure."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from safelight.kernel.errors import Invalid

PEERS_REMEMBERED = 64
"""A few proxies ask for everybody."""

Proxies = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


def networks_of(words: Iterable[str]) -> Proxies:
    """`10.0.0.0/8` or one address, as settings say it. Raises Invalid."""
    try:
        return tuple(ipaddress.ip_network(word.strip(), strict=False) for word in words)
    except ValueError as error:
        raise Invalid(f"A network is written like 10.0.0.0/8: {error}") from error


def client_address(scope: Any, forwarded: str, proxies: Proxies) -> str | None:
    """The last address that no proxy of ours has. What stands before it anybody can have written."""
    client = scope.get("client")
    address = str(client[0]) if client else None
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while address is not None and hops and is_of(address, proxies):
        address = hops.pop()
    return address


@lru_cache(maxsize=PEERS_REMEMBERED)
def is_of(address: str, proxies: Proxies) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in proxies)
