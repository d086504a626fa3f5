"""Tokens for delivery: what an SDK makes opens what it is for, and nothing else."""

from datetime import UTC, datetime

import pytest
from cloudinary import auth_token

from safelight.accounts.token_keys import TokenKey
from safelight.delivery.token import Asked, check, escaped, fits, keys_shown, tokens_in
from safelight.kernel.errors import Unauthorized
from safelight.kernel.secret import Secret

HEX = "00112233FF99"
AT = 1_111_111_200
NOW = datetime.fromtimestamp(AT, UTC)
PATH = "/demo/image/authenticated/v1486020273/a/sample.jpg"


def key(digits: str = HEX, id: str = "k") -> TokenKey:
    return TokenKey(id, Secret(digits), NOW)


def made(**words: object) -> str:
    """The token alone, of the unchanged Python SDK."""
    return auth_token.generate(**{"key": HEX, "start_time": AT - 100, "duration": 300, **words}).partition("=")[2]


@pytest.mark.parametrize(
    ("token", "asked"),
    [
        (
            "st=1111111111~exp=1111111411~acl=%2fimage%2f*"
            "~hmac=1751370bcc6cfe9e03f30dd1a9722ba0f2cdca283fa3e6df3342a00a7528cc51",
            Asked("/image/authenticated/sample.jpg"),
        ),
        (
            "st=1111111111~exp=1111111411~hmac=639406f8c07fc6a1613e1f6192baba631f9d5719185a32049281e94e15c5619b",
            Asked("/test123/image/upload/v1486020273/sample.jpg", host="res.cloudinary.com"),
        ),
    ],
)
def test_the_vectors_of_the_original(token, asked):
    assert check(token, asked, [key("aabbccddeeff", "other"), key()], NOW) == "k"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ({"acl": "/demo/image/*"}, {}),
        ({"acl": ["/demo/video/*", "/demo/image/authenticated/*"]}, {}),
        ({"acl": "*"}, {}),
        ({"acl": PATH}, {}),
        ({"acl": "/demo/image/authenticated/*/sample.jpg"}, {}),
        ({"acl": "/demo/ü b/*"}, {"path": "/demo/%C3%BC%20b/c.jpg"}),
        ({"acl": "/demo/%C3%BC%20b/*"}, {"path": "/demo/%C3%BC%20b/c.jpg"}),
        ({"acl": "*", "ip": "203.0.113.9"}, {"address": "203.0.113.9"}),
        ({"acl": "*", "ip": "203.0.113.9"}, {"address": "::ffff:203.0.113.9"}),
        ({"acl": "*", "ip": "2001:db8::1"}, {"address": "2001:DB8:0::1"}),
        ({"acl": "*", "start_time": None, "expiration": AT + 1, "duration": None}, {}),
        ({"url": PATH}, {}),
        ({"url": f"https://media.test{PATH}"}, {}),
        ({"url": PATH}, {"query": "utm=1"}),
        ({"url": f"{PATH}?utm=1"}, {"query": "utm=1"}),
        ({"url": "/demo/%C3%BC,b~c.jpg"}, {"path": "/demo/%C3%BC,b~c.jpg"}),
    ],
)
def test_what_the_python_sdk_makes_opens_what_it_is_for(words, asked):
    asked = Asked(**{"path": PATH, "host": "media.test", **asked})
    token = made(**words)
    assert check(token, asked, [key()], NOW) == "k"
    once_more = token.replace("%", "%25").replace("=", "%3D").replace("~", "%7E")
    assert check(once_more, asked, [key()], NOW) == "k", "a client that escapes what it is given"


@pytest.mark.parametrize(
    ("words", "asked", "at", "why"),
    [
        ({"acl": "/demo/video/*"}, {}, AT, "other paths"),
        ({"acl": "/demo/image"}, {}, AT, "other paths"),
        ({"acl": "/demo/image/authenticated/v1486020273/a/"}, {}, AT, "other paths"),
        ({"acl": "*.png"}, {}, AT, "other paths"),
        ({"acl": "/image/*"}, {}, AT, "other paths"),
        ({"acl": "*"}, {}, AT - 101, "not valid yet"),
        ({"acl": "*"}, {}, AT + 200, "expired"),
        ({"acl": "*", "ip": "203.0.113.9"}, {"address": "203.0.113.10"}, AT, "another address"),
        ({"acl": "*", "ip": "203.0.113.9"}, {}, AT, "another address"),
        ({"acl": "*", "ip": "203.0.113.*"}, {"address": "203.0.113.10"}, AT, "another address"),
        ({"url": PATH}, {"path": PATH.replace("sample", "other")}, AT, "not one of this cloud"),
        ({"url": PATH}, {"path": PATH.replace("/v1486020273", "")}, AT, "not one of this cloud"),
        ({"url": PATH}, {"path": PATH.replace("/a/", "//a/")}, AT, "not one of this cloud"),
        ({"url": f"https://media.test{PATH}"}, {"host": "evil.test"}, AT, "not one of this cloud"),
        # A remote file is named by its query, too: a token for one says nothing of its neighbour.
        ({"url": PATH}, {"query": "id=2", "is_named_by_query": True}, AT, "not one of this cloud"),
        ({"url": f"{PATH}?id=1"}, {"query": "id=2", "is_named_by_query": True}, AT, "not one of this cloud"),
        ({"acl": "*", "key": "0011223344"}, {}, AT, "not one of this cloud"),
    ],
)
def test_it_opens_nothing_else(words, asked, at, why):
    asked = Asked(**{"path": PATH, "host": "media.test", **asked})
    with pytest.raises(Unauthorized, match=why):
        check(made(**words), asked, [key()], datetime.fromtimestamp(at, UTC))


GOOD = made(acl="/demo/image/*", ip="203.0.113.9")


@pytest.mark.parametrize(
    "token",
    [
        GOOD.replace("demo", "dema"),
        GOOD.replace("exp=1111111400", "exp=9111111400"),
        GOOD.replace("ip=203.0.113.9~", ""),
        GOOD.replace("st=1111111100~", ""),
        GOOD.replace("acl=%2fdemo%2fimage%2f*~", ""),
        GOOD.replace("~hmac", "~acl=*~hmac"),
        "acl=*~" + GOOD,
        GOOD + "~acl=*",
        GOOD + "0",
        GOOD[:-1],
        GOOD.partition("~hmac=")[0],
        GOOD.partition("~hmac=")[0] + "~hmac=",
        made(acl="*").replace("~hmac", "~data=x~hmac"),
        "hmac=00",
        "exp=9~hmac=é",
        "~",
        "",
        "%",
    ],
)
def test_a_changed_token_opens_nothing(token):
    with pytest.raises(Unauthorized):
        check(token, Asked(PATH, address="203.0.113.9"), [key()], NOW)


def test_an_escaped_token_cannot_say_another_thing_than_was_signed():
    """`%7e` in a pattern would part the token anew if it were taken apart before it is compared."""
    token = made(acl="/demo/~exp=9999999999~acl=*")
    with pytest.raises(Unauthorized):
        check(token, Asked(PATH), [key()], NOW)
    with pytest.raises(Unauthorized):
        check(token, Asked(PATH), [key()], datetime.fromtimestamp(AT + 500, UTC))


def test_without_keys_nothing_is_open_and_one_good_token_is_enough():
    with pytest.raises(Unauthorized):
        check(GOOD, Asked(PATH, address="203.0.113.9"), [], NOW)
    assert keys_shown(["nonsense", GOOD], Asked(PATH, address="203.0.113.9"), [key()], NOW) == {"k"}
    with pytest.raises(Unauthorized):
        keys_shown(["nonsense", "more"], Asked(PATH), [key()], NOW)


@pytest.mark.parametrize(
    ("query", "cookies", "found"),
    [
        ("", "", ()),
        ("__cld_token__=a~b=c&_a=x", "", ("a~b=c",)),
        ("x__cld_token__=a&__cld_token__=", "", ()),
        ("", "session=1; __cld_token__=a=b; c", ("a=b",)),
        ("", '__cld_token__="a"', ("a",)),
        ("__cld_token__=q", "__cld_token__=c", ("q", "c")),
        ("&".join(f"__cld_token__={number}" for number in range(9)), "", ("0", "1", "2", "3")),
        (f"__cld_token__={'a' * 5000}", "", ()),
    ],
)
def test_where_tokens_stand(query, cookies, found):
    assert tokens_in("__cld_token__", query, cookies) == found


@pytest.mark.parametrize(
    ("pattern", "text", "does"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("*", "", True),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*c", "ac", True),
        ("ab*bc", "abc", False),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "acb", False),
        ("?", "a", False),
        ("*a" * 2000, "a" * 4000, True),
        ("*a" * 2000 + "b", "a" * 4000, False),
    ],
)
def test_patterns(pattern, text, does):
    assert fits(pattern, text) is does


@pytest.mark.parametrize("url", ["/image/*", "http://a/ü b?c=d&e#f", "~:'\"[]{}|\\^`;<>@%,", "/a//b::c"])
def test_letters_are_escaped_as_the_sdk_does_it(url):
    assert escaped(url) == auth_token._escape_to_lower(url)
