"""Query -> the words that whatever it finds must have: one question to the index, before all else is looked at.

Of many a query they say all there is to say: then nothing else is looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, func, or_
from sqlalchemy.dialects.postgresql import TSQUERY

from safelight.assets.query import Anywhere, Clause, Comparison, Every, Neither, Query, Some, Text
from safelight.assets.query_fields import NUMBER, WORD, is_presence, with_parts
from safelight.assets.search_words import (
    CONTEXT,
    CUT_CHARS,
    FILENAME,
    METADATA_OF,
    TAG,
    asked_entry,
    asked_key,
    asked_tag,
    asked_words,
    or_unlisted,
    words_of,
)
from safelight.assets.store import A

OF_WORDS = {"public_id": "", "filename": FILENAME, "display_name": "", "tags": TAG}
SIDES = {"context": CONTEXT, "metadata": METADATA_OF}

Words = ColumnElement[Any]
Condition = ColumnElement[bool]

PAIRS_BYTES_MAX = 20_000
"""Whose notes take less than this, not compressed, has all its words in the index: it has under 25,000 letters of
them, beside names."""


@dataclass(frozen=True)
class Sieve:
    """`is_exact`: whatever has the words is found, wherever they stand; `is_open`: one of them is only begun."""

    cloud_id: str
    words: Words
    is_exact: bool
    is_open: bool

    @property
    def condition(self) -> Condition:
        """False only of what is not found anyhow."""
        return words_of(A).op("@@", return_type=Boolean())(or_unlisted(self.cloud_id, self.words))

    @property
    def listed(self) -> Condition:
        """The same of those whose words the index has: nearly all."""
        return words_of(A).op("@@", return_type=Boolean())(self.words)

    def behind(self, holds: Condition) -> Condition:
        """What is left to be asked of rows that have the words."""
        return or_(_has_all_words(), holds) if self.is_exact else holds


def sieve(query: Query, cloud_id: str) -> Sieve | None:
    """None where the index says nothing about it."""
    words = _Of(cloud_id).words(query)
    return None if words is None else Sieve(cloud_id, words, _is_exact(query), is_open(query))


def is_open(query: Query) -> bool:
    """Whether a beginning is asked for."""
    match query:
        case Every(parts) | Some(parts):
            return any(map(is_open, parts))
        case Anywhere(value) | Clause(value=Text() as value):
            return value.is_prefix and not value.is_any
        case Clause() | Neither():
            return False


def is_dear(query: Query) -> bool:
    """Whether all that is said of an asset must be read to know that it is not found."""
    match query:
        case Every(parts) | Some(parts):
            return any(map(is_dear, parts))
        case Neither(part):
            return is_dear(part)
        case Anywhere(value):
            return not is_presence(value)
        case Clause():
            return False


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
            words = WORD.findall(said)
            # Two that stand beside each other in a text are in the index as they are; three may stand there two by two.
            is_known = len(words) in (1, 2) and len(with_parts(value)) == 1 and max(map(len, words)) <= CUT_CHARS
            ends_in_word = not value.is_prefix or WORD.match(said[-1]) is not None
            return is_known and ends_in_word and said.isascii() and not is_presence(value)
        case Clause() | Neither():
            return False


@dataclass(frozen=True)
class _Of:
    """What is asked of the words of a cloud."""

    cloud_id: str

    def words(self, query: Query) -> Words | None:
        match query:
            case Every(parts):
                # One that is there is enough to sift by; more of them sift finer.
                return _joined(_known(map(self.words, parts)), "&&")
            case Some(parts):
                known = _known(map(self.words, parts))
                return _joined(known, "||") if len(known) == len(parts) else None
            case Anywhere(value):
                return self._anywhere(value)
            case Clause(subject, Comparison.HAS | Comparison.IS as comparison, Text() as value):
                return self._clause(subject.text, comparison, value)
            case Clause() | Neither():
                return None

    def _anywhere(self, value: Text) -> Words | None:
        if is_presence(value):
            side, key = _entry(value.text) or ("", "")
            return asked_key(self.cloud_id, side, key) if side else None
        if value.is_any or not WORD.search(value.text):
            return None
        return _joined([self._asked(one) for one in with_parts(value) if WORD.search(one.text)], "||")

    def _clause(self, field: str, comparison: Comparison, value: Text) -> Words | None:
        entry = _entry(field)
        if entry is not None:
            return self._of_entry(*entry, comparison, value)
        if value.is_any:
            return None
        if field in SIDES:
            return asked_key(self.cloud_id, SIDES[field], value.text, is_prefix=value.is_prefix)
        if field == "tags" and comparison is Comparison.IS:
            return asked_tag(self.cloud_id, value.text, is_prefix=value.is_prefix)
        if field not in OF_WORDS or not WORD.search(value.text):
            return None
        return asked_words(self.cloud_id, value.text, is_prefix=value.is_prefix, mark=OF_WORDS[field])

    def _of_entry(self, side: str, key: str, comparison: Comparison, value: Text) -> Words | None:
        if value.is_any:
            return asked_key(self.cloud_id, side, key)
        if comparison is Comparison.HAS or value.is_prefix:
            return self._asked(value) if WORD.search(value.text) else None
        each = [value.text]
        if NUMBER.fullmatch(value.text):
            # As it is compared (query_fields.py), and as short as it can be written.
            short = f"{Decimal(repr(float(value.text))) + 0:f}"
            each.append(short.rstrip("0").rstrip(".") if "." in short else short)
        return _joined([asked_entry(self.cloud_id, side, key, one) for one in dict.fromkeys(each)], "||")

    def _asked(self, value: Text) -> Words:
        return asked_words(self.cloud_id, value.text, is_prefix=value.is_prefix)


def _entry(field: str) -> tuple[str, str] | None:
    """The side, and the key, of a field that is an entry of one."""
    side, dot, key = field.partition(".")
    return (SIDES[side], key) if dot and key and side in SIDES else None


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
