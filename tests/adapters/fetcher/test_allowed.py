"""What the operator lets fetches reach."""

from ipaddress import ip_address

import pytest

from safelight.adapters.fetcher.allowed import Allowed
from safelight.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("entry", "address", "port", "expected"),
    [
        ("10.0.0.0/8", "10.9.9.9", 80, True),
        ("10.0.0.0/8", "11.0.0.1", 80, False),
        ("10.1.2.3/8", "10.9.9.9", 80, True),
        ("10.0.0.5", "10.0.0.5", 9000, True),
        ("10.0.0.5", "10.0.0.6", 9000, False),
        ("10.0.0.5:9000", "10.0.0.5", 9000, True),
        ("10.0.0.5:9000", "10.0.0.5", 80, False),
        ("10.0.0.0/8:9000", "10.0.0.5", 9000, True),
        ("fd00::/8", "fd12::1", 443, True),
        ("[fd00::1]:443", "fd00::1", 443, True),
        ("[fd00::1]:443", "fd00::1", 80, False),
        ("[fd00::1]", "fd00::1", 80, True),
        (" 127.0.0.1 ", "127.0.0.1", 1, True),
        ("127.0.0.1", "::ffff:127.0.0.1", 1, True),
        ("0.0.0.0/0", "169.254.169.254", 80, True),
        ("store.internal", "10.0.0.5", 80, False),
    ],
)
def test_networks_and_addresses(entry: str, address: str, port: int, expected: bool):
    assert Allowed.of([entry]).has_address(ip_address(address), port) is expected


@pytest.mark.parametrize(
    ("entry", "host", "port", "expected"),
    [
        ("store.internal", "store.internal", 80, True),
        ("store.internal", "STORE.internal.", 9000, True),
        ("Store.Internal.", "store.internal", 80, True),
        ("store.internal:9000", "store.internal", 9000, True),
        ("store.internal:9000", "store.internal", 80, False),
        ("store.internal", "evil.store.internal", 80, False),
        ("localhost", "localhost", 1, True),
        ("10.0.0.0/8", "10.0.0.1", 80, False),
    ],
)
def test_hosts(entry: str, host: str, port: int, expected: bool):
    assert Allowed.of([entry]).has_host(host, port) is expected


@pytest.mark.parametrize(
    "entry", ["", " ", "10.0.0.0/33", "host:", "host:0", "host:65536", "host:x", "a b", "10.0.0", "http://host/", "*"]
)
def test_what_is_neither_network_nor_host_is_an_error(entry: str):
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_ALLOW"):
        Allowed.of([entry])
