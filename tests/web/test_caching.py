"""What a client has already, what part it wants, and the headers that say so."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.delivery.model import Media
from safelight.kernel.errors import Busy, Internal, Invalid, NotFound, Processing
from safelight.web import caching
from safelight.web.caching import Conditions, Reply

AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
EARLIER, LATER = "Fri, 02 Jan 2026 03:04:04 GMT", "Fri, 02 Jan 2026 03:04:06 GMT"
MEDIA = Media("c", "a", "key", 100, "abc", "image/jpeg", AT)
WHOLE = Reply(200, 0, 100)


@pytest.mark.parametrize(
    ("method", "conditions", "reply"),
    [
        ("GET", Conditions(), WHOLE),
        ("GET", Conditions(if_none_match='"abc"'), Reply(304)),
        ("HEAD", Conditions(if_none_match='"abc"'), Reply(304)),
        ("GET", Conditions(if_none_match='W/"abc"'), Reply(304)),
        ("GET", Conditions(if_none_match='"x", "abc"'), Reply(304)),
        ("GET", Conditions(if_none_match="*"), Reply(304)),
        ("GET", Conditions(if_none_match='"x"'), WHOLE),
        ("GET", Conditions(if_none_match="abc"), WHOLE),
        ("GET", Conditions(if_none_match='"x"', if_modified_since=LATER), WHOLE),  # the tag decides alone
        ("GET", Conditions(if_modified_since=DATE), Reply(304)),
        ("GET", Conditions(if_modified_since=LATER), Reply(304)),
        ("GET", Conditions(if_modified_since=EARLIER), WHOLE),
        ("GET", Conditions(if_modified_since="yesterday"), WHOLE),
        ("GET", Conditions(range="bytes=0-9"), Reply(206, 0, 10)),
        ("GET", Conditions(range="Bytes = 0 - 9 "), Reply(206, 0, 10)),
        ("GET", Conditions(range="bytes=90-"), Reply(206, 90, 100)),
        ("GET", Conditions(range="bytes=90-500"), Reply(206, 90, 100)),
        ("GET", Conditions(range="bytes=-10"), Reply(206, 90, 100)),
        ("GET", Conditions(range="bytes=-500"), Reply(206, 0, 100)),
        ("GET", Conditions(range="bytes=0-"), Reply(206, 0, 100)),
        ("GET", Conditions(range="bytes=99-99"), Reply(206, 99, 100)),
        ("GET", Conditions(range="bytes=100-"), Reply(416)),
        ("GET", Conditions(range="bytes=-0"), Reply(416)),
        ("GET", Conditions(range="bytes=9-0"), WHOLE),
        ("GET", Conditions(range="bytes=0-0,5-6"), WHOLE),
        ("GET", Conditions(range="bytes=-"), WHOLE),
        ("GET", Conditions(range="bytes=a-b"), WHOLE),
        ("GET", Conditions(range="bytes=٠-٩"), WHOLE),
        ("GET", Conditions(range=f"bytes=0-{'9' * 5000}"), WHOLE),
        ("GET", Conditions(range="lines=0-9"), WHOLE),
        ("HEAD", Conditions(range="bytes=0-9"), WHOLE),
        ("GET", Conditions(range="bytes=0-9", if_range='"abc"'), Reply(206, 0, 10)),
        ("GET", Conditions(range="bytes=0-9", if_range='"x"'), WHOLE),
        ("GET", Conditions(range="bytes=0-9", if_range='W/"abc"'), WHOLE),
        ("GET", Conditions(range="bytes=0-9", if_range=DATE), Reply(206, 0, 10)),
        ("GET", Conditions(range="bytes=0-9", if_range=LATER), WHOLE),
        ("GET", Conditions(range="bytes=0-9", if_none_match='"abc"'), Reply(304)),
    ],
)
def test_conditions_and_ranges(method: str, conditions: Conditions, reply: Reply):
    assert caching.decide(method, conditions, MEDIA) == reply


def test_an_empty_file_has_no_part():
    assert caching.decide("GET", Conditions(range="bytes=0-"), replace(MEDIA, size_bytes=0)) == Reply(416)


@pytest.mark.parametrize(
    ("media", "cache_control"),
    [
        (MEDIA, "public, max-age=2592000"),
        (replace(MEDIA, is_immutable=True), "public, max-age=2592000, immutable"),
        (replace(MEDIA, is_private=True, is_immutable=True), "private, max-age=86400"),
        (replace(MEDIA, stands_in_for="Resource not found - x"), "private, max-age=60"),
    ],
)
def test_who_may_keep_it_how_long(media: Media, cache_control: str):
    assert caching.cache_control(media) == cache_control


def test_the_headers_of_each_status():
    media = replace(MEDIA, varies_by=("Accept", "DPR"), is_sandboxed=True, attachment_name="a.jpg")
    whole = dict(caching.headers_of(media, WHOLE))
    assert whole["etag"] == '"abc"'
    assert whole["last-modified"] == DATE
    assert whole["vary"] == "Accept, DPR"
    assert whole["content-length"] == "100"
    assert whole["accept-ranges"] == "bytes"
    assert whole["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert whole["x-content-type-options"] == "nosniff"
    assert whole["access-control-allow-origin"] == whole["timing-allow-origin"] == "*"
    part = dict(caching.headers_of(media, Reply(206, 10, 20)))
    assert (part["content-range"], part["content-length"]) == ("bytes 10-19/100", "10")
    unchanged = dict(caching.headers_of(media, Reply(304)))
    assert {"etag", "vary", "cache-control"} <= unchanged.keys()
    assert not {"content-length", "content-type"} & unchanged.keys()
    beyond = dict(caching.headers_of(media, Reply(416)))
    assert (beyond["content-range"], beyond["content-length"]) == ("bytes */100", "0")


@pytest.mark.parametrize("reply", [WHOLE, Reply(206, 10, 20), Reply(304)])
def test_headers_of_the_owner_go_with_every_answer_that_has_the_file(reply: Reply):
    media = replace(MEDIA, headers={"x-robots-tag": "noindex", "link": "<https://a.example/>"})
    assert media.headers.items() <= dict(caching.headers_of(media, reply)).items()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cat.jpg", 'attachment; filename="cat.jpg"'),
        ("my cat.jpg", 'attachment; filename="my cat.jpg"'),
        ("kätzchen.jpg", "attachment; filename=\"k_tzchen.jpg\"; filename*=UTF-8''k%C3%A4tzchen.jpg"),
        ('a"b\\c.jpg', "attachment; filename=\"a_b_c.jpg\"; filename*=UTF-8''a%22b%5Cc.jpg"),
        ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie: x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x"),
    ],
)
def test_the_name_to_save_under(name: str, value: str):
    assert caching.disposition(name) == value


@pytest.mark.parametrize(
    ("error", "cache_control", "retry_after"),
    [
        (NotFound("Resource not found - a\nb – c"), "max-age=60", None),
        (Invalid("no"), "max-age=60", None),
        (Processing("wait", retry_after_seconds=5), "no-store", "5"),
        (Busy("wait", retry_after_seconds=3), "no-store", "3"),
        (Internal("no"), "no-store", None),
    ],
)
def test_the_headers_of_a_refusal(error, cache_control: str, retry_after: str | None):
    headers = dict(caching.error_headers(error, 3))
    assert headers["cache-control"] == cache_control
    assert headers.get("retry-after") == retry_after
    assert "\n" not in headers["x-cld-error"]
    assert headers["x-cld-error"].encode("latin-1")
