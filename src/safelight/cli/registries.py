"""Registries: what the house knows of itself, gathered for the reference pages and for the tests of the house."""

import importlib
import inspect
import pkgutil
from collections import deque
from collections.abc import Iterator
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Column, Table

import safelight
from safelight.kernel.errors import SafelightError
from safelight.kernel.events import Event
from safelight.kernel.holdings import Holding
from safelight.ports.tables import METADATA

T = TypeVar("T")


def modules_named(name: str) -> Iterator[ModuleType]:
    """Every `safelight.<room>.<name>`, in the order of the rooms' names."""
    for room in pkgutil.iter_modules(safelight.__path__):
        if room.ispkg:
            package = importlib.import_module(f"safelight.{room.name}")
            if any(found.name == name for found in pkgutil.iter_modules(package.__path__)):
                yield importlib.import_module(f"safelight.{room.name}.{name}")


def errors() -> list[type[SafelightError]]:
    """Every error that a client may meet, by status and code."""
    found = [kind for module in modules_named("errors") for kind in _classes(module, SafelightError)]
    return sorted(found, key=lambda kind: (kind.status, kind.code, kind.__name__))


def events() -> list[type[Event]]:
    """Every fact, by room and name."""
    return [
        kind
        for module in modules_named("events")
        for kind in sorted(_classes(module, Event), key=lambda kind: kind.__name__)
        if not kind.__subclasses__()
    ]


def holdings() -> dict[str, tuple[Holding, ...]]:
    """What each context declares that it knows about a person."""
    found = {_room(module): module.HOLDINGS for module in modules_named("holdings") if hasattr(module, "HOLDINGS")}
    return dict(sorted(found.items()))


def load_tables() -> None:
    """Each context puts its tables into METADATA when its store is imported."""
    deque(modules_named("store"), maxlen=0)


def columns() -> list[tuple[str, "Column[Any]"]]:
    """Every column of every table, with the context that owns it."""
    owners = {
        table.name: _room(module)
        for module in modules_named("store")
        for table in vars(module).values()
        if isinstance(table, Table)
    }
    return [(owners[name], column) for name, table in sorted(METADATA.tables.items()) for column in table.columns]


def summary_of(thing: object) -> str:
    """The first paragraph of its own docstring as one line; a dataclass that has none makes one up, which is none."""
    text = inspect.getdoc(thing) or ""
    if isinstance(thing, type) and (thing.__doc__ is None or text.startswith(f"{thing.__name__}(")):
        return ""
    return " ".join(text.split("\n\n")[0].split())


def _classes(module: ModuleType, base: type[T]) -> Iterator[type[T]]:
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, base) and kind.__module__ == module.__name__ and not name.startswith("_"):
            yield kind


def _room(module: ModuleType) -> str:
    return module.__name__.split(".")[1]
