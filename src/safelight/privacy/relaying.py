"""Relaying: owners of files answer what people who are shown in them ask; where none does, whoever runs this must."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.kernel.errors import Conflict, Invalid
from safelight.ports.database import Session
from safelight.privacy import cases, store_requests
from safelight.privacy.relay import ANSWERS, Outcome, Relay
from safelight.privacy.request import Direction, Request, State
from safelight.privacy.requests import TEXT_CHARS_MAX, Requests

ROUND_MAX = 100
"""Most relays that one round looks at."""
STATES = {
    Outcome.REMOVED: State.FULFILLED,
    Outcome.CHANGED: State.FULFILLED,
    # Who asks is told why, and may say that they do not agree: then somebody here looks at it.
    Outcome.DECLINED: State.PARTLY_FULFILLED,
}


@dataclass(frozen=True)
class Relaying:
    requests: Requests

    async def answer(
        self, session: Session, account_id: str, request_id: str, outcome: str, text: str, *, now: datetime
    ) -> Relay:
        """By the owner; it goes to who asked, by a letter of ours. Raises NotFound, Invalid, Conflict."""
        if outcome not in ANSWERS:
            raise Invalid(f"Say what you did: {', '.join(ANSWERS)}.")
        said = text.strip()
        if len(said) > TEXT_CHARS_MAX or (outcome == Outcome.DECLINED and not said):
            raise Invalid(f"Say why, in 1 to {TEXT_CHARS_MAX} letters: who asks reads it.")
        relays, to = self.requests.others.relays, Outcome(outcome)
        relay = await relays.get(session, account_id, request_id)
        request = await self.requests.get(session, request_id, is_locked=True)
        if not relay.is_open or request.state is not State.ROUTED:
            raise Conflict(f"The report {relay.case} is answered already.")
        if said:
            await self.requests.say(session, request.id, Direction.OWNER, said, now=now)
        await relays.close(session, request.id, now, to)
        await self.requests.post(session, request, f"request_owner_{to.value}", now, text=said)
        await self.requests.end(session, request, STATES[to], now)
        return await relays.get(session, account_id, request_id)

    async def hand_back(self, session: Session, now: datetime) -> Sequence[Request]:
        """Those that no owner answered in time: now whoever runs this must; who asked is told."""
        found: list[Request] = []
        for row in await store_requests.late_relays(session, now, ROUND_MAX):
            await self.requests.others.relays.close(session, row["request_id"], now, Outcome.SILENT)
            if await store_requests.find(session, row["request_id"]) is None:
                continue
            request = await self.requests.get(session, row["request_id"], is_locked=True)
            if request.state is State.ROUTED:
                await cases.move(session, request, State.NEEDS_PERSON, now)
                await self.requests.post(session, request, "request_owner_silent", now)
                found.append(request)
        return found
