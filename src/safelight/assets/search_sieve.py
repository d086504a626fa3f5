"""Query -> the words that whatever it finds must have: one question to the index, before all else is looked at."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, func
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


def sieve(query: Query) -> ColumnElement[bool] | None:
    """False only of what is not found anyhow; None where the index says nothing about it."""
    words = _words(query)
    return None if words is None else words_of(A).op("@@", return_type=Boolean())(words)


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
    if not each:
        return None
    whole = each[0]
    for words in each[1:]:
        whole = whole.op(sign, return_type=TSQUERY())(words)
    return whole
