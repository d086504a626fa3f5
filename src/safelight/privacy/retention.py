"""Retention: what is over its time goes; what was not done in time is found out and told. One schedule for all of it.

The rounds are made by those who keep the records. What is over is asked apart from them (ports/terms.py), before and
after: so nobody is asked whether he did what he promised.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.ports.queue import Handler
from safelight.ports.terms import Over, Term, look
from safelight.privacy import ledger, store_holds, store_ledger, store_retention
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.events import RetentionOverdue

CLAUSE = "PP-53"
RUN_HOURS_MAX = 25
"""Who has not run for so long is late as a whole: a day, and an hour for the round itself."""


@dataclass(frozen=True)
class Rule:
    """What is promised about one kind of records: how long, and what becomes of them then."""

    entity: str
    start: str
    days: int | None
    then: str
    ground: str = ""
    why_not_asked: str = ""
    """Why nothing can be over: it is kept as long as its owner keeps it."""


@dataclass(frozen=True)
class Standing:
    """One rule and how it stands at a moment."""

    rule: Rule
    over: Over
    done: int = 0
    """How many went, today."""
    checked_at: datetime | None = None

    def row(self, as_of: datetime) -> dict[str, Any]:
        oldest = self.over.oldest
        return {
            "entity": self.rule.entity,
            "keep_days": self.rule.days,
            "then": self.rule.then,
            "due": self.over.due,
            "held": self.over.held,
            "overdue": self.over.late,
            "done": self.done,
            "oldest_at": oldest.isoformat(timespec="seconds") if oldest else None,
            "oldest_age_days": max(0, (as_of - oldest).days) if oldest else None,
            "ground": self.rule.ground or None,
        }


@dataclass(frozen=True)
class Retention:
    """`rounds` are the jobs that delete; each may run twice. Rules have their terms by the name of the entity."""

    database: Database
    clock: Clock
    rules: Sequence[Rule]
    terms: Sequence[Term]
    rounds: Sequence[Handler]
    first: Handler | None = None
    """What is held is set aside before anything goes; where that fails, nothing goes."""

    async def plan(self, session: Session, as_of: datetime) -> list[Standing]:
        """What would be over at that moment; nothing is touched."""
        kept = {row["entity"]: row for row in await store_retention.standings(session)}
        today = self.clock.now().date()
        found = [(rule, over) for rule, over in zip(self.rules, await self._overs(session, as_of), strict=True)]
        return [
            Standing(rule, over, _done(kept.get(rule.entity), today), _checked(kept.get(rule.entity)))
            for rule, over in found
        ]

    async def faults(self, session: Session, count: Callable[[int], str] = str) -> list[str]:
        """What is not as it was promised, in words; PP-53 holds where there is none. `count`: how numbers are told."""
        now = self.clock.now()
        standings = await self.plan(session, now)
        faults = [
            f"{count(each.over.late)} of {each.rule.entity} should have gone a day ago"
            for each in standings
            if each.over.late
        ]
        # Where no round was made yet, there is nothing to be late with before the first line of the ledger.
        rounds = [each.checked_at for each in standings if each.checked_at]
        last = max(rounds) if rounds else await store_ledger.began_at(session)
        if last is not None and now - last > timedelta(hours=RUN_HOURS_MAX):
            faults.append(f"no round was made since {last:%Y-%m-%d %H:%M} UTC")
        return faults

    async def late(self) -> Mapping[str, int]:
        """What the last round found that should have gone a day before; of every kind with a term, even none."""
        kinds = {term.entity for term in self.terms}
        async with self.database.transaction() as session:
            rows = await store_retention.standings(session)
        return {row["entity"]: row["late"] for row in rows if row["entity"] in kinds}

    async def keep_terms(self, _payload: dict[str, Any]) -> None:
        """Each hour. A round that fails holds up no other; it is tried again with all of them."""
        if self.first is not None:
            await self.first({})
        now = self.clock.now()
        before = await self._standing_now(now)
        failed: list[BaseException] = []
        for each in self.rounds:
            [told] = await asyncio.gather(each({}), return_exceptions=True)
            if isinstance(told, BaseException):
                failed.append(told)
        after = await self._standing_now(now)
        async with self.database.transaction() as session:
            await self._note(session, before, after, now)
        if failed:
            raise failed[0]

    async def _standing_now(self, now: datetime) -> Mapping[str, Over]:
        async with self.database.transaction() as session:
            overs = await self._overs(session, now)
            return {rule.entity: over for rule, over in zip(self.rules, overs, strict=True)}

    async def _overs(self, session: Session, as_of: datetime) -> list[Over]:
        """Of each rule, in their order; what a hold has set aside is held, wherever it was."""
        held = await store_holds.counts_by_kind(session)
        found = [(rule.entity, await self._over(session, rule.entity, as_of)) for rule in self.rules]
        return [replace(over, held=over.held + held.get(entity, 0)) for entity, over in found]

    async def _over(self, session: Session, entity: str, as_of: datetime) -> Over:
        total = Over()
        for term in self.terms:
            if term.entity == entity:
                total += await look(session, term, as_of)
        return total

    async def _note(
        self, session: Session, before: Mapping[str, Over], after: Mapping[str, Over], now: datetime
    ) -> None:
        """What went, and what should have; once a day a line of the ledger."""
        # Two that end together do not both write the line of the day.
        await store_ledger.lock(session)
        kept = {row["entity"]: row for row in await store_retention.standings(session)}
        told = await store_ledger.last_of(session, EntryType.RETENTION_DAILY)
        for entity, over in after.items():
            went = max(0, before[entity].due - over.due)
            done = _done(kept.get(entity), now.date()) + went
            await store_retention.note(session, entity, now, over, done)
        if told is None or told["at"].date() < now.date():
            await ledger.append(session, Entry(EntryType.RETENTION_DAILY, now, CLAUSE, counts=_counts(kept, after)))
        await self._tell_late(session, after, now)

    async def _tell_late(self, session: Session, after: Mapping[str, Over], now: datetime) -> None:
        """Once a day, too: a line in the ledger, and a letter to who runs this."""
        late = {entity: over.late for entity, over in after.items() if over.late}
        told = await store_ledger.last_of(session, EntryType.RETENTION_OVERDUE)
        if not late or (told is not None and told["at"].date() == now.date()):
            return
        await ledger.append(session, Entry(EntryType.RETENTION_OVERDUE, now, CLAUSE, counts=late))
        await session.emit(RetentionOverdue("", at=now.isoformat(), late=late))


async def warned_until(session: Session, name: str, until: datetime) -> datetime | None:
    """Till when people were warned of what goes; from here on till `until`: so that nobody is told twice."""
    return await store_retention.warned_until(session, name, until)


def _counts(kept: Mapping[str, Any], after: Mapping[str, Over]) -> dict[str, int]:
    """Of the day that ended: what went, of now: what is due, held and late; nothing of what is nought everywhere."""
    counts: dict[str, int] = {"entities": len(after)}
    for entity, over in after.items():
        done = kept[entity]["done"] if entity in kept else 0
        for name, number in (("done", done), ("due", over.due), ("held", over.held), ("overdue", over.late)):
            if number:
                counts[f"{entity}.{name}"] = number
    return counts


def _done(row: Any, today: Any) -> int:
    return row["done"] if row is not None and row["at"].date() == today else 0


def _checked(row: Any) -> datetime | None:
    return row["at"] if row is not None else None
