"""Query -> the words that whatever it finds must have: one question to the index, before all else is looked at.

Of many a query they say all there is to say: then nothing else is looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, func, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from safelight.assets.query import Anywhere, Clause, Comparison, Every, Neither, Query, Some, Text
from safelight.assets.query_fields import NUMBER, WORD, is_presence, with_parts
from safelight.assets.search_words import words_of
from safelight.assets.store import A

OF_WORDS = frozenset({"public_id", "filename", "display_name", "tags"})
OF_ENTRIES = ("context.", "metadata.")
OF_LISTS = ("tags", *OF_ENTRIES)
"""A whole value of these is found by an index of their own."""

Words = ColumnElement[Any]
Condition = ColumnElement[bool]

WORD_CHARS_MAX = 100
"""Of longer words the index has the beginning (search_words.py)."""
PAIRS_BYTES_MAX = 20_000
"""Whose notes take less than this, not compressed, has all its words in the index: it has under 200,000 letters of
them, even if each was written with six of JSON's."""


@dataclass(frozen=True)
class Sieve:
    """`is_exact`: whatever has the words is found, wherever they stand."""

    words: Words
    is_exact: bool

    @property
    def condition(self) -> Condition:
        """False only of what is not found anyhow."""
        return words_of(A).op("@@", return_type=Boolean())(self.words)

    def then(self, holds: Condition) -> Condition:
        """The sieve, and behind it what holds of all that is found."""
        return and_(self.condition, or_(_has_all_words(), holds) if self.is_exact else holds)


def sieve(query: Query) -> Sieve | None:
    """None where the index says nothing about it."""
    words = _words(query)
    return None if words is None else Sieve(words, _is_exact(query))


def _has_all_words() -> Condition:
    """Whether the index has all words of an asset, told without reading them."""
    notes = (A.context, A.metadata, A.tags)
    size = func.pg_column_size(notes[0]) + func.pg_column_size(notes[1]) + func.pg_column_size(notes[2])
    return and_(*(func.pg_column_compression(each).is_(None) for each in notes), size < PAIRS_BYTES_MAX)


def _is_exact(query: Query) -> bool:
    """Whether nothing is asked but words on their own, wherever they stand."""
    match query:
        case Every(parts) | Some(parts):
            return bool(parts) and all(map(_is_exact, parts))
        case Anywhere(value):
            said = value.text
            is_word = said.isascii() and WORD.fullmatch(said) is not None and len(said) <= WORD_CHARS_MAX
            return is_word and not is_presence(value)
        case Clause() | Neither():
            return False


def _words(query: Query, *, is_alternative: bool = False) -> Words | None:
    """`is_alternative`: beside others, where an index of its own would be of no use."""
    match query:
        case Every(parts):
            # One that is there is enough to sift by; more of them sift finer.
            return _joined(_known(_words(part, is_alternative=is_alternative) for part in parts), "&&")
        case Some(parts):
            known = _known(_words(part, is_alternative=True) for part in parts)
            return _joined(known, "||") if len(known) == len(parts) else None
        case Anywhere(value):
            if is_presence(value) or value.is_any or not WORD.search(value.text):
                return None
            return _joined([_asked(one) for one in with_parts(value) if WORD.search(one.text)], "||")
        case Clause(subject, Comparison.HAS | Comparison.IS as comparison, Text() as value):
            has_index = comparison is Comparison.IS and not value.is_prefix and subject.text.startswith(OF_LISTS)
            if has_index and not is_alternative:
                return None
            return _asked(value) if _is_of_words(subject.text, comparison, value) else None
        case Clause() | Neither():
            return None


def _is_of_words(field: str, comparison: Comparison, value: Text) -> bool:
    if value.is_any or not WORD.search(value.text):
        return False
    if field.startswith(OF_ENTRIES):
        # A number is itself in whichever digits.
        return comparison is Comparison.HAS or not NUMBER.fullmatch(value.text)
    return field in OF_WORDS


def _asked(value: Text) -> Words:
    return func.asked_words(value.text, value.is_prefix, type_=TSQUERY())


def _known(each: Iterable[Words | None]) -> list[Words]:
    return [words for words in each if words is not None]


def _joined(each: list[Words], sign: str) -> Words | None:
    """Halved and halved again: a chain of hundreds would stand as deep as it is long."""
    if not each:
        return None
    if len(each) == 1:
        return each[0]
    middle = len(each) // 2
    left, right = _joined(each[:middle], sign), _joined(each[middle:], sign)
    return None if left is None or right is None else left.op(sign, return_type=TSQUERY())(right)
