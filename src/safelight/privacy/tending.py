"""Tending: what becomes of requests by the clock: who proves nothing is let go, what is approved is carried out."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.privacy import cases, store_requests, store_subjects
from safelight.privacy.certifying import Certify
from safelight.privacy.deadlines import PROOF_DAYS, WARN_DAYS
from safelight.privacy.entry import EntryType
from safelight.privacy.erasure import State as Erased
from safelight.privacy.events import RequestsDue
from safelight.privacy.export import State as Made
from safelight.privacy.relaying import Relaying
from safelight.privacy.request import COPIES, Kind, Request, State
from safelight.privacy.requests import Requests
from safelight.privacy.terms import REQUEST_DAYS

ROUND_MAX = 100
"""Most requests that one round looks at for each thing that it does."""
COPY_DAYS = 7
"""So long who has the copy can look at it before the rest goes, unless they say that it may go now."""
COPY_DAYS_MAX = 14
"""If the copy is not there after so many days, somebody looks at it; nothing is erased without."""
CONFIRM_DAYS = 2
"""So many days before a law wants it said that a request came in, whoever runs the installation is told."""
CONFIRM_WARNED = 99
"""What stands for that in the column of warnings, which counts down."""
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
        await self._wait()
        await self._carry_out()
        await self._follow()
        await self._hand_back()
        await self._confirm()
        await self._warn()
        await self._certify()

    async def close_exported(self, payload: dict[str, Any]) -> None:
        """An archive is ready that somebody asked for by a request."""
        async with self.database.transaction() as session:
            row = await store_requests.of_export(session, payload["export_id"])
            if row is None or row["state"] != State.EXECUTING:
                return
            request, now = cases.request_of(self.requests.keys, row), self.clock.now()
            if request.kind not in COPIES:
                return
            # Who has an account gets a letter that leads to its page.
            if request.email and not request.has_account:
                days = str(self.requests.export.days)
                await self.requests.post(session, request, "request_ready", now, days=days)
            await self.requests.end(session, request, State.FULFILLED, now)

    async def sweep_requests(self, _payload: dict[str, Any]) -> None:
        """What was answered twenty-four months ago goes, with all that was said."""
        before = self.clock.now() - timedelta(days=REQUEST_DAYS)
        while True:
            async with self.database.transaction() as session:
                kept = Kind.AMENDMENT.value
                if await store_requests.drop_ended(session, before, kept, DROPPED_MAX) < DROPPED_MAX:
                    return
            await asyncio.sleep(0)

    async def late(self, session: Session) -> int:
        """How many should have been answered by now."""
        return await store_requests.count_due(session, OPEN, self.clock.now())

    async def late_by_kind(self) -> Mapping[str, int]:
        """What should have been done by now: answers, words that a request came in, and answers of owners of files."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            return {
                "answer": await store_requests.count_due(session, OPEN, now),
                "confirmation": await store_requests.count_unconfirmed(session, OPEN, now),
                "owner": await store_requests.count_late_relays(session, now),
            }

    async def _expire(self) -> None:
        """Nobody proved that it is theirs: what was sealed goes, and no letter is written to a stranger's address."""
        now = self.clock.now()
        before = now - timedelta(days=PROOF_DAYS)
        async with self.database.transaction() as session:
            for row in await store_requests.pending_before(session, State.IDENTITY_PENDING, before, ROUND_MAX):
                request = cases.request_of(self.requests.keys, row)
                await self.requests.end(session, request, State.EXPIRED, now, **store_requests.BLANK, secret=None)

    async def _wait(self) -> None:
        """Whoever wants a copy and then to be forgotten gets the copy, and some days to look at it."""
        for request, _ in await self._in(State.WAITING):
            async with self.database.transaction() as session:
                found, now = await self.requests.get(session, request.id, is_locked=True), self.clock.now()
                if found.state is not State.WAITING:
                    continue
                if found.begins_at is not None:
                    if now >= found.begins_at:
                        await self.requests.approve(session, found, now=now, is_copy_there=True)
                elif await self._has_copy(session, found):
                    begins_at = now + timedelta(days=COPY_DAYS)
                    await store_requests.change(session, found.id, begins_at=begins_at)
                    await self.requests.post(session, found, "request_copy_first", now, day=f"{begins_at:%Y-%m-%d}")
                elif now - (found.verified_at or now) > timedelta(days=COPY_DAYS_MAX):
                    await cases.move(session, found, State.NEEDS_PERSON, now)

    async def _has_copy(self, session: Session, request: Request) -> bool:
        """Or nothing that could be waited for any more."""
        if request.refers_to != request.id:
            row = await store_requests.find(session, request.refers_to)
            return row is None or not State(row["state"]).is_open
        made = await store_subjects.export(session, request.export_id)
        return made is None or made["state"] != Made.WAITING

    async def _carry_out(self) -> None:
        for request, row in await self._in(State.APPROVED):
            async with self.database.transaction() as session:
                found = await self.requests.get(session, request.id, is_locked=True)
                now = self.clock.now()
                has_left = await self.requests.others.has_left(session, row["letter_id"])
                if found.state is not State.APPROVED or not (has_left or now > (found.begins_at or now)):
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
                    await self._reach(session, found, to)

    async def _reach(self, session: Session, request: Request, to: State) -> None:
        if to.is_open:
            await cases.move(session, request, to, self.clock.now())
        else:
            await self.requests.end(session, request, to, self.clock.now())

    async def _hand_back(self) -> None:
        """What no owner of a file answered in time, or cannot any more, whoever runs this must answer."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            back = await Relaying(self.requests).hand_back(session, now)
            if back:
                await session.emit(RequestsDue("", now.isoformat(), {each.case: f"{now:%Y-%m-%d}" for each in back}))
        for request, _ in await self._in(State.ROUTED):
            async with self.database.transaction() as session:
                found = await self.requests.get(session, request.id, is_locked=True)
                if found.state is State.ROUTED and await store_requests.relay(session, request.id) is None:
                    # The owner is gone, and so is the file.
                    await cases.move(session, found, State.NEEDS_PERSON, now)

    async def _confirm(self) -> None:
        """Some laws want it said within days that a request came in: once the letter has left, it is."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            soon, told = now + timedelta(days=CONFIRM_DAYS), dict[str, str]()
            for row in await store_requests.unconfirmed(session, OPEN, now + timedelta(days=PROOF_DAYS), ROUND_MAX):
                if row["letter_id"] and await self.requests.others.was_sent(session, row["letter_id"]):
                    await store_requests.change(session, row["id"], confirmed_at=now)
                elif row["confirm_by"] < soon and row["warned_days"] is None:
                    await store_requests.change(session, row["id"], warned_days=CONFIRM_WARNED)
                    told[cases.request_of(self.requests.keys, row).case] = f"{row['confirm_by']:%Y-%m-%d}"
            if told:
                await session.emit(RequestsDue("", now.isoformat(), told))

    async def _certify(self) -> None:
        async with self.database.transaction() as session:
            await Certify(self.requests, self.requests.erase.receipts).round(session, self.clock.now())

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
