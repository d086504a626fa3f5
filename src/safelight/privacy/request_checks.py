"""Request checks: whether requests are taken in, told apart, answered and kept in time: tried with somebody made up.

All of it happens in a transaction that is undone: no letter leaves, no number is used up.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from safelight.kernel.errors import Gone, SafelightError
from safelight.kernel.ids import random_name
from safelight.ports.database import Session
from safelight.privacy import store_requests
from safelight.privacy.answering import Answering
from safelight.privacy.others import Others
from safelight.privacy.relay import RELAY_DAYS, Owner, said_in
from safelight.privacy.relaying import Relaying
from safelight.privacy.release import about
from safelight.privacy.request import OPEN_TO_ALL, Channel, Kind, Request, State
from safelight.privacy.requests import Requests
from safelight.privacy.selfcheck import Check, Finding, judged

OPEN = [state.value for state in State if state.is_open]
GRACE = timedelta(hours=1)
URL = "https://canary.invalid/canary/image/upload/canary.jpg"


class _UndoneError(Exception):
    """Nothing of it stays."""


@dataclass(frozen=True)
class RequestChecks:
    """PP-35, PP-42, PP-43, PP-44 and PP-46 on the running installation."""

    requests: Requests
    now: datetime

    async def owners_are_asked(self, session: Session) -> Finding:
        """PP-35: what somebody reports goes to the owner of the file, without who they are, and comes back in time."""
        late = await store_requests.count_late_relays(session, self.now - GRACE)
        faults = [f"{late} reports wait for owners who did not answer in time"] if late else []
        told: list[Mapping[str, str]] = []

        async def owner_of(_session: Session, _words: str) -> Owner:
            return Owner(random_name(), URL)

        async def tell_owner(
            _session: Session, _account_id: str, _template: str, facts: Mapping[str, str], _now: datetime
        ) -> int:
            told.append(facts)
            return 1

        async def ask(undone: Session) -> list[str]:
            relays = replace(self.requests.others.relays, owner_of=owner_of, tell_owner=tell_owner)
            requests = replace(self.requests, others=replace(self.requests.others, relays=relays))
            tried = replace(self, requests=requests)
            request = await tried._ask(undone, Kind.REPORT, text=URL)
            if told or request.state is not State.NEEDS_PERSON:
                return ["a report goes to the owner of a file though nobody proved that they wrote it"]
            routed = await requests.verify(undone, request, now=self.now)
            row = await store_requests.relay(undone, request.id)
            if routed.state is not State.ROUTED or row is None or len(told) != 1:
                return ["a report does not go to the owner of the file"]
            given = f"{dict(told[0])} {said_in(requests.keys, row)}"
            found = ["the owner of a file learns who reported it"] if request.email in given else []
            later = self.now + timedelta(days=RELAY_DAYS, hours=1)
            back = await Relaying(requests).hand_back(undone, later)
            is_back = request.id in {each.id for each in back}
            return found if is_back else [*found, "nobody takes over where an owner does not answer"]

        return judged([*faults, *await _tried(session, ask)], "a report goes to the owner, and comes back in time")

    async def can_be_asked(self, session: Session) -> Finding:
        """PP-42: by every way, and in time."""
        late = await store_requests.count_due(session, OPEN, self.now - GRACE)
        faults = [f"{about(late)} requests should have been answered by now"] if late else []
        silent = await store_requests.count_unconfirmed(session, OPEN, self.now - GRACE)
        faults += [f"of {silent} requests it should have been said that they came in"] if silent else []

        async def ask(undone: Session) -> list[str]:
            found: list[str] = []
            states: dict[str, State] = {}
            for channel in Channel:
                posted = _Posted(self.requests.others)
                request = await self._ask(undone, Kind.ACCESS, channel, posted)
                states[channel] = request.state
                if not await posted.wait(undone, 1):
                    found.append(f"who asks by {channel} gets no letter")
            if len(set(states.values())) != 1:
                found.append("the way by which somebody asks decides how far they get")
            return found

        return judged([*faults, *await _tried(session, ask)], f"{len(Channel)} ways in, nothing overdue")

    async def strangers_learn_nothing(self, session: Session) -> Finding:
        """PP-43: nothing goes on without a proof, and what proved nothing is not kept."""
        rows = await store_requests.unproved(
            session,
            [State.EXECUTING.value, State.APPROVED.value, State.NO_DATA.value],
            [kind.value for kind in Kind if kind not in OPEN_TO_ALL],
        )
        faults = [f"{about(rows)} requests went on without a proof"] if rows else []
        kept = await store_requests.sealed_in(session, State.EXPIRED.value)
        faults += [f"{about(kept)} requests that nobody proved still hold an address"] if kept else []

        async def ask(undone: Session) -> list[str]:
            found: list[str] = []
            for kind in (each for each in Kind if each not in OPEN_TO_ALL):
                request = await self._ask(undone, kind)
                if request.state is not State.IDENTITY_PENDING or request.user_id:
                    found.append(f"{kind} goes on without a proof")
            for secret in ("", "x" * 43):
                try:
                    await self.requests.prove(undone, secret, now=self.now)
                except Gone:
                    continue
                found.append("a secret that was made up proves something")
            return found

        return judged([*faults, *await _tried(session, ask)], "nothing is told and nothing done before a proof")

    async def always_answered(self, session: Session) -> Finding:
        """PP-44: who has nothing here is told that, after the proof."""

        async def ask(undone: Session) -> list[str]:
            posted = _Posted(self.requests.others)
            request = await self._ask(undone, Kind.ACCESS, posted=posted)
            proved = await posted.heard(self.requests).verify(undone, request, now=self.now)
            if proved.state is not State.NO_DATA:
                return [f"of somebody who has nothing here it is said: {proved.state}"]
            return [] if await posted.wait(undone, 2) else ["nobody is told that there is nothing"]

        return judged(await _tried(session, ask), "somebody who has nothing here was told so")

    async def corrections_are_taken_in(self, session: Session, answering: Answering) -> Finding:
        """PP-46: what is wrong is corrected by a person, or refused with a letter that can be answered."""

        async def ask(undone: Session) -> list[str]:
            request = await self._ask(undone, Kind.RECTIFICATION)
            proved = await self.requests.verify(undone, request, now=self.now)
            if proved.state is not State.NEEDS_PERSON or proved.due_at is None:
                return ["a correction does not come before a person, with a day by which it is answered"]
            done = await answering.answer(undone, proved, "Done.", now=self.now, close=State.FULFILLED)
            found = [] if done.state is State.FULFILLED else ["a correction that was made is not closed"]
            try:
                await answering.answer(undone, done, "Once more.", now=self.now, close=State.DENIED)
            except SafelightError:
                return found
            return [*found, "an answer can refuse without a ground"]

        return judged(await _tried(session, ask), "a correction comes before a person, is answered and closed")

    async def _ask(
        self,
        session: Session,
        kind: Kind,
        channel: Channel = Channel.WEB,
        posted: "_Posted | None" = None,
        text: str = "Please.",
    ) -> Request:
        requests = posted.heard(self.requests) if posted else self.requests
        email = f"{random_name()}@canary.invalid"
        return await requests.open(session, kind=kind, channel=channel, email=email, now=self.now, text=text)


@dataclass
class _Posted:
    """Which letters were posted."""

    others: Others
    ids: list[str] = field(default_factory=list[str])

    def heard(self, requests: Requests) -> Requests:
        async def post(
            session: Session, request: Request, template: str, facts: Mapping[str, str], now: datetime
        ) -> str:
            self.ids.append(await self.others.post(session, request, template, facts, now))
            return self.ids[-1]

        return replace(requests, others=replace(self.others, post=post))

    async def wait(self, session: Session, letters: int) -> bool:
        """Whether so many are on their way."""
        waiting = [id for id in self.ids if not await self.others.has_left(session, id)]
        return len(waiting) == letters


async def _tried(session: Session, ask: Callable[[Session], Awaitable[list[str]]]) -> list[str]:
    found: list[str] = []
    try:
        async with session.savepoint():
            found += await ask(session)
            raise _UndoneError
    except _UndoneError:
        return found


def checks_of(checks: RequestChecks, session: Session, answering: Answering) -> Mapping[str, Check]:
    """Each by its clause."""
    return {
        "PP-35": lambda: checks.owners_are_asked(session),
        "PP-42": lambda: checks.can_be_asked(session),
        "PP-43": lambda: checks.strangers_learn_nothing(session),
        "PP-44": lambda: checks.always_answered(session),
        "PP-46": lambda: checks.corrections_are_taken_in(session, answering),
    }
