"""Addresses are shortened to their network, sealed for a day, and never told apart by more than that."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.activity.address import AGENT_CHARS_MAX, network_of, seal, unseal, visitor_of
from safelight.kernel.errors import Internal

KEY, OTHER, NONCE = b"k" * 32, b"o" * 32, b"n" * 12


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
    ],
)
def test_an_address_is_shortened(address, network):
    assert network_of(address) == network


def test_what_is_sealed_opens_with_the_key_of_its_day_and_no_other():
    sealed = seal("192.0.2.77", "agent \0 \n\u00fc", AESGCM(KEY), NONCE, "2026-01-02")
    assert unseal(sealed, KEY, "2026-01-02") == ("192.0.2.77", "agent \0 \n\u00fc")
    for key, day in ((OTHER, "2026-01-02"), (KEY, "2026-01-03")):
        with pytest.raises(Internal):
            unseal(sealed, key, day)
    with pytest.raises(Internal):
        unseal(b"", KEY, "2026-01-02")


def test_a_long_agent_is_cut():
    assert len(unseal(seal("::1", "x" * 9999, AESGCM(KEY), NONCE, "d"), KEY, "d")[1]) == AGENT_CHARS_MAX


def test_visitors_are_told_apart_by_network_family_and_day():
    one = visitor_of(KEY, "192.0.2.0/24", "Firefox")
    assert one == visitor_of(KEY, "192.0.2.0/24", "Firefox")
    others = [
        visitor_of(OTHER, "192.0.2.0/24", "Firefox"),
        visitor_of(KEY, "192.0.3.0/24", "Firefox"),
        visitor_of(KEY, "192.0.2.0/24", "Chrome"),
    ]
    assert len({one, *others}) == 4
