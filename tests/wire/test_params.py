"""Form words -> typed values."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.wire import params


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((word, True) for word in ("1", "true", "True", "TRUE", "yes", "on", "t")),
        *((word, False) for word in ("0", "false", "False", "no", "off", "f", "null")),
        (["1"], True),
    ],
)
def test_booleans_come_in_many_spellings(value, expected):
    assert params.flag({"overwrite": value}, "overwrite", default=not expected) is expected


def test_a_word_that_is_not_there_has_its_default():
    assert params.flag({}, "overwrite", default=True) is True
    assert params.text({"a": ""}, "a") is None
    assert params.number({}, "n", low=0, high=9) is None


@pytest.mark.parametrize("value", ["2", "maybe", ["0", "1"]])
def test_what_is_no_boolean_is_told(value):
    with pytest.raises(Invalid, match="overwrite"):
        params.flag({"overwrite": value}, "overwrite")


@pytest.mark.parametrize("value", ["-1", "10", "1.5", "x", "٣", "9" * 30])
def test_numbers_have_bounds(value):
    with pytest.raises(Invalid, match="parameter n"):
        params.number({"n": value}, "n", low=0, high=9)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a,b", ("a", "b")),
        (" a , ,b,", ("a", "b")),
        (["a", "b,c"], ("a", "b,c")),
        ('["a","b"]', ("a", "b")),
        ("[a", ("[a",)),
        ("", ()),
    ],
)
def test_lists_come_as_arrays_and_as_texts(value, items):
    assert params.csv({"x": value}, "x") == items


@pytest.mark.parametrize(
    ("value", "tags"),
    [("b,a,b", ("a", "b")), (["b", "a,c"], ("a", "b", "c")), ("", ()), ("zoë, 猫", ("zoë", "猫"))],
)
def test_tags_are_sorted_and_each_is_there_once(value, tags):
    assert params.tags({"tags": value}) == tags


@pytest.mark.parametrize("value", [",".join(map(str, range(1001))), "x" * 256, "a\nb"])
def test_tags_have_limits(value):
    with pytest.raises(Invalid, match=r"[Tt]ag"):
        params.tags({"tags": value})


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ("k=v", {"k": "v"}),
        ("k=v|l=w", {"k": "v", "l": "w"}),
        (r"k=a\=b|l=c\|d", {"k": "a=b", "l": "c|d"}),
        ("k=a=b", {"k": "a=b"}),
        ("k = v | l = w ", {"k": "v", "l": "w"}),
        ("k=v|", {"k": "v"}),
        ("k=one\ntwo", {"k": "one\ntwo"}),
        (["k=v", "l=w"], {"k": "v", "l": "w"}),
        ('{"k":"v","n":1,"b":true,"gone":null}', {"k": "v", "n": "1", "b": "true"}),
        ("", {}),
    ],
)
def test_context_is_pairs(value, pairs):
    assert params.pairs({"context": value}) == pairs


@pytest.mark.parametrize(
    "value",
    [
        *("k", "=v", "k=", "k=v|l", "k=\x01", "k=" + "x" * 1025, "x" * 1025 + "=v"),
        *('{"k":{"l":1}}', "|".join(f"k{n}=v" for n in range(1001))),
    ],
)
def test_context_has_rules(value):
    with pytest.raises(Invalid, match="context"):
        params.pairs({"context": value})


@pytest.mark.parametrize(
    "value",
    ["ftp://a.example/", "javascript:alert(1)", "http://", "a.example", "http://a.example:x/", "http://[::1"],
)
def test_notifications_go_to_web_addresses_only(value):
    with pytest.raises(Invalid, match="notification_url"):
        params.urls({"notification_url": value}, "notification_url")


def test_notifications_go_to_several_addresses_one_a_line():
    value = "https://a.example/\n http://b.example/x?y=1 \n\nhttps://a.example/"
    assert params.urls({"u": value}, "u") == ("https://a.example/", "http://b.example/x?y=1")
