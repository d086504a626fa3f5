"""Whose address a request has: proxies are believed that the settings name, and nobody else."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.web.client import client_address, networks_of

PROXIES = networks_of(["10.0.0.0/8", "2001:db8::1"])


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "10.9.9.9", "10.9.9.9"),
        ("10.1.2.3", " , ", "10.1.2.3"),
        ("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::7", "2001:db8::7"),
        ("10.1.2.3", "nonsense", "nonsense"),
        (None, "198.51.100.1", None),
    ],
)
def test_the_last_address_that_no_proxy_has(client, forwarded, address):
    scope = {"client": None if client is None else (client, 4711)}
    assert client_address(scope, forwarded, PROXIES) == address


def test_without_proxies_nobody_is_believed():
    assert client_address({"client": ("10.1.2.3", 1)}, "198.51.100.1", ()) == "10.1.2.3"


def test_a_network_that_is_none_is_invalid():
    with pytest.raises(Invalid, match="is written like"):
        networks_of(["everywhere"])
