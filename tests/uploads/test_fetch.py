"""Texts in place of a file."""

import base64
import tracemalloc
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from safelight.adapters.fetcher.memory import Page
from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.hosts import Hosts
from safelight.ports.fetcher import Fetched
from safelight.uploads import sources
from tests.intake import JPEG

B64 = base64.b64encode(JPEG).decode()
URLSAFE = base64.urlsafe_b64encode(b"\xfb\xff\xfe" * 5).decode()


@pytest.mark.parametrize(
    ("uri", "data"),
    [
        (f"data:image/jpeg;base64,{B64}", JPEG),
        (f"DATA:image/jpeg;BASE64,{B64}", JPEG),
        (f"data:;base64,{B64}", JPEG),
        (f"data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,{B64}", JPEG),
        (f"data:image/svg+xml;charset=utf-8;base64,{B64}", JPEG),
        (f" data:image/jpeg;base64,{B64[:10]}\n {B64[10:]}\r\n", JPEG),
        (f"data:image/jpeg;base64,{B64.rstrip('=')}", JPEG),
        (f"data:image/jpeg;base64,{B64.replace('=', '%3D').replace('+', '%2B')}", JPEG),
        (f"data:;base64,{URLSAFE}", b"\xfb\xff\xfe" * 5),
        ("data:text/plain,hello%20world", b"hello world"),
        ("data:,", b""),
        (f"data:;base64,{base64.b64encode(bytes(range(256)) * 10_000).decode()}", bytes(range(256)) * 10_000),
    ],
)
async def test_a_data_uri_is_a_file(intake, uri, data):
    source = await intake.fetch(uri, size_bytes_max=10**8)
    assert source.staged.path.read_bytes() == data
    assert source.filename is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "data:image/jpeg;base64",
            "data:;base64,###",
            "data:;base64,AAAA=AAA",
            "data:;base64,A",
            "data:;base64,AA==AA==",
        ),
        *("ftp://a.example/x", "file:///etc/passwd", "s3://bucket/key", "gopher://x", "a.jpg", "", "//a.example/x"),
        "http://" + "a" * 9000,
    ],
)
async def test_what_is_neither_is_refused(intake, text):
    with pytest.raises(Invalid):
        await intake.fetch(text, size_bytes_max=10**8)
    assert intake.staged_files() == []


@dataclass
class Bucket:
    """A Source that has a few objects."""

    objects: dict[str, bytes]

    @asynccontextmanager
    async def get(self, url, *, size_bytes_max):
        async def chunks():
            yield self.objects.get(url, b"")

        yield Fetched(200 if url in self.objects else 404, url, {}, chunks())


MARKER = "s3://pets/.wellknown/cloudinary/"


async def test_a_bucket_is_read_for_the_clouds_that_it_names(intake):
    bucket = Bucket({"s3://pets/a/cat.jpg": JPEG, f"{MARKER}demo": b""})
    fetch = replace(intake.fetch, places={"s3": bucket})
    source = await fetch("s3://pets/a/cat.jpg", size_bytes_max=10**6, cloud="demo")
    assert (source.staged.path.read_bytes(), source.filename) == (JPEG, "cat.jpg")
    with pytest.raises(Invalid, match=f"not whitelisted: put an empty object {MARKER[10:]}other into it"):
        await fetch("s3://pets/a/cat.jpg", size_bytes_max=10**6, cloud="other")
    with pytest.raises(Invalid, match="Error in loading s3://pets/none - 404 Not Found"):
        await fetch("s3://pets/none", size_bytes_max=10**6, cloud="demo")


async def test_an_ftp_server_needs_no_mark(intake):
    fetch = replace(intake.fetch, places={"ftp": Bucket({"ftp://a.example/b%20c.jpg": JPEG})})
    assert (await fetch("ftp://a.example/b%20c.jpg", size_bytes_max=10**6)).filename == "b c.jpg"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("s3://bucket/a/b.jpg", "b.jpg"),
        ("s3://bucket/a/50%25 #1?.jpg", "50%25 #1?.jpg"),
        ("ftp://host/a/b%20c.jpg;type=i", "b c.jpg"),
        ("azure://t:account@box/x", "x"),
    ],
)
def test_a_file_is_called_as_it_is_where_it_lies(url, name):
    assert sources.filename(url) == name


@pytest.mark.parametrize("scheme", ["s3", "gs", "azure", "ftp"])
def test_what_is_not_set_up_says_which_setting_does_it(intake, scheme):
    with pytest.raises(Invalid, match=f"not set up in this installation; SAFELIGHT_SOURCE_{scheme.upper()}"):
        intake.fetch.check(f"{scheme}://bucket/key")


async def test_a_proxy_is_handed_on(intake):
    intake.fetcher.pages["http://x.example/a"] = Page(JPEG)
    await intake.fetch("http://x.example/a", size_bytes_max=10**6, proxy="http://proxy.example:3128")
    assert intake.fetcher.proxies == ["http://proxy.example:3128"]


async def test_a_data_uri_has_the_limits_of_a_file(intake):
    with pytest.raises(TooMuch, match=f"Got {len(JPEG)}. Maximum is 10."):
        await intake.fetch(f"data:;base64,{B64}", size_bytes_max=10)
    assert intake.staged_files() == []


@pytest.mark.parametrize("head", ["data:,", "data:;base64,"])
async def test_no_data_uri_takes_many_times_its_size(intake, head):
    text = head + "%41" * 2_000_000
    tracemalloc.start()
    try:
        source = await intake.fetch(text, size_bytes_max=10**8)
        assert tracemalloc.get_traced_memory()[1] < 8 * len(text)
    finally:
        tracemalloc.stop()
    assert source.staged.size_bytes == (1_500_000 if "base64" in head else 2_000_000)


@pytest.mark.parametrize(
    ("url", "filename"),
    [
        ("https://a.example/photos/my%20cat.jpg?size=1#top", "my cat.jpg"),
        ("http://a.example/", None),
        ("HTTPS://a.example/x.png", "x.png"),
    ],
)
async def test_a_remote_file_is_fetched_and_named_by_its_address(intake, url, filename):
    intake.fetcher.pages = {url.replace("HTTPS", "https"): Page(JPEG), url.partition("#")[0]: Page(JPEG)}
    source = await intake.fetch(url, size_bytes_max=1000)
    assert (source.staged.path.read_bytes(), source.filename) == (JPEG, filename)


@pytest.mark.parametrize(
    ("url", "page", "words"),
    [
        ("https://a.example/gone.jpg", Page(status=404), "Error in loading https://a.example/gone.jpg - 404 Not Found"),
        ("http://a.example:81/x", Page(status=404), "Error in loading http://a.example:81/x - 404 Not Found"),
        ("https://a.example/sad", Page(status=500), "Error in loading https://a.example/sad - 500"),
        ("https://user:secret@a.example/x", Page(status=403), "Error in loading https://a.example/x - 403"),
        ("https://a.example/none", None, "Error in loading"),
        ("http://127.0.0.1/", None, "forbidden address"),
        ("https://a.example/in", Page(status=302, headers={"location": "http://169.254.169.254/"}), "forbidden"),
    ],
)
async def test_what_cannot_be_fetched_is_told_without_secrets(intake, url, page, words):
    if page is not None:
        intake.fetcher.pages = {url: page, url.replace("user:secret@", ""): page}
    with pytest.raises(Invalid) as caught:
        await intake.fetch(url, size_bytes_max=1000)
    assert words in caught.value.message
    assert "secret" not in caught.value.message
    assert intake.staged_files() == []


async def test_a_remote_file_has_limits(intake):
    intake.fetcher.pages = {"https://a.example/x": Page(JPEG)}
    with pytest.raises(TooMuch):
        await intake.fetch("https://a.example/x", size_bytes_max=10)
    assert intake.staged_files() == []


@pytest.mark.parametrize("url", ["https://b.example/x", "https://a.example/away", "ftp://b.example/x"])
async def test_nothing_is_uploaded_from_a_host_that_the_cloud_denies(intake, url):
    intake.fetcher.pages = {
        "https://a.example/away": Page(status=302, headers={"location": "https://b.example/x"}),
        "https://b.example/x": Page(JPEG),
    }
    fetch = replace(intake.fetch, places={"ftp": intake.fetcher})
    with pytest.raises(Invalid, match=r"Fetching from b\.example is not allowed"):
        await fetch(url, size_bytes_max=1000, hosts=Hosts(denied=("b.example",)))
    assert intake.staged_files() == []
