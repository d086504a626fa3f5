"""Address: may one that a stranger chose be connected to? Only if it, and all that it embeds, is public."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# What `is_global` of the standard library counts as global, or did in one of the releases that we run on.
_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "168.63.129.16/32",  # the host of a virtual machine in Azure: looks public, and answers the machine alone
        "192.0.0.0/24",  # IETF protocols
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# All that IANA has given out for the public internet, and what is taken out of it again.
_PUBLIC_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocols (Teredo is told apart before)
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
LOW_32 = 2**32 - 1


def is_public(address: Address) -> bool:
    """Whether the address belongs to the public internet: no machine of ours, no neighbour, no group."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_V4)
    if address.scope_id is not None:
        return False
    inner = embedded(address)
    if inner is None:
        is_given_out = address in _PUBLIC_V6 and not any(address in network for network in _NOT_PUBLIC_V6)
        return is_given_out and address.is_global
    return all(is_public(each) for each in inner) and (_has_no_prefix(address) or address in _PUBLIC_V6)


def embedded(address: IPv6Address) -> tuple[IPv4Address, ...] | None:
    """The IPv4 addresses that a gateway would take from this one; None if it carries none."""
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    low = IPv4Address(int(address) & LOW_32)
    if address in _NAT64 or address in _COMPATIBLE:
        return (low,)
    if (int(address) >> 32) & LOW_32 in _ISATAP:
        return (low,)
    return None


def ip_of(text: str) -> Address | None:
    """The address that a text is in its usual form; None for a name or an odd spelling, which the resolver reads."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def _has_no_prefix(address: IPv6Address) -> bool:
    return address.ipv4_mapped is not None or address in _NAT64 or address in _COMPATIBLE
