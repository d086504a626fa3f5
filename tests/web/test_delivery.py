"""What the door of delivery reads out of a request."""

import httpx
import pytest

from safelight.adapters.fetcher.guarded import GuardedFetcher
from safelight.kernel.errors import Invalid
from safelight.settings import FetchSettings
from safelight.transform.auto import Hints
from safelight.web.delivery import cloud_of, hints_of, hosts_of, is_of_api, loop_names
from tests.delivering import delivery, served

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
    ("path", "host", "is_so"),
    [
        ("/v1_1/demo/folders", "localhost:8000", True),
        ("/v1_1/demo/folders", "media.example.org", True),
        ("/v1_1", "localhost", True),
        ("/v2/notifications/demo/messages", "localhost", True),
        ("/auth/nothing", "localhost:8000", True),
        ("/auth/cat.jpg", "media.example.org", False),
        ("/author/image/upload/cat.jpg", "localhost", False),
        ("/v2/cat.jpg", "media.example.org", False),
        ("/v2/cat.jpg", "demo-res.example.org", False),
        ("/v1_1x/cat.jpg", "localhost", False),
        ("/demo/image/upload/v1_1/cat.jpg", "localhost", False),
        ("/", "localhost", False),
    ],
)
def test_what_was_meant_for_the_api_is_no_name_of_a_file(path: str, host: str, is_so: bool):
    assert is_of_api(path, host, HOSTS) is is_so


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


async def test_a_fetch_that_leads_back_to_us_is_refused_at_once(database, tmp_path):
    fetcher = GuardedFetcher(FetchSettings(allow=("127.0.0.1",)), seconds_max=10)
    async with served(await delivery(database, tmp_path, fetcher)) as here:
        base = f"http://127.0.0.1:{here.port}"
        url = f"{base}/demo/image/upload/nothing.jpg"
        for _ in range(20):
            url = f"{base}/demo/image/fetch/{url}"
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.get(url)
            assert (answer.status_code, answer.text.strip()[-17:]) == (404, "- 400 Bad Request")
            answer = await client.get(f"{base}/demo/image/fetch/{base}/demo/image/upload/nothing.jpg")
            assert answer.text.strip()[-15:] == "- 404 Not Found"
    await fetcher.close()


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("", []),
        ("a", ["a"]),
        (
            'foo123.foocdn.example, barcdn.example; trace="abcdef",AnotherCDN;a=b,c',
            ["foo123.foocdn.example", "barcdn.example", "AnotherCDN", "c"],
        ),
    ],
)
def test_who_asks_for_somebody_else_is_known_by_name(header, names):
    assert loop_names(header) == tuple(names)
