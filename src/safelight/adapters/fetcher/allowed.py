"""Allowed: networks and hosts that the operator names in SAFELIGHT_FETCH_ALLOW, and in SAFELIGHT_FETCH_DENY."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network

from safelight.adapters.fetcher.addresses import Address
from safelight.kernel.errors import Invalid

PORT_MAX = 65535


@dataclass(frozen=True)
class Allowed:
    """Networks, addresses and hosts. A port of None means every port."""

    networks: frozenset[tuple[IPv4Network | IPv6Network, int | None]] = frozenset()
    hosts: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str], variable: str = "SAFELIGHT_FETCH_ALLOW") -> "Allowed":
        """From `10.0.0.0/8`, `10.0.0.5`, `10.0.0.5:9000`, `[fd00::1]:9000`, `store.internal`, `store.internal:9000`."""
        networks: set[tuple[IPv4Network | IPv6Network, int | None]] = set()
        hosts: set[tuple[str, int | None]] = set()
        for entry in entries:
            host, port = _split(entry.strip(), variable)
            network = _network(host)
            if network is not None:
                networks.add((network, port))
            elif host and not any(letter in host for letter in "/:*@ ") and not host.replace(".", "").isdigit():
                hosts.add((plain_name(host), port))
            else:
                raise Invalid(f"{variable}: {entry!r} is not a network (10.0.0.0/8), an address, a host or host:port.")
        return cls(frozenset(networks), frozenset(hosts))

    def has_host(self, host: str, port: int) -> bool:
        """Whether this very name is allowed, wherever it leads."""
        name = plain_name(host)
        return (name, None) in self.hosts or (name, port) in self.hosts

    def has_address(self, address: Address, port: int) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network and only in {None, port} for network, only in self.networks)


def plain_name(host: str) -> str:
    """One spelling for all of a host name: lower case, without the dot of the root."""
    return host.lower().removesuffix(".")


def _split(entry: str, variable: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return (host, _port(rest.removeprefix(":"), entry, variable)) if rest else (host, None)
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, _port(port, entry, variable)
    return entry, None


def _port(text: str, entry: str, variable: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= PORT_MAX):
        raise Invalid(f"{variable}: {entry!r} does not end with a port.")
    return int(text)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
