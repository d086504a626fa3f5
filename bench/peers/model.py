"""A peer: another server that makes small pictures of large ones; or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Absent:
    """Not at hand."""

    name: str
    why: str


@dataclass(frozen=True)
class Peer:
    """How one is started, and how it is asked."""

    name: str
    formats: frozenset[str]
    command: Callable[[Path, Path, int], list[str]]
    """The folder of the photos, one of its own for what it must write, and the port of 127.0.0.1 it shall listen at."""
    path: Callable[[str, int, str], str]
    """The photo's file name, the side of the square it shall fit into, the format."""
    environment: dict[str, str] = field(default_factory=dict[str, str])
