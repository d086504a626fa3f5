"""Where requests for somebody may go."""

import pytest

from safelight.kernel.errors import Invalid, Unauthorized
from safelight.kernel.hosts import ANYWHERE, Hosts

ONE, BELOW = ("a.example",), ("*.a.example",)


@pytest.mark.parametrize(
    ("hosts", "url", "may"),
    [
        (ANYWHERE, "http://anywhere.example/a", True),
        (Hosts(()), "http://anywhere.example/a", False),
        (Hosts(ONE), "https://A.example:8080/x", True),
        (Hosts(ONE), "https://a.example./x", True),
        (Hosts(ONE), "https://b.a.example/x", False),
        (Hosts(BELOW), "https://b.a.example/x", True),
        (Hosts(BELOW), "https://a.example/x", False),
        (Hosts(BELOW), "https://xa.example/x", False),
        (Hosts(ONE), "https://a.example@evil.example/x", False),
        (Hosts(ONE), "https:///x", False),
        (Hosts(denied=ONE), "https://b.example/x", True),
        (Hosts(denied=ONE), "https://A.Example.:81/x", False),
        (Hosts(denied=ONE), "https://me:secret@a.example/x", False),
        (Hosts(denied=ONE), "https://b.a.example/x", True),
        (Hosts(denied=BELOW), "https://c.b.a.example/x", False),
        (Hosts(denied=("93.184.216.34",)), "http://93.184.216.34/x", False),
        (Hosts(ONE, denied=ONE), "https://a.example/x", False),
        (Hosts(BELOW, denied=("b.a.example",)), "https://b.a.example/x", False),
        (Hosts(BELOW, denied=("b.a.example",)), "https://c.a.example/x", True),
    ],
)
def test_hosts_that_may_be_asked(hosts: Hosts, url: str, may: bool):
    if may:
        hosts.check_url(url)
    else:
        with pytest.raises(Unauthorized, match=r"Fetching from .* is not allowed"):
            hosts.check_url(url)


def test_an_address_that_is_none_is_invalid():
    with pytest.raises(Invalid):
        Hosts(ONE).check_url("http://[::1")
