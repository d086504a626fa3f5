"""Requests: somebody asks about their data, by any way; who proves who they are is answered.

Whoever asks about an address without a proof is told the same, whether we know it or not; what we have to say goes into
a letter to that address. So `open` does the same work for both.
"""

import builtins
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from safelight.kernel import cards
from safelight.kernel.errors import Gone, Invalid, NotFound, TooMuch
from safelight.kernel.holdings import Subject
from safelight.kernel.ids import new_id, random_token
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.privacy import cases, store_requests
from safelight.privacy.cases import Line
from safelight.privacy.deadlines import Deadlines
from safelight.privacy.entry import EntryType
from safelight.privacy.erase import Erase
from safelight.privacy.export import Export
from safelight.privacy.request import (
    COPIES,
    OPEN_TO_ALL,
    Channel,
    Direction,
    Kind,
    Pause,
    Proof,
    Request,
    State,
    first_state,
)

TEXT_CHARS_MAX = 10_000
HINT_CHARS_MAX = 500
LISTED_MAX = 200
OPEN_MAX = 20
"""Most requests that one person has open at the same time."""
SECRET_BYTES = 32
PASSING = frozenset({"privacy_requests", "privacy_request_lines", "letters", "messages", "mail_suppressions"})
"""What there is of everybody who asks; who has nothing else here is told that there is nothing."""
GONE = "This link is not one of ours, or it is too old. Ask again."


@dataclass(frozen=True)
class Known:
    """Who has an address: one person of one account."""

    account_id: str
    user_id: str
    email: str
    language: str | None = None


Post = Callable[[Session, Request, str, Mapping[str, str], datetime], Awaitable[str]]
"""Post the letter of that name to who asked; its id."""


@dataclass(frozen=True)
class Others:
    """What requests need of rooms that this one does not know."""

    check_address: Callable[[str], str]
    """Raises Invalid."""
    mark: Callable[[str], str]
    """An address -> the keyed hash by which it is found."""
    who_has: Callable[[Session, str], Awaitable[Known | None]]
    subject_of: Callable[[Session, Request], Awaitable[Subject]]
    post: Post
    has_left: Callable[[Session, str], Awaitable[bool]]
    """Whether a letter is not under way any more."""
    silence: Callable[[Session, str, Known | None, datetime], Awaitable[None]]
    """No letters to that address from now on, but those that an account needs."""


@dataclass(frozen=True)
class Requests:
    """Open, prove, tell, take back."""

    keys: KeyStore
    deadlines: Deadlines
    others: Others
    export: Export
    erase: Erase
    base_url: str

    async def open(
        self,
        session: Session,
        *,
        kind: Kind,
        channel: Channel,
        email: str,
        now: datetime,
        subject_hint: str = "",
        text: str = "",
        language: str = "en",
        country: str = "",
        regime: str = "",
        proof: Proof | None = None,
        by: Known | None = None,
    ) -> Request:
        """A new request, with its letter: a link to prove who asks, or that it has come in. Raises Invalid, TooMuch.

        `by` is who is signed in; with `proof` it is sure that it is them. Without, nobody who calls learns anything.
        """
        address = self.others.check_address(email)
        if len(text) > TEXT_CHARS_MAX or len(subject_hint) > HINT_CHARS_MAX:
            raise TooMuch(f"Say it in {TEXT_CHARS_MAX} letters at most, and whom it is about in {HINT_CHARS_MAX}.")
        if channel is Channel.MAIL:
            # A letter cannot be sent back for it.
            text, subject_hint = cards.masked(text), cards.masked(subject_hint)
        else:
            cards.refuse(text, "text")
            cards.refuse(subject_hint, "about")
        if proof is not None and by is not None:
            await self._check_room(session, by)
        is_waiting = proof is None and kind not in OPEN_TO_ALL
        secret, year = random_token(SECRET_BYTES), now.year
        request = Request(
            id=new_id(),
            year=year,
            number=await store_requests.next_number(session, year),
            kind=kind,
            state=State.IDENTITY_PENDING if is_waiting else State.NEEDS_PERSON,
            channel=channel,
            language=language,
            regimes=self.deadlines.named(regime) if regime else self.deadlines.regimes_of(country),
            received_at=now,
            pauses=[Pause(now)] if is_waiting else [],
            account_id=by.account_id if by and proof else "",
            user_id=by.user_id if by and proof else "",
            email=address,
            text=text.strip(),
            hint=subject_hint.strip(),
        )
        request = replace(request, due_at=self.deadlines.due(request))
        await self._add(session, request, secret)
        await cases.note(session, request, EntryType.REQUEST_OPENED, now)
        if is_waiting:
            await self.post(session, request, "request_confirm", now)
            return request
        if proof is not None:
            return await self._go_on(session, request, proof, now)
        if kind is Kind.OPT_OUT:
            await self.others.silence(session, address, await self.others.who_has(session, address), now)
            await cases.move(session, request, State.FULFILLED, now)
            await self.post(session, request, "request_done", now)
            return await self.get(session, request.id)
        await self.post(session, request, "request_received", now)
        return request

    async def say(self, session: Session, request_id: str, direction: Direction, text: str, *, now: datetime) -> None:
        """Something was said about it, by who asked (`in`) or by the operator (`out`). No letter goes by it."""
        if not text.strip() or len(text) > TEXT_CHARS_MAX:
            raise Invalid(f"Say it in 1 to {TEXT_CHARS_MAX} letters.")
        await cases.add_line(session, self.keys, request_id, direction, cards.masked(text.strip()), now)

    async def shown(self, session: Session, secret: str) -> Request:
        """By the link of its letter; nothing is done. Raises Gone."""
        row = await store_requests.find_secret(session, cases.digest_of(secret)) if secret else None
        if row is None:
            raise Gone(GONE)
        return cases.request_of(self.keys, row)

    async def prove(self, session: Session, secret: str, *, now: datetime) -> Request:
        """Who has the link of the letter has the address. Twice is once. Raises Gone."""
        found = await self.shown(session, secret)
        request = await self.get(session, found.id, is_locked=True)
        if request.state is not State.IDENTITY_PENDING:
            return request
        return await self._go_on(session, request, Proof.LINK, now)

    async def verify(self, session: Session, request: Request, *, now: datetime) -> Request:
        """The operator says that it is them: after a letter by post, for instance."""
        if request.state is not State.IDENTITY_PENDING:
            raise Invalid(f"The request {request.case} is {request.state}, and waits for no proof.")
        return await self._go_on(session, request, Proof.OPERATOR, now)

    async def withdraw(self, session: Session, request: Request, *, now: datetime) -> Request:
        """Who asked takes it back. Raises Conflict where it is too late."""
        await cases.move(session, request, State.WITHDRAWN, now)
        return await self.get(session, request.id)

    async def get(self, session: Session, id: str, *, is_locked: bool = False) -> Request:
        """Raises NotFound."""
        row = await store_requests.find(session, id, is_locked=is_locked)
        if row is None:
            raise NotFound("There is no such request.")
        return cases.request_of(self.keys, row)

    async def named(self, session: Session, word: str) -> Request:
        """By its case number, or its id; nobody else changes it until the transaction ends. Raises NotFound."""
        parts = word.strip().upper().split("-")
        if len(parts) == 3 and parts[0] == "SL" and all(part.isascii() and part.isdigit() for part in parts[1:]):
            row = await store_requests.find_case(session, int(parts[1][:6]), int(parts[2][:9]))
            if row is not None:
                return await self.get(session, row["id"], is_locked=True)
        elif word.strip():
            return await self.get(session, word.strip(), is_locked=True)
        raise NotFound(f"There is no request {word[:40]}; `safelight privacy requests list` shows them.")

    async def of_person(self, session: Session, user_id: str) -> builtins.list[Request]:
        """Those that one person made and proved to be theirs, the newest first."""
        rows = await store_requests.of_person(session, user_id, LISTED_MAX)
        return [cases.request_of(self.keys, row) for row in rows]

    async def list(self, session: Session, *, only_open: bool = True) -> builtins.list[Request]:
        """For the operator: what is due first, first."""
        states = [state.value for state in State if state.is_open] if only_open else []
        return [cases.request_of(self.keys, row) for row in await store_requests.in_states(session, states, LISTED_MAX)]

    async def lines(self, session: Session, request: Request) -> builtins.list[Line]:
        return await cases.lines(session, self.keys, request.id)

    async def _go_on(self, session: Session, request: Request, proof: Proof, now: datetime) -> Request:
        """It is them: the clocks go on, and so does the answer."""
        known = await self.others.who_has(session, request.email)
        pauses = [replace(each, until=each.until or now) for each in request.pauses]
        theirs = replace(
            request,
            verified_at=now,
            proof=proof,
            pauses=pauses,
            account_id=known.account_id if known else request.account_id,
            user_id=known.user_id if known else request.user_id,
        )
        theirs = replace(theirs, due_at=self.deadlines.due(theirs))
        await store_requests.change(
            session,
            theirs.id,
            verified_at=now,
            proof=proof.value,
            pauses=cases.pauses_told(pauses),
            account_id=theirs.account_id,
            user_id=theirs.user_id,
            due_at=theirs.due_at,
        )
        await cases.note(session, theirs, EntryType.REQUEST_VERIFIED, now)
        await self._carry_on(session, theirs, now)
        return await self.get(session, theirs.id)

    async def _carry_on(self, session: Session, request: Request, now: datetime) -> None:
        state = first_state(request.kind, request.proof, has_account=request.has_account)
        if request.kind in COPIES or request.kind is Kind.ERASURE:
            subject = await self.others.subject_of(session, request)
            steps = await self.erase.plan(session, subject)
            if not any(step["count"] for step in steps if step["sheet"] not in PASSING):
                await cases.move(session, request, State.NO_DATA, now)
                await self.post(session, request, "request_no_data", now)
                return
            if request.kind in COPIES:
                owner = (request.account_id, request.user_id or request.id)
                export_id = await self.export.start(session, subject, *owner)
                await cases.move(session, request, state, now, export_id=export_id)
                await self.post(session, request, "request_received", now)
                return
        if state is State.APPROVED:
            await self.approve(session, request, now=now)
            return
        if state is not request.state:
            await cases.move(session, request, state, now)
        if state is State.FULFILLED:
            await self.others.silence(session, request.email, await self.others.who_has(session, request.email), now)
            await self.post(session, request, "request_done", now)
        else:
            await self.post(session, request, "request_received", now)

    async def approve(self, session: Session, request: Request, *, now: datetime) -> Request:
        """An erasure begins as soon as the last letter to them has left. Raises Conflict."""
        if request.kind is not Kind.ERASURE:
            raise Invalid(f"The request {request.case} asks for {request.kind}: answer it, nothing is carried out.")
        if request.verified_at is None:
            raise Invalid(f"The request {request.case} was not proved to be theirs: verify it first.")
        letter_id = await self.post(session, request, "request_erasing", now)
        await cases.move(session, request, State.APPROVED, now, letter_id=letter_id)
        return await self.get(session, request.id)

    async def _check_room(self, session: Session, by: Known) -> None:
        mine = await store_requests.of_person(session, by.user_id, LISTED_MAX)
        if sum(State(row["state"]).is_open for row in mine) >= OPEN_MAX:
            raise TooMuch(f"You have {OPEN_MAX} open requests; take one back, or wait until one is answered.")

    async def _add(self, session: Session, request: Request, secret: str) -> None:
        await store_requests.add(
            session,
            {
                "id": request.id,
                "year": request.year,
                "number": request.number,
                "kind": request.kind.value,
                "state": request.state.value,
                "channel": request.channel.value,
                "language": request.language,
                "regimes": [*request.regimes],
                "received_at": request.received_at,
                "due_at": request.due_at,
                "pauses": cases.pauses_told(request.pauses),
                "account_id": request.account_id,
                "user_id": request.user_id,
                "secret": cases.digest_of(secret),
                "address_mark": self.others.mark(request.email),
                "sealed": cases.sealed(
                    self.keys, email=request.email, text=request.text, hint=request.hint, secret=secret
                ),
            },
        )

    async def post(self, session: Session, request: Request, template: str, now: datetime, **facts: str) -> str:
        """A letter to who asked, with the link by which they see how far it is."""
        row = await store_requests.find(session, request.id)
        secret = cases.said_in(self.keys, row)["secret"] if row else ""
        due = f"{request.due_at:%Y-%m-%d}" if request.due_at else ""
        known = {"link": f"{self.base_url}/privacy/request/case?key={secret}", "due": due, "case": request.case}
        return await self.others.post(session, request, template, {**known, "kind": request.kind.value, **facts}, now)
