"""Addresses are shortened to their network, and visitors are never told apart by more than that."""

import pytest

from safelight.activity.address import network_of, visitor_of

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", ""),
        ("unix", ""),
        ("192.0.2.0/24", ""),
        ("192.0.2.077", ""),
        ("192.0.2", ""),
        ("192.0.2.77\0", ""),
        ("\u0661.2.3.4", ""),
    ],
)
def test_an_address_is_shortened(address, network):
    assert network_of(address) == network


def test_visitors_are_told_apart_by_network_family_and_day():
    one = visitor_of(KEY, "192.0.2.0/24", "Firefox")
    assert one == visitor_of(KEY, "192.0.2.0/24", "Firefox")
    others = [
        visitor_of(OTHER, "192.0.2.0/24", "Firefox"),
        visitor_of(KEY, "192.0.3.0/24", "Firefox"),
        visitor_of(KEY, "192.0.2.0/24", "Chrome"),
    ]
    assert len({one, *others}) == 4
