"""Declared: what each room says of the personal data that it keeps: its holdings, and the marks on its columns."""

import importlib
import pkgutil
from collections import deque
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, Enum, String, Table
from sqlalchemy.dialects.postgresql import CIDR, INET

import safelight
from safelight.kernel.holdings import Holding
from safelight.ports.tables import METADATA

TELLING = (String, JSON, ARRAY, INET, CIDR)
"""Types of columns that could tell of a person."""


def modules_named(name: str) -> Iterator[ModuleType]:
    """Every `safelight.<room>.<name>`, in the order of the rooms' names."""
    for room in pkgutil.iter_modules(safelight.__path__):
        if room.ispkg:
            package = importlib.import_module(f"safelight.{room.name}")
            if any(found.name == name for found in pkgutil.iter_modules(package.__path__)):
                yield importlib.import_module(f"safelight.{room.name}.{name}")


def holdings() -> dict[str, tuple[Holding, ...]]:
    """What each context declares that it knows about a person."""
    found = {room_of(module): module.HOLDINGS for module in modules_named("holdings") if hasattr(module, "HOLDINGS")}
    return dict(sorted(found.items()))


def load_tables() -> None:
    """Each context puts its tables into METADATA when its store is imported."""
    deque(modules_named("store"), maxlen=0)


def columns() -> list[tuple[str, "Column[Any]"]]:
    """Every column of every table, with the context that owns it."""
    owners = {
        table.name: room_of(module)
        for module in modules_named("store")
        for table in vars(module).values()
        if isinstance(table, Table)
    }
    return [(owners[name], column) for name, table in sorted(METADATA.tables.items()) for column in table.columns]


def name_of(column: "Column[Any]") -> str:
    return f"{column.table.name}.{column.name}"


def is_unmarked(column: "Column[Any]") -> bool:
    """Whether a column could tell of a person and does not say whether it does."""
    kind: object = column.type  # pyright: ignore[reportUnknownMemberType]
    could = isinstance(kind, TELLING) and not isinstance(kind, Enum)
    return could and len({"personal", "not_personal"} & set(column.info)) != 1


def room_of(module: ModuleType) -> str:
    return module.__name__.split(".")[1]
