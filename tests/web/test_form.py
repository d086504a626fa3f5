"""Forms without files, and those that are made to keep a server busy."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safelight.kernel.errors import Invalid
from safelight.web.form import JSON_LENIENT_BYTES_MAX, JSON_VALUES_MAX, json_words, urlencoded

MIB = 1024 * 1024
LONG = 8 * MIB


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"", []),
        (b"a=1&b=", [("a", "1"), ("b", "")]),
        (b"a&=1&&b=c=d", [("a", ""), ("", "1"), ("b", "c=d")]),
        (b"a+b=c%20d%2B", [("a b", "c d+")]),
        (b"a=100%&b=%zz", [("a", "100%"), ("b", "%zz")]),
    ],
)
def test_pairs_are_read_as_browsers_write_them(raw, pairs):
    assert list(urlencoded(raw, 10)) == pairs


@pytest.mark.parametrize(
    "read",
    [
        lambda: list(urlencoded(b"a&" * (LONG // 2), 1000)),
        lambda: list(urlencoded(b"a=" + b"%41" * (LONG // 3), 1000)),
        lambda: list(urlencoded(b"a=" + b"%C3%A4" * (LONG // 6), 1000)),
        lambda: list(urlencoded(b"a=" + b"%" * LONG, 1000)),
        lambda: list(json_words(b'{"a":[' + b"0," * (LONG // 2) + b"0]}")),
        lambda: list(json_words(b'{"a":[' + b"[]," * (LONG // 3) + b"0]}")),
        lambda: list(json_words(b'{"a":' + b"[" * LONG)),
        lambda: list(json_words(b"{" + b'"":{},' * (LONG // 6) + b'"a":1}')),
    ],
)
def test_no_form_takes_many_times_its_size(read):
    tracemalloc.start()
    try:
        with suppress(Invalid):
            read()
        assert tracemalloc.get_traced_memory()[1] < 8 * LONG
    finally:
        tracemalloc.stop()


def test_a_long_text_may_stand_in_a_form_and_in_json():
    text = "äöü=&+% " * (LONG // 12)
    escaped = text.encode().hex("%").upper()
    assert list(urlencoded(f"file=%{escaped}".encode(), 2)) == [("file", text)]
    plain = "a,b" * 30_000 + "x" * JSON_LENIENT_BYTES_MAX
    assert list(json_words(f'{{"file":"{plain}","a":[1,2]}}'.encode())) == [
        ("file", plain),
        ("a[]", "1"),
        ("a[]", "2"),
    ]


def test_null_and_a_list_of_nothing_are_words_that_say_nothing():
    assert list(json_words(b'{"a":null,"b":[],"c":[null],"d":false}')) == [
        ("a", ""),
        ("b", ""),
        ("c[]", ""),
        ("d", "false"),
    ]


def test_too_many_values_are_told_so():
    with pytest.raises(Invalid, match="Too many values"):
        list(json_words(b" " * JSON_LENIENT_BYTES_MAX + b"[" + b"1," * JSON_VALUES_MAX + b"1]"))
    with pytest.raises(Invalid, match="Too many parameters"):
        list(urlencoded(b"a&a&a", 2))


@given(st.lists(st.sampled_from([b"%41", b"%c3%A4", b"=", b"\n", b"\r\n", b" ", b"_", b"a", b"+", b"%3D", b"%0A"])))
@example([b"=", b"%0A", b"=="])
def test_a_long_value_says_the_same_as_a_short_one(parts):
    value = b"".join(parts)
    [(_, short)] = urlencoded(b"a=" + value, 2)
    [(_, long)] = urlencoded(b"a=%41" + b"b" * MIB + value, 2)
    assert long == "A" + "b" * MIB + short


@given(
    st.lists(st.sampled_from([b"%41", b"=", b"\n", b"\r", b"a"])), st.sampled_from([b"%", b"%4", b"%zz", b"%=", b"%%"])
)
def test_in_a_long_value_a_wrong_escape_is_refused(parts, wrong):
    for value in (b"".join(parts) + wrong + b"\n", wrong + b"\r" + b"".join(parts), b"".join(parts) + wrong):
        with pytest.raises(Invalid, match="escaped"):
            list(urlencoded(b"a=%41" + b"b" * MIB + value, 2))
