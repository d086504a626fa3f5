"""`headers` and `quality_override` as clients write them."""

import json

import pytest

from safelight.assets.model import Serving
from safelight.kernel.errors import Invalid
from safelight.wire import intake, serving

ROBOTS = {"x-robots-tag": "noindex"}


@pytest.mark.parametrize(
    ("headers", "served"),
    [
        ("X-Robots-Tag: noindex", ROBOTS),
        (
            "x-robots-tag:noindex\nLink: <https://a.example/>; rel=canonical",
            ROBOTS | {"link": "<https://a.example/>; rel=canonical"},
        ),
        (["X-Robots-Tag: noindex", "Set-Cookie: a=b"], ROBOTS),
        (json.dumps({"X-Robots-Tag": "noindex", "Authorization": "Bearer x"}), ROBOTS),
        ("Content-Type: text/html\nX-Odd: 1", {}),
        ("", {}),
    ],
)
def test_two_headers_are_served_with_the_file(headers, served: dict[str, str]):
    assert serving.new({"headers": headers}).headers == served


@pytest.mark.parametrize(
    "headers",
    [
        "X-Robots-Tag: no\u00ebl",
        f"Link: {'x' * 2001}",
        "{broken",
        "\n".join(["A: b"] * 51),
        '{"Link": "a\\nSet-Cookie: b"}',
    ],
)
def test_what_is_no_header_is_invalid(headers: str):
    with pytest.raises(Invalid, match="headers"):
        serving.new({"headers": headers})


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ("Authorization: Bearer a.b-c", {"authorization": "Bearer a.b-c"}),
        ('{"authorization": "Basic eA=="}', {"authorization": "Basic eA=="}),
        ("Cookie: x", {}),
        ("Authorization: \u00eb", {}),
    ],
)
def test_credentials_are_sent_to_where_the_file_is(headers: str, sent: dict[str, str]):
    assert intake.fetch_headers({"headers": headers}) == sent


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ({}, Serving(ROBOTS, "80"), Serving(ROBOTS, "80")),
        ({"headers": ""}, Serving(ROBOTS, "80"), Serving({}, "80")),
        ({"quality_override": "none"}, Serving(ROBOTS, "80"), Serving(ROBOTS, "")),
        ({"quality_override": "auto:best"}, Serving(ROBOTS), Serving(ROBOTS, "auto:best")),
    ],
)
def test_what_is_not_said_stays(words: dict[str, str], before: Serving, after: Serving):
    onto = serving.said(words)
    assert (onto(before) if onto else before) == after


def test_a_quality_that_is_none_is_invalid():
    with pytest.raises(Invalid, match="Invalid quality_override best"):
        serving.new({"quality_override": "best"})
