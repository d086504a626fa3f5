"""What the door of delivery reads out of a request."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.transform.auto import Hints
from safelight.web.delivery import cloud_of, hints_of, hosts_of

HOSTS = {"media.example.org": "acme"}


@pytest.mark.parametrize(
    ("host", "cloud"),
    [
        ("localhost:8000", None),
        ("127.0.0.1:8000", None),
        ("[::1]:8000", None),
        ("[::1]", None),
        ("", None),
        ("res.example.org", None),
        ("acme-res", None),
        ("media.example.org", "acme"),
        ("Media.Example.Org.:443", "acme"),
        ("demo-res.example.org", "demo"),
        ("-res.example.org", None),
    ],
)
def test_the_cloud_that_a_host_stands_for(host: str, cloud: str | None):
    assert cloud_of(host, HOSTS) == cloud


@pytest.mark.parametrize(
    ("headers", "hints"),
    [
        ({}, Hints()),
        ({"accept": "image/webp"}, Hints(accept="image/webp")),
        ({"dpr": "1.5", "width": "300"}, Hints(dpr=1.5, width=300)),
        ({"sec-ch-dpr": "2", "dpr": "1"}, Hints(dpr=2)),
        ({"sec-ch-viewport-width": "411.4"}, Hints(viewport_width=411)),
        ({"dpr": "nan", "width": "-5", "viewport-width": "wide"}, Hints()),
        ({"dpr": "inf", "width": "1e99"}, Hints(width=1_000_000)),
        ({"save-data": "ON"}, Hints(saves_data=True)),
        ({"save-data": "off"}, Hints()),
    ],
)
def test_what_a_client_says_of_itself(headers: dict[str, str], hints: Hints):
    assert hints_of(headers) == hints


def test_hosts_as_settings_say_them():
    assert hosts_of(["Media.example.org=acme", " b = demo "]) == {"media.example.org": "acme", "b": "demo"}
    for wrong in ("media.example.org", "=acme", "media.example.org="):
        with pytest.raises(Invalid):
            hosts_of([wrong])
