"""Which addresses are public."""

from ipaddress import ip_address

import pytest

from safelight.adapters.fetcher.addresses import embedded, is_public


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("193.0.0.1", True),
        ("0.0.0.0", False),
        ("0.1.2.3", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("100.127.255.255", False),
        ("100.128.0.1", True),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.1", True),
        ("192.0.0.8", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("198.51.100.1", False),
        ("203.0.113.1", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("2606:4700:4700::1111", True),
        ("2a00:1450:4001:800::200e", True),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("2606:4700:4700::1111%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("100::1", False),
        ("2001:db8::1", False),
        ("2001:2::1", False),
        ("2001:20::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("4000::1", False),
        ("fe80::a9fe:a9fe", False),
        ("febf::1", False),
        ("ff0e::1", False),
        ("ff3e::1", False),  # multicast, embedding a prefix
        ("::ffff:0:8.8.8.8", False),  # translated by SIIT (RFC 2765): no such prefix is given out
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::8.8.8.8", False),
        ("2001::", False),  # Teredo without a client
        ("2001:10::1", False),  # ORCHID
        ("2001:1::1", False),  # port control
        ("2002::", False),
        ("1::1", False),
        ("0:0:0:1::1", False),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", False),
        ("3ffe::1", True),  # once of an experiment, given back to the public
    ],
)
def test_only_the_public_internet_is_public(text: str, expected: bool):
    assert is_public(ip_address(text)) is expected


# Where clouds tell a machine about itself, and hand out its credentials.
METADATA = {
    "Amazon, Google, Microsoft, and most others": "169.254.169.254",
    "Amazon, by IPv6": "fd00:ec2::254",
    "Google, by IPv6": "fd20:ce::254",
    "Amazon's containers": "169.254.170.2",
    "Amazon's functions": "169.254.169.252",
    "Amazon's clock": "169.254.169.123",
    "Alibaba": "100.100.100.200",
    "Oracle, of old": "192.0.0.192",
    "the host of a machine at Microsoft": "168.63.129.16",
    "Tencent": "169.254.0.23",
    "Scaleway, by IPv6": "fd00:42::42",
    "the network of a cluster": "10.96.0.1",
    "a container's host": "172.17.0.1",
}


@pytest.mark.parametrize("address", METADATA.values(), ids=METADATA.keys())
@pytest.mark.parametrize("form", ["{}", "::ffff:{}", "::{}", "64:ff9b::{}"])
def test_what_a_machine_is_told_about_itself_is_not_public(address: str, form: str):
    if ":" in address and form != "{}":
        return
    assert not is_public(ip_address(form.format(address)))


@pytest.mark.parametrize(
    ("form", "is_passed_on"),
    [
        ("::ffff:{dotted}", True),
        ("::{dotted}", True),
        ("64:ff9b::{dotted}", True),
        ("2002:{hex}::1", True),
        ("2002:{hex}::", True),
        ("2001:0:0808:0808::{flipped}", True),  # Teredo: the client's address is stored with its bits flipped
        ("2001:0:{hex}::f7f7:f7f7", True),  # Teredo: the server's address
        ("2606:4700::5efe:{dotted}", True),  # ISATAP
        ("2606:4700::200:5efe:{dotted}", True),
        ("fe80::5efe:{dotted}", False),
        ("64:ff9b:1::{dotted}", False),  # NAT64 of one's own network (RFC 8215)
    ],
)
@pytest.mark.parametrize(("inner", "is_inner_public"), [("8.8.8.8", True), ("127.0.0.1", False), ("10.1.2.3", False)])
def test_an_address_is_judged_by_what_it_embeds(form: str, is_passed_on: bool, inner: str, is_inner_public: bool):
    number = int(ip_address(inner))
    flipped = number ^ 0xFFFFFFFF
    text = form.format(
        dotted=inner,
        hex=f"{number >> 16:x}:{number & 0xFFFF:x}",
        flipped=f"{flipped >> 16:x}:{flipped & 0xFFFF:x}",
    )
    assert is_public(ip_address(text)) is (is_inner_public and is_passed_on)


@pytest.mark.parametrize("text", ["2606:4700:4700::1111", "fd00::1", "ff02::1"])
def test_most_addresses_embed_nothing(text: str):
    address = ip_address(text)
    assert address.version == 6
    assert embedded(address) is None
