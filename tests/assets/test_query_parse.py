"""Search expressions: what they mean, and where they stop to mean anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.assets.query import Anywhere, Clause, Every, Neither, Query, QueryError, Range, Some, Text
from safelight.assets.query_parse import parse


def plain(query: Query) -> object:
    """A tree as nested tuples."""
    match query:
        case Every(parts):
            return ("and", *map(plain, parts))
        case Some(parts):
            return ("or", *map(plain, parts))
        case Neither(part):
            return ("not", plain(part))
        case Anywhere(value):
            return said(value)
        case Clause(subject, comparison, value):
            return (subject.text + comparison.value, said(value))


def said(value: Text | Range | None) -> object:
    match value:
        case None:
            return None
        case Range(low, high, includes_low):
            return (said(low), said(high), "[" if includes_low else "{")
        case Text(text, _, _, is_prefix):
            return f"{text}*" if is_prefix else text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("and",)),
        ("  ", ("and",)),
        ("cat", "cat"),
        ("cat*", "cat*"),
        ('"a b"', "a b"),
        (r'"a \"b\" \* c\d"', r'a "b" * c\d'),
        ('"a b*"', "a b*"),
        (r"a\ b\:c\*", "a b:c*"),
        ("and or not", ("or", "and", "or", "not")),
        ("tags:kitten", ("tags:", "kitten")),
        ("tags=kitten AND bytes>1m", ("and", ("tags=", "kitten"), ("bytes>", "1m"))),
        ("a && b || c", ("or", ("and", "a", "b"), "c")),
        ("a b AND c", ("or", "a", ("and", "b", "c"))),
        ("a b", ("or", "a", "b")),
        ("a OR b c", ("or", "a", ("or", "b", "c"))),
        ("a -b", ("and", "a", ("not", "b"))),
        ("+a b", "a"),
        ("a AND !b", ("and", "a", ("not", "b"))),
        ("NOT (a OR b)", ("not", ("or", "a", "b"))),
        ("NOT -a", "a"),
        ("-tags", ("not", "tags")),
        ("my-cat", "my-cat"),
        ("format=(jpg OR mp4)", ("or", ("format=", "jpg"), ("format=", "mp4"))),
        ("filename:(dog -cat)", ("and", ("filename:", "dog"), ("not", ("filename:", "cat")))),
        ("bytes :>= 10", ("bytes>=", "10")),
        ("bytes:<10", ("bytes<", "10")),
        ("width:[100 TO 200]", ("width:", ("100", "200", "["))),
        ("width:{100 TO *}", ("width:", ("100", None, "{"))),
        ("uploaded_at:[4w TO 1w]", ("uploaded_at:", ("4w", "1w", "["))),
        ("created_at>2024-01-01T10:00:00Z", ("created_at>", "2024-01-01T10:00:00Z")),
        ("aspect_ratio:16:9", ("aspect_ratio:", "16:9")),
        ("duration>-1", ("duration>", "-1")),
        ("asset_folder:cats/*", ("asset_folder:", "cats/*")),
        ('asset_folder=""', ("asset_folder=", "")),
        ("context.stage:new", ("context.stage:", "new")),
        ("from TO me", ("or", "from", "TO", "me")),
        ("tags:NOT", ("tags:", "NOT")),
        ("🐈 AND größe", ("and", "🐈", "größe")),
    ],
)
def test_what_an_expression_means(text, expected):
    assert plain(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("tags:", 5, "`tags` needs a value"),
        ("a AND", 5, "a word is missing here"),
        ("AND a", 0, "a word is missing here"),
        ("(a", 0, "this bracket is never closed"),
        ("a)", 1, "no bracket is open here"),
        ('a "b', 2, "this quote is never closed"),
        ("ca*t", 2, "a star stands only at the end of a word"),
        ("a & b", 2, "`&` needs a backslash before it"),
        ("a?", 1, "`?` needs a backslash before it"),
        ("a\\", 1, "a backslash needs a letter behind it"),
        ("width:[1 2]", 9, "a range is written as [low TO high]"),
        ("width:[1 TO 2", 13, "a range is written as [low TO high]"),
        ("width>[1 TO 2]", 6, "a range stands behind `:` or `=`"),
        ("width:[1* TO 2]", 7, "the end of a range is one value"),
        ('"a":b', 0, "this is no name of a field"),
        ("tags:(", 6, "a word is missing here"),
        ("(" * 40 + "a" + ")" * 40, 33, "brackets are too deep"),
        ("a " * 300, 400, "too many parts"),
        ("a" * 20_000, 16_384, "too long"),
    ],
)
def test_an_error_points(text, start, words):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.start == start
    assert words in caught.value.message
    assert f"at letter {start + 1}" in caught.value.message


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('ab1 ():="[]{}*\\!-+&|<>TOANDR'), max_size=40))
def test_any_text_is_a_query_or_an_error_that_points_into_it(text):
    start, end = 0, 0
    try:
        parse(text)
    except QueryError as error:
        start, end = error.start, error.end
    assert 0 <= start <= end <= len(text)
