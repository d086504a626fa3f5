"""A cookie is set through the registry, or not at all."""

import pytest
from starlette.datastructures import MutableHeaders

from safelight.kernel.errors import Forbidden, Internal
from safelight.wire import cookies
from safelight.wire.cookies import CSRF, REMEMBER, SESSION, Cookie, CookieKind


@pytest.mark.parametrize(
    ("cookie", "is_secure", "expected"),
    [
        (SESSION, True, "__Host-session=abc; Path=/; SameSite=Lax; HttpOnly; Secure"),
        (SESSION, False, "session=abc; Path=/; SameSite=Lax; HttpOnly"),
        (REMEMBER, True, "__Host-remember=abc; Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly; Secure"),
        (CSRF, True, "__Host-csrf=abc; Path=/; SameSite=Strict; Secure"),
    ],
)
def test_a_cookie_has_the_flags_of_its_kind(cookie, is_secure, expected):
    headers = MutableHeaders()
    cookies.put(headers, cookie, "abc", is_secure=is_secure)
    assert headers.getlist("set-cookie") == [expected]
    assert cookies.is_registered(expected)


def test_what_is_no_registered_cookie_is_an_error():
    with pytest.raises(Internal):
        cookies.line(Cookie("spy", CookieKind.NECESSARY, None, "To follow you"), "abc", is_secure=True)
    with pytest.raises(Internal):
        cookies.line(SESSION, "a; Domain=example.org", is_secure=True)
    assert not cookies.is_registered("spy=1; Path=/")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("session=abc", "abc"),
        ("a=b; session=abc; session=def", "abc"),
        ('session="abc"', "abc"),
        ("xsession=abc", None),
        ("session=", None),
        ("session=a b", None),
        (f"session={'a' * 1001}", None),
        ("__Host-session=abc", None),
    ],
)
def test_a_cookie_is_read_by_its_name(header, expected):
    assert cookies.read(header, SESSION, is_secure=False) == expected


@pytest.mark.parametrize(
    ("scheme", "headers", "public_url", "expected"),
    [
        ("https", {"host": "media.example.org"}, "", True),
        ("http", {"host": "media.example.org", "x-forwarded-proto": "https"}, "", True),
        ("http", {"host": "media.example.org"}, "https://media.example.org", True),
        ("http", {"host": "localhost:8000"}, "https://media.example.org", False),
        ("http", {"host": "127.0.0.1:8000"}, "http://127.0.0.1:8000", False),
        ("http", {"host": "[::1]:8000"}, "", False),
    ],
)
def test_it_is_known_whether_the_browser_came_over_tls(scheme, headers, public_url, expected):
    assert cookies.is_secure(scheme, headers, public_url) is expected


def test_no_cookie_is_set_that_a_browser_would_send_in_the_clear():
    with pytest.raises(Forbidden, match="needs https"):
        cookies.is_secure("http", {"host": "media.example.org"}, "http://media.example.org")
