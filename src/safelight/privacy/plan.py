"""Plan: what an erasure will do, step by step, before a byte is touched; what is kept, on whose ground, until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel.holdings import Fate, Sheet, Stage, Subject

ORDER = tuple(Stage)

FREEZE, CACHES, DATABASE, PROBE = "freeze", "caches", "database", "probe"
"""Steps of the engine itself: shut every door; tell those who remember; overwrite what was deleted; look for rests."""
ENGINE = "engine"


@dataclass(frozen=True)
class Step:
    """One sheet of one context. `ends_at` None of something kept: until somebody takes it back."""

    context: str
    sheet: str
    stage: str
    fate: Fate
    ground: str = ""
    ends_at: str | None = None

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "fate": self.fate.value}


def steps_of(sheets: Iterable[tuple[str, Sheet]], subject: Subject, now: datetime) -> tuple[Step, ...]:
    """`sheets` with their contexts. Who only has an address has no doors that could be shut."""
    listed = list(sheets)
    staged = [
        Step(context, sheet.name, stage.value, sheet.fate, sheet.ground, _end(sheet, now))
        for stage in ORDER
        for context, sheet in listed
        if sheet.stage is stage
    ]
    has_doors = bool(subject.account_id or subject.cloud_ids)
    first = [Step(ENGINE, FREEZE, FREEZE, Fate.ERASE)] if has_doors else []
    caches = [Step(ENGINE, CACHES, Stage.FILES.value, Fate.ERASE)] if subject.cloud_ids else []
    before = [step for step in staged if ORDER.index(Stage(step.stage)) <= ORDER.index(Stage.FILES)]
    after = staged[len(before) :]
    last = [Step(ENGINE, name, name, Fate.ERASE) for name in (DATABASE, PROBE)]
    return (*first, *before, *caches, *after, *last)


def shown(steps: Sequence[Step], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """For who is to agree: every sheet of which there is something, and what becomes of it."""
    return [
        {**step.told(), "count": counts.get(step.sheet, 0)}
        for step in steps
        if step.context == ENGINE or counts.get(step.sheet, 0)
    ]


def kept(steps: Sequence[Step]) -> list[Step]:
    """What will still be there, wholly or in part."""
    return [step for step in steps if step.fate is not Fate.ERASE]


def _end(sheet: Sheet, now: datetime) -> str | None:
    if sheet.fate is Fate.ERASE or sheet.keep_days is None:
        return None
    return (now + timedelta(days=sheet.keep_days)).date().isoformat()
