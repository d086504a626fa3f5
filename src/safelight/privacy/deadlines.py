"""Deadline: by when a request must be answered, by the laws of where somebody lives; out of a file with its sources."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from safelight.kernel.errors import Conflict, Invalid
from safelight.privacy.node import Node, parsed
from safelight.privacy.request import Kind, Pause, Request

FILE = Path(__file__).parent / "deadlines.yaml"
WARN_DAYS = (7, 2)
"""So many days before it is too late, whoever runs the installation is told."""
PROOF_DAYS = 30
"""So long a request waits for somebody to prove who they are."""
SATURDAY = 5


@dataclass(frozen=True)
class Span:
    """A time as laws count it. Days on which one works are those from Monday to Friday: no feast makes it later."""

    months: int = 0
    days: int = 0
    business_days: int = 0

    def after(self, at: datetime) -> datetime:
        """The same day of another month, or its last one."""
        month = at.month - 1 + self.months
        year, month = at.year + month // 12, month % 12 + 1
        day = min(at.day, calendar.monthrange(year, month)[1])
        found = at.replace(year=year, month=month, day=day) + timedelta(days=self.days)
        for _ in range(self.business_days):
            found += timedelta(days=1)
            while found.weekday() >= SATURDAY:
                found += timedelta(days=1)
        return found

    def __str__(self) -> str:
        words = ((self.months, "months"), (self.days, "days"), (self.business_days, "business days"))
        return ", ".join(f"{number} {word}" for number, word in words if number)


@dataclass(frozen=True)
class Regime:
    """A law: `answer` and, once, `extend`; `kinds` are those for which it says something else."""

    name: str
    title: str
    countries: frozenset[str]
    answer: Span
    extend: Span
    waits_for_proof: bool
    source: str
    confirm: Span | None = None
    kinds: Mapping[Kind, Span] | None = None

    def may_extend(self, kind: Kind) -> bool:
        """A span of its own is the whole of it."""
        return kind not in (self.kinds or {})

    def due(self, request: Request) -> datetime | None:
        """None while its clock waits."""
        span = (self.kinds or {}).get(request.kind, self.answer)
        # From the end of the first span on: one month and two make three, whatever the months are.
        first = span.after(request.received_at)
        found = self.extend.after(first) if request.extended_at and self.may_extend(request.kind) else first
        if not self.waits_for_proof:
            return found
        if any(pause.until is None for pause in request.pauses):
            return None
        return found + _stood(request.pauses)


@dataclass(frozen=True)
class Deadlines:
    version: int
    looked_at: str
    regimes: Mapping[str, Regime]
    otherwise: str

    def regimes_of(self, country: str) -> tuple[str, ...]:
        """The laws of a country; of an unknown one those that are strictest."""
        found = tuple(name for name, each in self.regimes.items() if country.upper() in each.countries)
        return found or (self.otherwise,)

    def named(self, name: str) -> tuple[str, ...]:
        """Raises Invalid."""
        if name not in self.regimes:
            raise Invalid(f"There is no regime `{name[:40]}`; there are {', '.join(self.regimes)}.")
        return (name,)

    def due(self, request: Request) -> datetime | None:
        """The earliest of all that stand."""
        every = [self.regimes[name].due(request) for name in request.regimes if name in self.regimes]
        return min((each for each in every if each is not None), default=None)

    def confirm_by(self, request: Request) -> datetime | None:
        """The earliest day by which it must be said that the request came in; None where no law asks for it."""
        spans = [self.regimes[name].confirm for name in request.regimes if name in self.regimes]
        return min((span.after(request.received_at) for span in spans if span is not None), default=None)

    def check_extension(self, request: Request, now: datetime) -> None:
        """Once, and only before the first time is over. Raises Conflict."""
        if not request.state.is_open:
            raise Conflict(f"The request {request.case} is {request.state} already.")
        if request.extended_at is not None:
            raise Conflict(f"The request {request.case} was extended already; no law allows it twice.")
        fixed = [name for name in request.regimes if not self.regimes[name].may_extend(request.kind)]
        if fixed:
            raise Conflict(f"By {', '.join(fixed)} a request of the kind {request.kind} cannot be put off.")
        if request.due_at is not None and now > request.due_at:
            raise Conflict(f"The time of the request {request.case} is over: who asks had to be told before that.")


@cache
def shipped() -> Deadlines:
    return deadlines_of(parsed(FILE.read_bytes(), FILE.name))


def deadlines_of(file: Node) -> Deadlines:
    """Raises Invalid that names the place at fault."""
    file.only("version", "looked_at", "regimes", "otherwise")
    regimes = {name: _regime(name, node) for name, node in file.at("regimes").items()}
    otherwise = file.at("otherwise").text()
    if otherwise not in regimes:
        raise file.at("otherwise").fault(f"the name of a regime is expected: {', '.join(regimes)}")
    return Deadlines(file.at("version").number() or 1, file.at("looked_at").text(), regimes, otherwise)


def _regime(name: str, node: Node) -> Regime:
    node.only("title", "countries", "confirm", "answer", "extend", "waits_for_proof", "kinds", "source")
    return Regime(
        name,
        node.at("title").text(),
        frozenset(node.at("countries").texts()),
        _span(node.at("answer")),
        _span(node.at("extend")),
        node.at("waits_for_proof").truth(False),
        node.at("source").text(),
        _span(node.at("confirm")) if node.has("confirm") else None,
        {_kind(word, each): _span(each.only("answer").at("answer")) for word, each in node.at("kinds").items()}
        if node.has("kinds")
        else None,
    )


def _kind(word: str, node: Node) -> Kind:
    try:
        return Kind(word)
    except ValueError as error:
        raise node.fault(f"a kind of request is expected: {', '.join(Kind)}") from error


def _span(node: Node) -> Span:
    node.only("months", "days", "business_days")
    numbers = [node.at(name).number() or 0 for name in ("months", "days", "business_days")]
    if not any(numbers):
        raise node.fault("a span is expected: {months: 1}")
    return Span(*numbers)


def _stood(pauses: Sequence[Pause]) -> timedelta:
    return sum((pause.until - pause.since for pause in pauses if pause.until), timedelta())
