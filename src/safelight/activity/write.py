"""Write: one batch of what was answered into the database, and into the counts of usage, in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from safelight.activity import partitions, store
from safelight.activity.day_keys import SALT_DAYS, DayKeys, DaySecrets
from safelight.activity.model import Country
from safelight.activity.rows import Row, Rows, RowsOf
from safelight.activity.tally import Tally
from safelight.kernel.choice import ChoiceKind
from safelight.kernel.clock import Clock
from safelight.kernel.errors import SafelightError
from safelight.people import choices
from safelight.ports.database import Database, Session

Count = Callable[[Session, Tally], Awaitable[None]]
"""Who counts what was answered, in the transaction that writes it down: exactly once each."""


@dataclass(frozen=True)
class WriteBatch:
    """Writing a batch again that was written changes nothing: its id is a row."""

    database: Database
    keys: DayKeys
    clock: Clock
    country: Country
    counts: Sequence[Count] = ()
    """Each is called once for each batch, in its transaction."""
    _days: dict[date, DaySecrets] = field(default_factory=dict[date, DaySecrets])
    """The days that everything is ready for."""

    async def __call__(self, batch_id: str, tally: Tally, lost: int) -> None:
        try:
            secrets = {day: await self._ready(day) for day in sorted({ask.at.date() for ask, _ in tally.items()})}
            rows = await self._rows(tally, secrets)
            async with self.database.transaction() as session:
                if not await self._is_new(session, batch_id, tally, lost):
                    return
                await session.copy(store.traffic_clients, rows.clients)
                await session.copy(store.traffic, rows.traffic)
                await session.copy(store.page_views, await wanted_pages(session, rows.pages, self.clock.now()))
                await session.copy(store.asset_events, rows.events)
                await session.copy(store.asset_visits, rows.visits)
                for count in self.counts:
                    await count(session, tally)
        except SafelightError:
            # What was ready may have been cleared away by somebody else.
            self._days.clear()
            raise

    async def _rows(self, tally: Tally, secrets: Mapping[date, DaySecrets]) -> Rows:
        """Little by little: a thread would take the interpreter for milliseconds at a time, and answers would wait."""
        work = RowsOf(tally, secrets, self.country)
        for _ in work.steps():
            await asyncio.sleep(0)
        return work.rows

    async def _ready(self, day: date) -> DaySecrets:
        """Its parts and its secrets, in a transaction of their own: what is remembered here is committed.

        Nothing is remembered of days whose parts may be dropped by now (keep.py).
        """
        first = self.clock.now().date() - timedelta(days=SALT_DAYS)
        for old in [each for each in self._days if each < first]:
            del self._days[old]
        if day not in self._days:
            async with self.database.transaction() as session:
                await partitions.ensure(session, [day])
                secrets = await self.keys.ensure(session, day)
            self._days[day] = secrets
        return self._days[day]

    async def _is_new(self, session: Session, batch_id: str, tally: Tally, lost: int) -> bool:
        row = {
            "id": batch_id,
            "at": self.clock.now(),
            "requests": tally.requests(),
            "lost": lost,
        }
        return await session.execute(insert(store.activity_batches).values(row).on_conflict_do_nothing()) > 0


async def wanted_pages(session: Session, pages: Sequence[Row], now: datetime) -> Sequence[Row]:
    """Without those of people who do not want it studied which pages they open (PP-13); from this second on."""
    people = {str(each["user_id"]) for each in pages if each["user_id"]}
    if not people:
        return pages
    refused = await choices.who_objects(session, people, ChoiceKind.ANALYTICS, now)
    return [each for each in pages if each["user_id"] not in refused] if refused else pages
