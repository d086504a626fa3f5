"""Ready: a fixed statement as the driver takes it: its text, what its values must become, and how its rows are read.

To look at a statement, find its text and wrap what comes back costs ten times what the driver needs to ask the server.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import Executable, RowMapping
from sqlalchemy.engine import Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql import Insert

from safelight.adapters.database.reading import holdings_of

NO_VALUES: Mapping[str, Any] = {}

_Change = Callable[[Any], Any]


class Ready:
    """Compiled once."""

    def __init__(self, statement: Executable, names: Sequence[str], dialect: Dialect) -> None:
        # Only so SQLAlchemy writes those columns of a table that have a value.
        written = [*names] if isinstance(statement, Insert) else None
        compiled: Any = cast("Any", statement).compile(dialect=dialect, column_keys=written)
        self.text = str(compiled)
        self.holdings = holdings_of(statement)
        self._given: Mapping[str, Any] = compiled.params
        self._binds = _changes(
            {name: bind.type for bind, name in compiled.bind_names.items()}, dialect, "bind_processor"
        )
        columns: dict[str, Any] = {column.key: column.type for column in _columns(statement)}
        self._reads = [
            (place, change)
            for place, name in enumerate(columns)
            for change in _changes({name: columns[name]}, dialect, "result_processor", None).values()
        ]
        self._keys = SimpleResultMetaData([*columns])

    async def fetch(
        self, connection: psycopg.AsyncConnection[Any], values: Mapping[str, Any] = NO_VALUES
    ) -> Sequence[RowMapping]:
        cursor = await connection.execute(cast("Any", self.text), self._bound(values))
        rows = await cursor.fetchall()
        if self._reads:
            rows = [self._read(row) for row in rows]
        return IteratorResult(self._keys, iter(rows)).mappings().all()

    def _bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        bound = {**self._given, **values}
        for name, change in self._binds.items():
            bound[name] = change(bound[name])
        return bound

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        found = [*row]
        for place, change in self._reads:
            found[place] = change(found[place])
        return tuple(found)


def _columns(statement: Any) -> Sequence[Any]:
    """What it hands out."""
    return [*(statement.selected_columns if hasattr(statement, "selected_columns") else statement.exported_columns)]


def _changes(types: Mapping[str, Any], dialect: Dialect, which: str, *more: object) -> dict[str, _Change]:
    """What values of these types become on their way, where they become anything."""
    found = {name: getattr(kind.dialect_impl(dialect), which)(dialect, *more) for name, kind in types.items()}
    return {name: change for name, change in found.items() if change is not None}


class Readies:
    """Those of one database. Fixed statements are of modules, so there are few, and they stay."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Executable, Ready] = {}

    def of(self, statement: Executable, names: Sequence[str]) -> Ready:
        found = self._known.get(statement)
        if found is None:
            found = self._known[statement] = Ready(statement, names, self._dialect)
        return found
