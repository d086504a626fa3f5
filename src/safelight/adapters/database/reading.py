"""Reading: a statement -> the holdings whose columns it hands out.

Of what is written as text nobody can say which columns come back: those count that it names, of the tables that it
names. That is more than it hands out, never less.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, CompoundSelect, Executable, Select, Table, TextClause
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import FromClause, TextualSelect

from safelight.ports.tables import METADATA

PERSONAL = "personal"
TEXTS_MAX = 1000
"""Texts that are remembered; those of the house are few."""
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_COUNT = re.compile(r"count\(\s*\*\s*\)")
_WHOLE = re.compile(r"\*|row_to_json|to_jsonb?\b|jsonb?_agg|array_agg")
"""Whole rows."""


def holdings_of(statement: Executable) -> frozenset[str]:
    """Empty for what tells of nobody."""
    if isinstance(statement, Select):
        # What SQLAlchemy would make of it in public takes longer than to send it.
        return _of(cast("Any", statement)._raw_columns)
    if isinstance(statement, CompoundSelect):
        return frozenset[str]().union(*(holdings_of(each) for each in cast("Any", statement).selects))
    if isinstance(statement, UpdateBase):
        return _of(cast("Any", statement)._returning)
    if isinstance(statement, TextualSelect):
        return _of_text(str(statement.element), len(METADATA.tables))
    if isinstance(statement, TextClause):
        return _of_text(statement.text, len(METADATA.tables))
    return frozenset()


@lru_cache(TEXTS_MAX)
def _of_text(text: str, _known: int) -> frozenset[str]:
    """`_known`: how many tables there are; who asks before all were loaded asks again."""
    plain = _COUNT.sub("", text.lower())
    words = frozenset(_WORD.findall(plain))
    is_whole = _WHOLE.search(plain) is not None
    named = [column for table in METADATA.tables.values() if table.name in words for column in table.columns]
    return frozenset[str]().union(*(_of_column(each) for each in named if is_whole or each.name in words))


def _of(parts: Any) -> frozenset[str]:
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Table):
            found |= _of_table(cast("Table[Any]", part))
        elif isinstance(part, Column):
            found |= _of_based(cast("Column[Any]", part))
        elif isinstance(part, FromClause) and not isinstance(part, ColumnElement):
            found.update(*(_of_based(each) for each in cast("Any", part).columns))
        else:
            found.update(_inside(part))
    return frozenset(found)


@cache
def _of_table(table: "Table[Any]") -> frozenset[str]:
    return frozenset[str]().union(*(_of_column(column) for column in table.columns))


def _of_column(column: "Column[Any]") -> frozenset[str]:
    holding = column.info.get(PERSONAL)
    return frozenset() if holding is None else frozenset((str(holding),))


def _of_based(column: "ColumnElement[Any]") -> frozenset[str]:
    """Of a column, or of those of tables that one of a subquery is made of."""
    based = [each for each in column.base_columns if isinstance(each, Column)]
    return frozenset[str]().union(*(_of_column(each) for each in based))


def _inside(part: Any) -> Iterator[str]:
    """Columns that a function or a label is made of; a count of rows hands out none of them."""
    for each in visitors.iterate(part):
        if getattr(each, "__visit_name__", "") == "function" and getattr(each, "name", "") in ("count", "exists"):
            return
        if isinstance(each, ColumnElement):
            yield from _of_based(cast("ColumnElement[Any]", each))
