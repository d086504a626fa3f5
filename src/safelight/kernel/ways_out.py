"""Way out: the connector by which something leaves this machine. Who connects says which; no other connects (PP-22)."""

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

ITSELF = "itself"
"""The connector by which an installation asks itself."""


@dataclass(frozen=True)
class Way:
    """`host`: where the operator's setting leads; None where users name it, within what guards allow them."""

    connector: str
    host: str | None = None


_CURRENT: ContextVar[Way | None] = ContextVar("way out", default=None)


class Undeclared(OSError):
    """A connection that nobody declared; it was not made. Libraries take it for a host that does not answer."""


@contextmanager
def leaving_by(connector: str, host: str | None = None) -> Generator[None, None, None]:
    """Whatever connects inside goes this way; with a `host`, nowhere else."""
    token = _CURRENT.set(Way(connector, host))
    try:
        yield
    finally:
        _CURRENT.reset(token)


@dataclass
class WaysOut:
    """What is declared by the policy. Before the policy was read an installation may ask itself and nobody else."""

    declared: frozenset[str] = frozenset({ITSELF})
    tell: Callable[[str], None] | None = None
    """Hears in words of each connection that was refused."""
    refused: Counter[str] = field(default_factory=Counter[str])
    """How many, by the connector that wanted them; under an empty name those that said none."""

    def check(self, host: str) -> None:
        """At the moment of connecting. Raises Undeclared."""
        way = _CURRENT.get()
        if way is not None and way.connector in self.declared and way.host in (None, host):
            return
        name = way.connector if way else ""
        self.refused[name] += 1
        words = (
            f"a connection {f'by {name}' if name else 'by no connector'} was refused: the policy declares no such way"
        )
        if self.tell is not None:
            self.tell(words)
        raise Undeclared(f"PP-22: {words}")
