"""Failures: what could not be made, remembered for a while, so that each request for it is not a new try."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound, SafelightError, TooMuch

LASTING: tuple[type[SafelightError], ...] = (Invalid, TooMuch)
"""What another try finds as well, because it lies in the bytes and in what is asked. That this machine is busy, or that
something has gone meanwhile, is no such thing."""
LASTING_ELSEWHERE = (*LASTING, NotFound)
"""The same of a file on another host. That it is not there, or that nobody answers, is asked again a moment later."""


@dataclass(frozen=True)
class _Failure:
    kind: type[SafelightError]
    message: str
    until: datetime


class Failures:
    """Of one process, and with an end: the oldest goes first. What changes has another name, and is tried at once."""

    def __init__(
        self,
        clock: Clock,
        *,
        seconds: int,
        count_max: int,
        lasting: tuple[type[SafelightError], ...] = LASTING,
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._count_max = count_max
        self._lasting = lasting
        self._known: OrderedDict[str, _Failure] = OrderedDict()

    def check(self, name: str) -> None:
        """Raises what was raised, while that is remembered."""
        failure = self._known.get(name)
        if failure is None:
            return
        if self._clock.now() >= failure.until:
            del self._known[name]
            return
        # A new one: the old one holds the stack, and so the memory, of the request that failed.
        raise failure.kind(failure.message)

    def note(self, name: str, error: BaseException) -> None:
        if self._seconds <= 0 or not isinstance(error, self._lasting):
            return
        until = self._clock.now() + timedelta(seconds=self._seconds)
        kind = next(kind for kind in self._lasting if isinstance(error, kind))
        self._known[name] = _Failure(kind, error.message, until)
        self._known.move_to_end(name)
        while len(self._known) > self._count_max:
            self._known.popitem(last=False)

    def __len__(self) -> int:
        return len(self._known)
