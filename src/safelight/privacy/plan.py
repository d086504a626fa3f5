"""Plan: what an erasure will do, step by step, before a byte is touched; what is kept, on whose ground, until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel.holdings import Fate, Sheet, Stage, Subject
from safelight.privacy.hold import Held

ORDER = tuple(Stage)

FREEZE, CACHES, DATABASE, PROBE = "freeze", "caches", "database", "probe"
"""Steps of the engine itself: shut every door; tell those who remember; overwrite what was deleted; look for rests."""
ENGINE = "engine"
HOLD = "hold"
"""A step of the engine, too, of everybody: what is held is set aside first, whether or not anything is."""
HOLDS = "holds"
"""The context of what a hold keeps: it is told, and nothing is done about it."""
TOLD = (ENGINE, HOLDS)
"""Contexts whose steps are no tables."""


@dataclass(frozen=True)
class Step:
    """One sheet of one context. `ends_at` None of something kept: until somebody takes it back."""

    context: str
    sheet: str
    stage: str
    fate: Fate
    ground: str = ""
    ends_at: str | None = None
    count: int = 0
    """Of what a hold keeps; how much there is of everything else is asked for."""
    fields: tuple[str, ...] = ()
    """Those alone that are kept; empty where it is all of them."""

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "fate": self.fate.value}


def steps_of(
    sheets: Iterable[tuple[str, Sheet]], subject: Subject, now: datetime, held: Sequence[Held] = ()
) -> tuple[Step, ...]:
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
    first += [Step(ENGINE, HOLD, HOLD, Fate.ERASE)]
    first += [
        Step(HOLDS, each.sheet, HOLD, Fate.KEEP, each.ground, each.ends_on.isoformat(), each.count, each.fields)
        for each in held
    ]
    caches = [Step(ENGINE, CACHES, Stage.FILES.value, Fate.ERASE)] if subject.cloud_ids else []
    before = [step for step in staged if ORDER.index(Stage(step.stage)) <= ORDER.index(Stage.FILES)]
    after = staged[len(before) :]
    last = [Step(ENGINE, name, name, Fate.ERASE) for name in (DATABASE, PROBE)]
    return (*first, *before, *caches, *after, *last)


def shown(steps: Sequence[Step], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """For who is to agree: every sheet of which there is something, and what becomes of it."""
    return [
        {**step.told(), "count": count_of(step, counts)}
        for step in steps
        if step.context == ENGINE or count_of(step, counts)
    ]


def count_of(step: Step, counts: Mapping[str, int]) -> int:
    return step.count if step.context == HOLDS else counts.get(step.sheet, 0)


def kept(steps: Sequence[Step]) -> list[Step]:
    """What will still be there, wholly or in part."""
    return [step for step in steps if step.fate is not Fate.ERASE]


def _end(sheet: Sheet, now: datetime) -> str | None:
    if sheet.fate is Fate.ERASE or sheet.keep_days is None:
        return None
    return (now + timedelta(days=sheet.keep_days)).date().isoformat()
