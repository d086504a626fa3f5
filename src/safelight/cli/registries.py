"""Registries: what the house knows of itself, gathered for the reference pages and for the tests of the house."""

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

from safelight.boot.declared import columns, holdings, load_tables, modules_named
from safelight.kernel.errors import SafelightError
from safelight.kernel.events import Event

__all__ = ["columns", "errors", "events", "holdings", "load_tables", "modules_named", "summary_of"]

T = TypeVar("T")


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
