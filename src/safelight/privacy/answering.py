"""Answering: what whoever runs the installation does about a request: answer, put off, refuse, give it to somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from safelight.kernel.errors import Conflict, Invalid
from safelight.ports.database import Session
from safelight.privacy import cases, store_requests
from safelight.privacy.entry import EntryType
from safelight.privacy.policy import Controller
from safelight.privacy.request import CHOICES, Direction, Reason, Request, State, check
from safelight.privacy.requests import TEXT_CHARS_MAX, Requests

NAME_CHARS_MAX = 200
GROUNDS: Mapping[Reason, Mapping[str, str]] = {
    Reason.SUSPECTED_FRAUD: {
        "en": "somebody seems to ask in your name",
        "de": "jemand scheint in Ihrem Namen zu fragen",
    },
    Reason.INSUF_VERIFICATION: {
        "en": "it could not be shown that it is you who asks",
        "de": "es ließ sich nicht zeigen, dass Sie es sind, der fragt",
    },
    Reason.NO_MATCH: {
        "en": "nothing here matches what you named",
        "de": "hier passt nichts zu dem, was Sie genannt haben",
    },
    Reason.CLAIM_NOT_COVERED: {
        "en": "the law does not give this right for what you asked",
        "de": "das Gesetz gibt dieses Recht hierfür nicht",
    },
    Reason.OUTSIDE_JURISDICTION: {
        "en": "the law that gives this right does not hold where you live",
        "de": "das Gesetz, das dieses Recht gibt, gilt nicht, wo Sie leben",
    },
    Reason.TOO_MANY_REQUESTS: {
        "en": "you asked the same too often in too short a time",
        "de": "Sie haben dasselbe in zu kurzer Zeit zu oft verlangt",
    },
    Reason.MANIFESTLY_UNFOUNDED: {"en": "it is manifestly unfounded", "de": "sie ist offenkundig unbegründet"},
    Reason.HOLD: {"en": "a law demands that it is kept", "de": "ein Gesetz verlangt, dass es bleibt"},
    Reason.OTHER: {"en": "another one, told below", "de": "ein anderer, der unten steht"},
}  # fmt: skip
COURT: Mapping[str, str] = {
    "en": "the one where you live, or where we have our seat (GDPR 79).",
    "de": "vor dem Gericht Ihres Wohnorts oder unseres Sitzes (Art. 79 DSGVO).",
}
CLOSING = (State.FULFILLED, State.PARTLY_FULFILLED, State.NO_DATA)
"""As what an answer may close a request."""


@dataclass(frozen=True)
class Answering:
    requests: Requests
    controller: Controller

    async def answer(
        self, session: Session, request: Request, text: str, *, now: datetime, close: State | None = None
    ) -> Request:
        """By a letter; with `close` it is the last one. Raises Conflict, Invalid."""
        if close is not None and close not in CLOSING:
            raise Invalid(f"An answer closes a request as one of {', '.join(CLOSING)}.")
        self._check_reachable(request)
        await self.requests.say(session, request.id, Direction.OUT, text, now=now)
        letter_id = await self.requests.post(session, request, "request_answer", now, text=text.strip())
        if request.confirm_by is not None and request.confirmed_at is None:
            await store_requests.change(session, request.id, letter_id=letter_id)
        if close is not None:
            await self.requests.end(session, request, close, now)
        return await self.requests.get(session, request.id)

    async def extend(self, session: Session, request: Request, reason: str, *, now: datetime) -> Request:
        """Once, before the first time is over, and who asks is told why. Raises Conflict, Invalid."""
        self.requests.deadlines.check_extension(request, now)
        self._check_reachable(request)
        said = _said(reason, "Say why it takes longer: who asks is told.")
        later = replace(request, extended_at=now)
        later = replace(later, due_at=self.requests.deadlines.due(later))
        await store_requests.change(session, request.id, extended_at=now, due_at=later.due_at, warned_days=None)
        await cases.note(session, request, EntryType.REQUEST_EXTENDED, now)
        await cases.add_line(session, self.requests.keys, request.id, Direction.OUT, said, now)
        await self.requests.post(session, later, "request_extended", now, reason=said)
        return await self.requests.get(session, request.id)

    async def deny(self, session: Session, request: Request, ground: Reason, reason: str, *, now: datetime) -> Request:
        """With the ground, and where one can go from there. Raises Conflict, and Invalid where no authority is known.

        What is refused to nobody: to answer, to take letters off.
        """
        if request.kind in CHOICES:
            raise Conflict("This is refused to nobody; it was done at once.")
        if not self.controller.authority:
            raise Invalid(
                "A refusal must name the supervisory authority: set controller.authority (and authority_url) in the "
                "file of SAFELIGHT_PRIVACY_POLICY."
            )
        said = _said(reason, "Say why it is refused, in words for who asked.")
        check(request, State.DENIED)
        await cases.add_line(session, self.requests.keys, request.id, Direction.OUT, said, now)
        # Who never proved that it is theirs gets no letter: the address may be a stranger's.
        if request.email and request.state is not State.IDENTITY_PENDING:
            language = request.language if request.language in COURT else "en"
            authority = " ".join(filter(None, (self.controller.authority, self.controller.authority_url)))
            facts = {"ground": GROUNDS[ground][language], "authority": authority, "court": COURT[language]}
            await self.requests.post(session, request, "request_denied", now, reason=said, **facts)
        await self.requests.end(session, request, State.DENIED, now, reason=ground.value)
        return await self.requests.get(session, request.id)

    async def assign(self, session: Session, request: Request, name: str) -> Request:
        """Who looks after it. Raises Conflict."""
        if not request.state.is_open:
            raise Conflict(f"The request {request.case} is {request.state} already.")
        if len(name) > NAME_CHARS_MAX or not name.isprintable():
            raise Invalid(f"A name has {NAME_CHARS_MAX} letters at most.")
        await store_requests.change(session, request.id, assignee=name.strip())
        return await self.requests.get(session, request.id)

    def _check_reachable(self, request: Request) -> None:
        if not request.email:
            raise Conflict(f"Nobody knows any more who made the request {request.case}.")
        if request.state is State.IDENTITY_PENDING:
            raise Conflict(
                f"Nobody proved yet that the request {request.case} is theirs: a letter could go to a stranger."
            )


def _said(text: str, otherwise: str) -> str:
    if not text.strip() or len(text) > TEXT_CHARS_MAX:
        raise Invalid(otherwise)
    return text.strip()
