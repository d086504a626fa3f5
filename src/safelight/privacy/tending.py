"""Tending: what becomes of requests by the clock: who proves nothing is let go, what is approved is carried out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.privacy import cases, store_requests
from safelight.privacy.deadlines import PROOF_DAYS, WARN_DAYS
from safelight.privacy.entry import EntryType
from safelight.privacy.erasure import State as Erased
from safelight.privacy.events import RequestsDue
from safelight.privacy.request import Request, State
from safelight.privacy.requests import Requests
from safelight.privacy.terms import REQUEST_DAYS

ROUND_MAX = 100
"""Most requests that one round looks at for each thing that it does."""
LETTER_HOURS = 24
"""So long an erasure waits for the last letter; then it begins without."""
DROPPED_MAX = 500
OPEN = tuple(state.value for state in State if state.is_open)


@dataclass(frozen=True)
class Tend:
    """Jobs; each may run twice."""

    database: Database
    clock: Clock
    requests: Requests

    async def tend_requests(self, _payload: dict[str, Any]) -> None:
        """By the clock."""
        await self._expire()
        await self._carry_out()
        await self._follow()
        await self._warn()

    async def close_exported(self, payload: dict[str, Any]) -> None:
        """An archive is ready that somebody asked for by a request."""
        async with self.database.transaction() as session:
            row = await store_requests.of_export(session, payload["export_id"])
            if row is None or row["state"] != State.EXECUTING:
                return
            request, now = cases.request_of(self.requests.keys, row), self.clock.now()
            await cases.move(session, request, State.FULFILLED, now)
            # Who has an account gets a letter that leads to its page.
            if request.email and not request.has_account:
                days = str(self.requests.export.days)
                await self.requests.post(session, request, "request_ready", now, days=days)

    async def sweep_requests(self, _payload: dict[str, Any]) -> None:
        """What was answered twenty-four months ago goes, with all that was said."""
        before = self.clock.now() - timedelta(days=REQUEST_DAYS)
        while True:
            async with self.database.transaction() as session:
                if await store_requests.drop_ended(session, before, DROPPED_MAX) < DROPPED_MAX:
                    return
            await asyncio.sleep(0)

    async def late(self, session: Session) -> int:
        """How many should have been answered by now."""
        return await store_requests.count_due(session, OPEN, self.clock.now())

    async def _expire(self) -> None:
        """Nobody proved that it is theirs: what was sealed goes, and no letter is written to a stranger's address."""
        now = self.clock.now()
        before = now - timedelta(days=PROOF_DAYS)
        async with self.database.transaction() as session:
            for row in await store_requests.pending_before(session, State.IDENTITY_PENDING, before, ROUND_MAX):
                request = cases.request_of(self.requests.keys, row)
                await cases.move(session, request, State.EXPIRED, now, **store_requests.BLANK, secret=None)

    async def _carry_out(self) -> None:
        for request, row in await self._in(State.APPROVED):
            async with self.database.transaction() as session:
                found = await self.requests.get(session, request.id, is_locked=True)
                now = self.clock.now()
                waited = now - (request.verified_at or now)
                has_left = await self.requests.others.has_left(session, row["letter_id"])
                if found.state is not State.APPROVED or not (has_left or waited > timedelta(hours=LETTER_HOURS)):
                    continue
                subject = await self.requests.others.subject_of(session, found)
                erasure_id = await self.requests.erase.start(session, subject)
                await cases.move(session, found, State.EXECUTING, now, erasure_id=erasure_id)

    async def _follow(self) -> None:
        """What is being erased, to its end; who it was is not known any more by then."""
        for request, _ in await self._in(State.EXECUTING):
            if not request.erasure_id:
                continue
            erasure = await self.requests.erase.find(request.erasure_id)
            if erasure.state is Erased.RUNNING:
                continue
            to = State.PARTLY_FULFILLED if erasure.kept else State.FULFILLED
            if erasure.state is not Erased.DONE:
                to = State.NEEDS_PERSON
            async with self.database.transaction() as session:
                found = await self.requests.get(session, request.id, is_locked=True)
                if found.state is State.EXECUTING:
                    await cases.move(session, found, to, self.clock.now())

    async def _warn(self) -> None:
        """Whoever runs this is told some days before it is too late, and once more when it is."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            soon = now + timedelta(days=max(WARN_DAYS))
            told: list[tuple[str, str]] = []
            for row in await store_requests.due_before(session, OPEN, soon, ROUND_MAX):
                step = step_of(row["due_at"], now)
                if row["warned_days"] is not None and row["warned_days"] <= step:
                    continue
                request = cases.request_of(self.requests.keys, row)
                await store_requests.change(session, request.id, warned_days=step)
                if step < 0:
                    await cases.note(session, request, EntryType.REQUEST_OVERDUE, now)
                told.append((request.case, f"{row['due_at']:%Y-%m-%d}"))
            if told:
                await session.emit(RequestsDue("", now.isoformat(), dict(told)))

    async def _in(self, state: State) -> Sequence[tuple[Request, Any]]:
        async with self.database.transaction() as session:
            rows = await store_requests.in_states(session, [state.value], ROUND_MAX)
        return [(cases.request_of(self.requests.keys, row), row) for row in rows]


def step_of(due_at: datetime, now: datetime) -> int:
    """Which warning it is time for: so many days before, or -1 where it is too late."""
    if now > due_at:
        return -1
    return min(days for days in WARN_DAYS if due_at - now <= timedelta(days=days))
