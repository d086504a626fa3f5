"""`pg_`: which pages, frames, layers or embedded documents are opened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.transform.errors import TransformError
from safelight.transform.lexer import lex
from safelight.transform.output import PageRange, Source
from safelight.transform.pages import pages_text, with_pages


def read(text: str) -> Source:
    (((word,),)) = lex(text)
    return with_pages(Source(), word)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("pg_3", Source(page=3)),
        ("pg_3-3", Source(page=3)),
        ("pg_1-3", Source(pages=(PageRange(1, 3),))),
        ("pg_5-", Source(pages=(PageRange(5, None),))),
        ("pg_2-5;7;9-", Source(pages=(PageRange(2, 5), PageRange(7, 7), PageRange(9, None)))),
        ("pg_4;2;4", Source(pages=(PageRange(4, 4), PageRange(2, 2), PageRange(4, 4)))),
        ("pg_name:main", Source(layers=("main",))),
        ("pg_name:a;b", Source(layers=("a", "b"))),
        ("pg_name:a:b", Source(layers=("a", "b"))),
        ("pg_name:a%253Bb%20c", Source(layers=("a;b c",))),
        ("pg_embedded:8", Source(embedded=(8,))),
        ("pg_embedded:8;5", Source(embedded=(8, 5))),
        ("pg_embedded:name:a-1.jpg;b", Source(embedded=("a-1.jpg", "b"))),
    ],
)
def test_pages_are_read(text, source):
    assert read(text) == source
    assert read(f"pg_{pages_text(source)}") == source


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pg_0", "`page` must lie between 1 and 100000."),
        ("pg_x", "Invalid page in transformation: x"),
        ("pg_1.5", "Invalid page in transformation: 1.5"),
        ("pg_-3", "Invalid page in transformation: -3"),
        ("pg_1;;2", "Invalid page in transformation: 1;;2"),
        ("pg_5-2", "`page` must lie between 5 and 100000."),
        ("pg_" + ";".join("1" * 101), "`pg_` may have 100 items."),
        ("pg_name:", "Invalid page in transformation: name:"),
        ("pg_name:a%00", "Invalid page in transformation: name:a\0"),
        ("pg_embedded:x", "Invalid page in transformation: embedded:x"),
        ("pg_embedded:name", "Invalid page in transformation: embedded:name"),
        ("pg_embedded:0", "`page` must lie between 1 and 100000."),
    ],
)
def test_what_is_no_page_is_refused(text, message):
    with pytest.raises(TransformError) as caught:
        read(text)
    assert caught.value.message == message


def test_what_is_said_last_counts():
    (((name,), (page,))) = lex("pg_name:a/pg_3")
    assert with_pages(with_pages(Source(density=72), name), page) == Source(page=3, density=72)


RANGES = st.builds(
    lambda first, more: PageRange(first, None if more is None else first + more),
    st.integers(1, 1000),
    st.none() | st.integers(0, 1000),
)
NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="%"), min_size=1, max_size=20),
    min_size=1,
    max_size=5,
).map(tuple)
SOURCES = st.one_of(
    st.builds(Source, page=st.integers(1, 100_000)),
    st.builds(Source, pages=st.lists(RANGES, min_size=2, max_size=9).map(tuple)),
    st.builds(Source, layers=NAMES),
    st.builds(Source, embedded=NAMES),
    st.builds(Source, embedded=st.lists(st.integers(1, 100), min_size=1).map(tuple)),
)


@given(SOURCES)
def test_the_canonical_text_of_pages_means_the_same(source):
    assert read(f"pg_{pages_text(source)}") == source
