"""Field: how one thing that can be searched is compared in SQL, by its nature: words, a number, a moment, tags."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    Numeric,
    String,
    and_,
    case,
    cast,
    collate,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONPATH

from safelight.assets.query import Anywhere, Clause, Comparison, Every, Neither, Query, Range, Some, Text
from safelight.assets.query_values import Asked, Units, number, ratio, span
from safelight.assets.search_words import ESCAPED

Condition = ColumnElement[bool]

OF_PRESENCE = frozenset({"tags", "context", "metadata"})
OF_PRESENCE_BELOW = ("context.", "metadata.")

PARTS_MAX = 20
"""So many parts of one word are looked for beside it."""

NUMBER = re.compile(r"^-?[0-9]{1,15}(?:[.][0-9]{1,9})?$")
WORD = re.compile(r"[^\W_]+")
_OTHER = "[^[:alnum:]]"
_OTHER_INSIDE = '[^[:alnum:]"]'
# Two sides of a picture are whole numbers: 1920 by 1081 still is 16:9 to a person.
RATIO_TOLERANCE = 0.005


class Field(Protocol):
    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        """Whether it compares so with one value."""
        ...

    def is_set(self) -> Condition: ...


def holds(field: Field, comparison: Comparison, value: Text | Range, asked: Asked) -> Condition:
    """Whether a field compares so; NULL is as good as no. Bare, so that an index can answer it."""
    if isinstance(value, Text):
        return field.is_set() if value.is_any else field.one(comparison, value, asked)
    ends: list[Condition] = [field.is_set()]
    if value.low is not None:
        ends.append(field.one(Comparison.FROM if value.includes_low else Comparison.OVER, value.low, asked))
    if value.high is not None:
        ends.append(field.one(Comparison.TO if value.includes_high else Comparison.UNDER, value.high, asked))
    return and_(*ends)


def has_words(text: ColumnElement[Any], value: Text, *, is_json: bool = False) -> Condition:
    """Whether the words stand in a text, one behind the other, in any case of letters; of JSON, in one of its texts.

    The pattern is made of letters and digits alone: nothing that was asked can mean something to the engine.
    """
    words = WORD.findall(value.text)
    by_language = collate(text, "default")
    if not words:  # Signs and pictures are no words: they stand in the text as they are, or they do not.
        return func.strpos(func.lower(by_language), func.lower(value.text)) > 0
    between = _OTHER_INSIDE if is_json else _OTHER
    pattern = f"(^|{_OTHER})" + f"{between}+".join(words)
    if not value.is_prefix:
        pattern += f"({_OTHER}|$)"
    elif not WORD.match(value.text[-1]):
        pattern += _OTHER
    return by_language.op("~*", return_type=Boolean())(literal(pattern))


def in_order(left: ColumnElement[Any], comparison: Comparison, right: Any) -> Condition:
    """Whether they stand so; having and being are one here."""
    match comparison:
        case Comparison.OVER:
            return left > right
        case Comparison.FROM:
            return left >= right
        case Comparison.UNDER:
            return left < right
        case Comparison.TO:
            return left <= right
        case Comparison.HAS | Comparison.IS:
            return left == right


@dataclass(frozen=True)
class Words:
    """A text of several words."""

    text: ColumnElement[Any]
    is_json: bool = False

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        if comparison is Comparison.HAS:
            return has_words(self.text, value, is_json=self.is_json)
        if comparison is Comparison.IS and value.is_prefix:
            return func.starts_with(self.text, value.text)
        return in_order(self.text, comparison, value.text)

    def is_set(self) -> Condition:
        return func.coalesce(self.text, "") != ""


def with_parts(value: Text) -> list[Text]:
    """A word, and the parts that it has where it is not quoted."""
    parts = [] if value.is_quoted or value.is_prefix else [part for part in value.text.split("_") if part]
    return [value, *(replace(value, text=part) for part in parts[:PARTS_MAX] if len(parts) > 1)]


@dataclass(frozen=True)
class Parts:
    """A name, in which a word that was asked for without quotes may stand as a whole or with one of its parts."""

    text: ColumnElement[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        return or_(*(Words(self.text).one(comparison, one, asked) for one in with_parts(value)))

    def is_set(self) -> Condition:
        return Words(self.text).is_set()


@dataclass(frozen=True)
class Word:
    """One word, which means itself as a whole."""

    text: ColumnElement[Any]
    is_indexed: bool = False
    """In small letters, which it is written in."""
    is_small: bool = False
    """Small letters is all there is: what is asked for is written so, and not what is there, which is in an index."""

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        text, said = self.text, value.text
        if comparison is Comparison.HAS and self.is_small:
            said = said.lower()
            return func.starts_with(text, said) if value.is_prefix else text == said
        if comparison is Comparison.IS and not value.is_prefix and self.is_indexed:
            # All of them are small letters: to ask for the text as well would let the planner expect fewer.
            return func.lower(text) == said
        if comparison is Comparison.HAS:
            text, said = func.lower(self.text), said.lower()
        if comparison in (Comparison.HAS, Comparison.IS) and value.is_prefix:
            return func.starts_with(text, said)
        return in_order(text, comparison, said)

    def is_set(self) -> Condition:
        return self.text.is_not(None)


@dataclass(frozen=True)
class Place:
    """A folder: as a whole, or with `/*` it and all below it."""

    path: ColumnElement[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        exactly = comparison is Comparison.IS
        path = self.path if exactly else func.lower(self.path)
        said = value.text.strip("/") if not value.is_prefix else value.text.lstrip("/")
        said = said if exactly else "".join(c.lower() if c.isascii() else c for c in said)
        if comparison in (Comparison.HAS, Comparison.IS) and value.is_prefix:
            within = func.starts_with(path, said)
            return or_(within, path == said[:-1]) if said.endswith("/") else within
        if comparison is Comparison.IS:  # The index has all paths in small letters.
            return and_(func.lower(path) == func.lower(collate(literal(said), "C")), path == said)
        return in_order(path, comparison, said)

    def is_set(self) -> Condition:
        """The root is a place, too."""
        return true()


@dataclass(frozen=True)
class Number:
    amount: ColumnElement[Any]
    units: Units

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        said = number(value, asked, self.units)
        if not isinstance(self.amount.type, Integer):
            return in_order(self.amount, comparison, said)
        # Whole numbers are compared with whole numbers: against others no index helps.
        if comparison in (Comparison.HAS, Comparison.IS):
            return self.amount == literal(int(said), BigInteger) if said.is_integer() else false()
        whole = ceil(said) if comparison in (Comparison.FROM, Comparison.UNDER) else floor(said)
        return in_order(self.amount, comparison, literal(whole, BigInteger))

    def is_set(self) -> Condition:
        return self.amount.is_not(None)


@dataclass(frozen=True)
class Ratio:
    """Width through height; also by the three words that people have for it."""

    amount: ColumnElement[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        if comparison in (Comparison.HAS, Comparison.IS):
            match value.text.lower():
                case "portrait":
                    return self.amount < 1
                case "landscape":
                    return self.amount > 1
                case "square":
                    return self.amount == 1
                case _:
                    return func.abs(self.amount - ratio(value, asked)) < RATIO_TOLERANCE
        return in_order(self.amount, comparison, ratio(value, asked))

    def is_set(self) -> Condition:
        return self.amount.is_not(None)


@dataclass(frozen=True)
class Moment:
    at: ColumnElement[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        when = span(value, asked)
        if comparison in (Comparison.HAS, Comparison.IS):
            return and_(self.at >= when.start, self.at < when.end)
        return in_order(self.at, comparison, when.start)

    def is_set(self) -> Condition:
        return self.at.is_not(None)


@dataclass(frozen=True)
class Tags:
    """Each tag is a text of its own."""

    tags: Column[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        if comparison is Comparison.IS and not value.is_prefix:
            return self.tags.contains([value.text])
        if comparison is Comparison.HAS and WORD.fullmatch(value.text):
            # One word is found in all of them at once: it cannot begin in one tag and end in the next.
            return has_words(func.array_to_string(self.tags, " ", type_=String()), value)
        each = func.unnest(self.tags, type_=String()).column_valued("one_tag")
        return exists(select(true()).where(Words(each).one(comparison, value, asked)))

    def is_set(self) -> Condition:
        return func.cardinality(self.tags) > 0


@dataclass(frozen=True)
class Keys:
    """The keys of an object: `context:stage` holds where anything is said under that key."""

    pairs: Column[Any]

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        if not value.is_prefix:
            return self.pairs.has_key(value.text)
        each = func.jsonb_object_keys(self.pairs, type_=String()).column_valued("one_key")
        return exists(select(true()).where(func.starts_with(each, value.text)))

    def is_set(self) -> Condition:
        return self.pairs != literal({}, self.pairs.type)


def spoken(pairs: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON as a text in which its words are."""
    return func.regexp_replace(cast(pairs, String), ESCAPED, " ", "g")


@dataclass(frozen=True)
class Entry:
    """What an object says under one key: a text, a number, or several texts."""

    pairs: ColumnElement[Any]
    key: str

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        entry = self.pairs[self.key]
        text = entry.astext
        if comparison is Comparison.IS and not value.is_prefix:
            # Of the whole object, so that its index answers; a number is another value than its digits.
            said: list[Any] = [value.text, [value.text]]
            if NUMBER.fullmatch(value.text):
                said.append(float(value.text))
            return or_(*(self.pairs.contains({self.key: each}) for each in said))
        if comparison is Comparison.HAS:
            return has_words(spoken(entry), value, is_json=True)
        as_text = Words(text).one(comparison, value, asked)
        if comparison is Comparison.IS or not NUMBER.fullmatch(value.text):
            return as_text
        as_number = in_order(cast(text, Numeric), comparison, Decimal(value.text))
        return case((text.regexp_match(NUMBER.pattern), as_number), else_=as_text)

    def is_set(self) -> Condition:
        return self.pairs.has_key(self.key)


@dataclass(frozen=True)
class Reviews:
    """One word of each entry in a list of objects."""

    entries: Column[Any]
    key: str

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        if comparison is Comparison.IS and not value.is_prefix:
            return self.entries.contains([{self.key: value.text}])
        said = func.jsonb_path_query_array(self.entries, cast(f"$[*].{self.key}", JSONPATH))
        return has_words(cast(said, String), value)

    def is_set(self) -> Condition:
        return func.jsonb_array_length(self.entries) > 0


@dataclass(frozen=True)
class Always:
    """The same of all that can be found."""

    word: str

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        return Word(literal(self.word)).one(comparison, value, asked)

    def is_set(self) -> Condition:
        return true()


@dataclass(frozen=True)
class Anything:
    """Words in any of several fields."""

    fields: tuple[Field, ...]
    texts: tuple[ColumnElement[Any], ...]
    """All letters of these fields are in these."""

    def one(self, comparison: Comparison, value: Text, asked: Asked) -> Condition:
        found = or_(*(holds(each, comparison, value, asked) for each in self.fields))
        word = max(WORD.findall(value.text), key=len, default="")
        if not word.isascii() or not word or len(with_parts(value)) > 1:
            return found
        # Most assets do not have its letters at all: to see that takes half as long as to look for it as a word.
        return and_(
            func.strpos(func.lower(collate(func.concat_ws(" ", *self.texts), "default")), word.lower()) > 0, found
        )

    def is_set(self) -> Condition:
        return true()


FieldNamed = Callable[[str], Field | None]
"""The field of a name; None where there is none."""


def condition(query: Query, named: FieldNamed, anywhere: Field, asked: Asked) -> Condition:
    """The whole of a query. A field that nobody knows holds for nothing."""

    def inner(part: Query) -> Condition:
        match part:
            case Every(parts):
                return and_(true(), *map(inner, parts))
            case Some(parts):
                return or_(*map(inner, parts))
            case Neither(turned):
                # The opposite of NULL is NULL, and would not hold either.
                return not_(func.coalesce(inner(turned), false(), type_=Boolean))
            case Clause(subject, comparison, value):
                field = named(subject.text)
                return false() if field is None else holds(field, comparison, value, asked)
            case Anywhere(value):
                return _bare(value, named) if is_presence(value) else holds(anywhere, Comparison.HAS, value, asked)

    return inner(query)


def is_presence(value: Text) -> bool:
    """`tags` alone asks for what has any."""
    is_bare = not value.is_quoted and not value.is_prefix
    return is_bare and (value.text in OF_PRESENCE or value.text.startswith(OF_PRESENCE_BELOW))


def _bare(value: Text, named: FieldNamed) -> Condition:
    field = named(value.text)
    return false() if field is None else field.is_set()
