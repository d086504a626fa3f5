"""Purpose: what personal data are read for. Who reads says so; what the policy does not allow is refused (PP-12)."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from safelight.kernel.errors import PurposeDenied

DENIED = "PP-12: personal data were to be read for what the policy does not allow; nothing was."

ENFORCEMENT = "enforcement"
"""Who reads for this names a case that is open (PP-19); without one it counts as no purpose."""

_CURRENT: ContextVar[frozenset[str]] = ContextVar("purposes", default=frozenset())
_CASE: ContextVar[str] = ContextVar("case", default="")


@contextmanager
def reading_for(purposes: frozenset[str]) -> Generator[None, None, None]:
    """Whatever is read inside is read for these."""
    token = _CURRENT.set(purposes)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@contextmanager
def reading_in_case(case_id: str) -> Generator[None, None, None]:
    """Whoever calls it has seen that the case is open."""
    token = _CASE.set(case_id)
    try:
        yield
    finally:
        _CASE.reset(token)


def read_from_here_for(purposes: frozenset[str]) -> None:
    """For a whole process, where nobody says otherwise."""
    _CURRENT.set(purposes)


def of_nothing(_where: str) -> frozenset[str]:
    """Where nobody asks."""
    return frozenset()


def current() -> frozenset[str]:
    return _CURRENT.get()


@dataclass(frozen=True)
class Reads:
    """Which holding may be read for which purposes. In strict mode what is not allowed is refused, else it is told."""

    allowed: Mapping[str, frozenset[str]]
    is_strict: bool
    tell: Callable[[str, str], None]
    """Hears of a holding and of the purposes it was read for: once of each in a process."""
    denied: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def check(self, holdings: Iterable[str]) -> None:
        """Raises PurposeDenied."""
        purposes = _CURRENT.get()
        if not _CASE.get():
            purposes -= {ENFORCEMENT}
        for holding in holdings:
            if purposes.isdisjoint(self.allowed.get(holding, frozenset())):
                self._deny(holding, ", ".join(sorted(purposes)) or "no purpose")

    def _deny(self, holding: str, purposes: str) -> None:
        self.denied[holding, purposes] += 1
        if self.denied[holding, purposes] == 1:
            self.tell(holding, purposes)
        if self.is_strict:
            raise PurposeDenied(DENIED, holding=holding, purposes=purposes)
