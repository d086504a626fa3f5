"""Addresses on the web, read strictly."""

import pytest

from safelight.adapters.fetcher.target import Target, public_headers, shown
from safelight.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "url", "host", "port"),
    [
        ("http://example.com", "http://example.com", "example.com", 80),
        ("HTTPS://Example.COM/a?b=c#d", "https://example.com/a?b=c", "example.com", 443),
        ("http://example.com:8080/", "http://example.com:8080/", "example.com", 8080),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4", "xn--bcher-kva.example", 80),
        ("http://[2606:4700::1]:81/", "http://[2606:4700::1]:81/", "2606:4700::1", 81),
        ("http://2130706433/", "http://2130706433/", "2130706433", 80),
        ("http://localhost./", "http://localhost./", "localhost.", 80),
        ("http://me:secret@example.com/", "http://example.com/", "example.com", 80),
        ("http://127.0.0.1\\@example.com/", "http://example.com/", "example.com", 80),
    ],
)
def test_a_good_address_is_taken_apart(text: str, url: str, host: str, port: int):
    target = Target.of(text)
    assert (str(target.url), target.host, target.port) == (url, host, port)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
        "http://", "http:///path", "http://a b/", "http://ex%61mple.com/", "http://h%00.example/", "http://.../",
        "http://h:0/", "http://h:65536/", "http://h:-1/", "http://h:x/", "http://h/\n", "http://h/\0",
        "http://[fe80::1%25eth0]/", "http://[::1%eth0]/", "http://[::1/", "http://１２７.0.0.1/", "http://-h/",
        "http://" + "h" * 300 + "/", "http://h/" + "x" * 9000, "http://h;evil/", "http://*/",
    ],
)  # fmt: skip
def test_a_bad_address_is_an_error(text: str):
    with pytest.raises(Invalid, match="Error in loading"):
        Target.of(text)


def test_credentials_are_sent_to_their_host_and_shown_to_nobody():
    target = Target.of("http://me:p%40ss@example.com/file")
    assert target.headers({})["authorization"] == "Basic bWU6cEBzcw=="
    assert "ss" not in repr(target)
    assert target.join("/other").authorization == target.authorization
    assert target.join("http://other.example/").authorization is None
    assert target.join("http://example.com:81/").authorization is None
    assert target.join("https://example.com/").authorization is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.com/a@b", "http://example.com/a@b"),
        ("http://me:secret@example.com/", "http://example.com/"),
        ("http://me:se@cret@example.com/?q=a@b", "http://example.com/"),
        ("http://h/\n\x1b[31m", "http://h/??[31m"),
        ("http://h/" + "x" * 1000, "http://h/" + "x" * 491),
    ],
)
def test_an_address_is_repeated_without_credentials(text: str, expected: str):
    assert shown(text) == expected


def test_private_headers_stay_at_home():
    assert public_headers({"Authorization": "x", "COOKIE": "x", "X-Tag": "1"}) == {"X-Tag": "1"}
