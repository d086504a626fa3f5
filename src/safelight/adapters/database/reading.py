"""Reading: a statement -> the holdings whose columns it hands out. What is written as text is not looked into."""

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, CompoundSelect, Executable, Select, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase

PERSONAL = "personal"


def holdings_of(statement: Executable) -> frozenset[str]:
    """Empty for what tells of nobody."""
    if isinstance(statement, Select):
        # What SQLAlchemy would make of it in public takes longer than to send it.
        return _of(cast("Any", statement)._raw_columns)
    if isinstance(statement, CompoundSelect):
        return frozenset[str]().union(*(holdings_of(each) for each in cast("Any", statement).selects))
    if isinstance(statement, UpdateBase):
        return _of(cast("Any", statement)._returning)
    return frozenset()


def _of(parts: Any) -> frozenset[str]:
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Table):
            found |= _of_table(cast("Table[Any]", part))
        elif isinstance(part, Column):
            found |= _of_column(cast("Column[Any]", part))
        else:
            found.update(_inside(part))
    return frozenset(found)


@cache
def _of_table(table: "Table[Any]") -> frozenset[str]:
    return frozenset[str]().union(*(_of_column(column) for column in table.columns))


def _of_column(column: "Column[Any]") -> frozenset[str]:
    holding = column.info.get(PERSONAL)
    return frozenset() if holding is None else frozenset((str(holding),))


def _inside(part: Any) -> Iterator[str]:
    """Columns that a function or a label is made of; a count of rows hands out none of them."""
    for each in visitors.iterate(part):
        if getattr(each, "__visit_name__", "") == "function" and getattr(each, "name", "") in ("count", "exists"):
            return
        if isinstance(each, Column):
            yield from _of_column(cast("Column[Any]", each))
