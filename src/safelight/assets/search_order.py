"""Order: how what a search finds is sorted, and the places in it that cursors name."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, tuple_

from safelight.assets.model import Order
from safelight.assets.texts import is_text
from safelight.kernel.errors import Invalid
from safelight.kernel.page import cursor_of, position_of

SORTS_MAX = 10
DIGEST_CHARS = 12
OTHER_QUERY = "Invalid next_cursor: it was given out for another expression or order"

IN_ORDER = frozenset({"created_at", "updated_at", "uploaded_at", "public_id", "bytes", "score"})
"""What an index has in order (store.py): whoever sorts by one of them first need not look at all that is found."""
RANGES_IN_ORDER = frozenset({"created_at", "updated_at", "uploaded_at", "bytes"})
"""Of these the index knows whatever is said of them in an expression."""

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Sort:
    field: str
    order: Order


@dataclass(frozen=True)
class Key:
    """One thing to sort by; never NULL."""

    value: ColumnElement[Any]
    is_ascending: bool

    def ordered(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """The value, which is this or a copy of it, in the direction of this."""
        return value.asc() if self.is_ascending else value.desc()


def keys_of(
    sorts: Sequence[Sort], known: Mapping[str, ColumnElement[Any]], default: str, last: ColumnElement[Any]
) -> list[Key]:
    """In the end the id decides, so that the order is the same each time."""
    if len(sorts) > SORTS_MAX:
        raise Invalid(f"Too many fields in sort_by. Maximum is {SORTS_MAX}.")
    keys: list[Key] = []
    for sort in sorts or (Sort(default, Order.DESCENDING),):
        if sort.field not in known:
            raise Invalid(f"Invalid sort_by field {sort.field[:60]}; known are {', '.join(sorted(known))}")
        keys.append(Key(known[sort.field], sort.order is Order.ASCENDING))
    return [*keys, Key(last, keys[-1].is_ascending)]


def cursor_at(row: Sequence[Any], expression: str, sorts: Sequence[Sort]) -> str:
    """The place of a row, whose keys are these."""
    return cursor_of([_digest(expression, sorts), *map(_plain, row)])


def behind(keys: Sequence[Key], place: Sequence[Any]) -> Condition:
    """The rows behind a place. Where all keys run one way an index leads there; otherwise it is said key by key."""
    ascending = {key.is_ascending for key in keys}
    if len(ascending) == 1:
        here, there = tuple_(*(key.value for key in keys)), tuple_(*place)
        return here > there if ascending == {True} else here < there
    ways: list[Condition] = []
    for number, key in enumerate(keys):
        same = [before.value == place[at] for at, before in enumerate(keys[:number])]
        ways.append(and_(*same, key.value > place[number] if key.is_ascending else key.value < place[number]))
    first = keys[0]
    # It follows from the rest; but an index only sees it where it is said.
    return and_(first.value >= place[0] if first.is_ascending else first.value <= place[0], or_(*ways))


def _digest(expression: str, sorts: Sequence[Sort]) -> str:
    said = json.dumps([expression, [[sort.field, sort.order.value] for sort in sorts]])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:DIGEST_CHARS]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return [value.astimezone(UTC).isoformat()]
    return value if isinstance(value, (str, int)) else float(value)


def place_of(cursor: str, expression: str, sorts: Sequence[Sort], count: int) -> list[Any]:
    """The values of the keys at a place; raises Invalid for a cursor of another question."""
    digest, *values = position_of(cursor, count + 1)
    if digest != _digest(expression, sorts):
        raise Invalid(OTHER_QUERY)
    return [_value(value) for value in values]


def _value(value: object) -> Any:
    """What `_plain` made plain; raises Invalid for what it did not make."""
    match value:
        case [str(text)]:
            try:
                return datetime.fromisoformat(text)
            except ValueError as error:
                raise Invalid("Invalid next_cursor") from error
        case str(text) if is_text(text):
            return text
        case bool():
            raise Invalid("Invalid next_cursor")
        case int() | float() if abs(value) < 2**63:
            return value
        case _:
            raise Invalid("Invalid next_cursor")
