"""Meter, Figure, Used: what is counted, and how much of it there was; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

TRANSFORMATIONS_A_CREDIT = 1000
BYTES_A_CREDIT = 1024**3


class Meter(StrEnum):
    """What is counted, for each cloud and day, by the kind of file and by what caused it."""

    TRANSFORMATIONS = "transformations"
    """What came in and what was made. Causes: `upload`, `incoming`, or for whom it was made (derived/counted.py)."""
    STORAGE_BYTES = "storage_bytes"
    """What lies there. Causes: `original`, `backup`, `derived`."""
    OBJECTS = "objects"
    """How many files lie there; the same causes."""
    BANDWIDTH_BYTES = "bandwidth_bytes"
    """What was handed out. Causes: `original`, `derived`."""
    DELIVERIES = "deliveries"
    """How often a file was handed out; the same causes."""
    VIDEO_SECONDS = "video_seconds"
    """Film that was made, and for whom."""
    REQUESTS = "requests"
    """Calls of the API. Cause: `api`."""


LEVELS = (Meter.STORAGE_BYTES, Meter.OBJECTS)
"""Of these a figure is by how much there is more than the day before; of all others, what happened on the day."""

CAME_IN = frozenset({"upload", "incoming"})
"""Causes of transformations that nothing was made for: a file came in, as it was or changed."""


@dataclass(frozen=True)
class Figure:
    """How much of a meter one cause brought about on one day."""

    cloud_id: str
    day: date
    meter: Meter
    kind: str
    """Of files: image, video, raw; empty where there is none."""
    cause: str
    amount: int


@dataclass(frozen=True)
class Used:
    """What was used in a span of time, and what lay there at its end."""

    figures: tuple[Figure, ...] = ()

    def of(self, meter: Meter, *, kind: str | None = None, cause: str | None = None) -> int:
        return sum(
            figure.amount
            for figure in self.figures
            if figure.meter is meter and kind in {None, figure.kind} and cause in {None, figure.cause}
        )

    @property
    def credits(self) -> float:
        made = self.of(Meter.TRANSFORMATIONS) / TRANSFORMATIONS_A_CREDIT
        return made + (self.of(Meter.STORAGE_BYTES) + self.of(Meter.BANDWIDTH_BYTES)) / BYTES_A_CREDIT

    def by_cause(self) -> Mapping[tuple[Meter, str, str], int]:
        """Meter, kind and cause -> how much; what is nothing is not there."""
        found: dict[tuple[Meter, str, str], int] = {}
        for figure in self.figures:
            name = (figure.meter, figure.kind, figure.cause)
            found[name] = found.get(name, 0) + figure.amount
        return {name: amount for name, amount in sorted(found.items()) if amount}


class PastQuota(StrEnum):
    """What happens once a limit is reached."""

    OFF = "off"
    """Nothing: figures have a limit beside them, and nobody is told."""
    WARN = "warn"
    """Its owners are told."""
    REFUSE_NEW = "refuse_new"
    """And nothing new is taken in or made; what is there is handed out as before."""
    REFUSE = "refuse"
    """And nothing is handed out."""


class Period(StrEnum):
    """In which span of time a limit is one."""

    ROLLING = "rolling"
    """Thirty days, today and the twenty-nine before: nothing begins anew on one day."""
    MONTH = "month"
    """The month of the calendar (UTC): all begins anew on its first day."""

    def window(self, today: date) -> tuple[date, date]:
        """The first and the last day of the present one."""
        return today.replace(day=1) if self is Period.MONTH else today - timedelta(days=ROLLING_DAYS - 1), today

    @property
    def words(self) -> str:
        return "this month" if self is Period.MONTH else f"in {ROLLING_DAYS} days"


ROLLING_DAYS = 30

CREDITS = "credits"
LIMITED = (CREDITS, *(meter.value for meter in (
    Meter.TRANSFORMATIONS, Meter.STORAGE_BYTES, Meter.BANDWIDTH_BYTES, Meter.VIDEO_SECONDS
)))  # fmt: skip
"""What can have a limit."""


@dataclass(frozen=True)
class Quota:
    """How much a cloud may use in its period, of what is LIMITED. What is not among the limits has none."""

    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    past: PastQuota = PastQuota.WARN
    period: Period = Period.ROLLING


@dataclass(frozen=True)
class Item:
    """One derived file, and as how much its making counted."""

    id: str
    asset_id: str
    made_at: str
    kind: str
    format: str
    size_bytes: int
    transformations: int
    seconds: int
    cause: str


def summed(figures: Iterable[Figure]) -> dict[str, Used]:
    """What each cloud used."""
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.cloud_id, []).append(figure)
    return {cloud_id: Used(tuple(each)) for cloud_id, each in found.items()}
