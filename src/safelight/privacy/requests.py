"""Requests: somebody asks about their data, by any way; who proves who they are is answered.

Whoever asks about an address without a proof is told the same, whether we know it or not; what we have to say goes into
a letter to that address. So `open` does the same work for both.
"""

import builtins
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel import cards
from safelight.kernel.errors import Conflict, Gone, Invalid, NotFound, TooMuch, WrongField
from safelight.kernel.ids import new_id, random_token
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.privacy import alike, cases, room, store_requests
from safelight.privacy.cases import Line
from safelight.privacy.deadlines import Deadlines
from safelight.privacy.entry import EntryType
from safelight.privacy.erase import Erase
from safelight.privacy.export import Export
from safelight.privacy.others import Known, Others
from safelight.privacy.relay import RELAY_DAYS
from safelight.privacy.request import (
    CHOICES,
    COPIES,
    OPEN_TO_ALL,
    PAUSING,
    TOLD,
    WORDED,
    Channel,
    Direction,
    Kind,
    Pause,
    Proof,
    Request,
    State,
    first_state,
    is_unproved,
)
from safelight.privacy.telling import Tell

TEXT_CHARS_MAX = 10_000
HINT_CHARS_MAX = 500
LISTED_MAX = 200
SECRET_BYTES = 32
LETTER_HOURS = 24
"""So long an erasure waits for the last letter; then it begins without."""
PASSING = frozenset(
    {"privacy_requests", "privacy_request_lines", "privacy_relays", "letters", "messages", "mail_suppressions"}
)
"""What there is of everybody who asks; who has nothing else here is told that there is nothing."""
GONE = "This link is not one of ours, or it is too old. Ask again."
NO_WORDS = "Say it in your own words: without them there is nothing to look at."


@dataclass(frozen=True)
class Requests:
    """Open, prove, tell, take back."""

    keys: KeyStore
    deadlines: Deadlines
    others: Others
    export: Export
    erase: Erase
    tell: Tell
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
        refers_to: str = "",
        wants_copy: bool = False,
        shares_address: bool = False,
    ) -> Request:
        """A new request, with its letter: a link to prove who asks, or that it has come in. Raises Invalid, TooMuch.

        `by` is who is signed in; with `proof` it is sure that it is them. Without, nobody who calls learns anything.
        """
        address = self.others.check_address(email)
        text, subject_hint = _plain(text), _plain(subject_hint)
        if len(text) > TEXT_CHARS_MAX or len(subject_hint) > HINT_CHARS_MAX:
            raise TooMuch(f"Say it in {TEXT_CHARS_MAX} letters at most, and whom it is about in {HINT_CHARS_MAX}.")
        if channel is Channel.MAIL:
            # A letter cannot be sent back for it.
            text, subject_hint = cards.masked(text), cards.masked(subject_hint)
        else:
            cards.refuse(text, "text")
            cards.refuse(subject_hint, "about")
        if kind in WORDED and not text:
            raise WrongField(NO_WORDS, "text")
        if proof is not None and by is not None:
            await room.check_open(session, by.user_id)
        if proof is None:
            await room.check_flood(session, self.others.mark(address), now)
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
            refers_to=refers_to,
            wants_copy=wants_copy and kind is Kind.ERASURE,
            shares_address=shares_address and kind is Kind.REPORT,
            email=address,
            text=text,
            hint=subject_hint,
        )
        request = replace(request, due_at=self.deadlines.due(request), confirm_by=self.deadlines.confirm_by(request))
        await cases.add(session, self.keys, request, secret, self.others.mark(request.email))
        await cases.note(session, request, EntryType.REQUEST_OPENED, now)
        if is_waiting:
            await self._confirm(session, request, "request_confirm", now)
            return request
        if proof is not None:
            return await self._go_on(session, request, proof, now)
        if kind in CHOICES:
            known = await self.others.who_has(session, address)
            return await self._chosen(session, request, known, now)
        await self._confirm(session, request, "request_report" if kind is Kind.REPORT else "request_received", now)
        return request

    async def appeal(self, session: Session, request: Request, text: str, *, now: datetime) -> Request:
        """Who does not agree with an answer asks somebody else to look at it again. Raises Conflict, Invalid."""
        if request.state.is_open or not request.email or request.proof is None or request.kind is Kind.APPEAL:
            raise Conflict(f"The request {request.case} has no answer that could be looked at again.")
        by = Known(request.account_id, request.user_id, request.email) if request.has_account else None
        return await self.open(
            session,
            kind=Kind.APPEAL,
            channel=Channel.WEB,
            email=request.email,
            now=now,
            subject_hint=request.case,
            text=text,
            language=request.language,
            regime=next(iter(request.regimes), ""),
            proof=request.proof,
            by=by,
            refers_to=request.id,
        )

    async def say(self, session: Session, request_id: str, direction: Direction, text: str, *, now: datetime) -> None:
        """Something was said about it, by who asked (`in`) or by the operator (`out`). No letter goes by it."""
        if not text.strip() or len(text) > TEXT_CHARS_MAX:
            raise Invalid(f"Say it in 1 to {TEXT_CHARS_MAX} letters.")
        await cases.add_line(session, self.keys, request_id, direction, cards.masked(_plain(text)), now)

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
        if not _wants_proof(request):
            return request
        return await self._go_on(session, request, Proof.LINK, now)

    async def verify(self, session: Session, request: Request, *, now: datetime) -> Request:
        """The operator says that it is them: after a letter by post, for instance."""
        if not _wants_proof(request):
            raise Invalid(f"The request {request.case} is {request.state}, and waits for no proof.")
        return await self._go_on(session, request, Proof.OPERATOR, now)

    async def withdraw(self, session: Session, request: Request, *, now: datetime) -> Request:
        """Who asked takes it back, as it stands now. Raises Conflict where it is too late."""
        found = await self.get(session, request.id, is_locked=True)
        await self.end(session, found, State.WITHDRAWN, now)
        return await self.get(session, request.id)

    async def end(self, session: Session, request: Request, to: State, now: datetime, **values: Any) -> None:
        """The last step, after the last letter: its thread is closed, and nobody else waits for it. Raises Conflict."""
        await cases.move(session, request, to, now, **values)
        await self.others.relays.close(session, request.id, now)
        await self.others.close_thread(session, request.id, now)

    async def begin(self, session: Session, request: Request, *, now: datetime) -> Request:
        """Who has the copy says that the rest may go now. Raises Conflict."""
        if request.state is not State.WAITING or request.begins_at is None:
            raise Conflict(f"The request {request.case} does not wait for you.")
        return await self.approve(session, request, now=now, is_copy_there=True)

    async def pass_on(self, session: Session, request: Request, *, now: datetime, url: str = "") -> Request:
        """To the owner of the file that it is about. Raises Conflict, and NotFound where there is no such file."""
        if request.kind is not Kind.REPORT or request.state is not State.NEEDS_PERSON:
            raise Conflict(f"The request {request.case} is a {request.kind} and {request.state}: it is not passed on.")
        if not await self._pass_on(session, request, url or f"{request.hint} {request.text}", now):
            raise NotFound("No file of this installation that everybody can see has this address, or it has no owner.")
        return await self.get(session, request.id)

    async def get(self, session: Session, id: str, *, is_locked: bool = False) -> Request:
        """Raises NotFound."""
        row = await store_requests.find(session, id, is_locked=is_locked)
        if row is None:
            raise NotFound("There is no such request.")
        return cases.request_of(self.keys, row)

    async def named(self, session: Session, word: str) -> Request:
        """By its case number, or its id; nobody else changes it until the transaction ends. Raises NotFound."""
        return await self.get(session, await cases.id_named(session, word), is_locked=True)

    async def of_person(self, session: Session, user_id: str) -> builtins.list[Request]:
        """Those that one person made and proved to be theirs, the newest first."""
        rows = await store_requests.of_person(session, user_id, LISTED_MAX)
        return [cases.request_of(self.keys, row) for row in rows]

    async def list(self, session: Session, *, only_open: bool = True) -> builtins.list[Request]:
        """For the operator: what is due first, first."""
        states = [state.value for state in State if state.is_open] if only_open else []
        return [cases.request_of(self.keys, row) for row in await store_requests.in_states(session, states, LISTED_MAX)]

    async def receipt(self, session: Session, request: Request) -> bytes:
        """What proves that it was carried out; an erasure has its own. Raises NotFound."""
        made = await cases.receipt(session, self.keys, request.id)
        if made is None:
            raise NotFound("There is no receipt yet.")
        return made

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
        if not await self._merge(session, theirs, now):
            await self._carry_on(session, theirs, known, now)
        return await self.get(session, theirs.id)

    async def _merge(self, session: Session, request: Request, now: datetime) -> bool:
        """Whether it is the same as one that is being answered; those that nobody proved yet are the same as this."""
        states = [*alike.STATES, State.IDENTITY_PENDING]
        rows = await store_requests.of_address(session, self.others.mark(request.email), states, LISTED_MAX)
        mine = [cases.request_of(self.keys, row) for row in rows]
        first = alike.earlier(request, mine)
        if first is not None:
            due = f"{first.due_at:%Y-%m-%d}" if first.due_at else ""
            await self._confirm(session, request, "request_duplicate", now, number=first.case, due=due)
            await self.end(session, request, State.DUPLICATE, now, refers_to=first.id)
        meant = first or request
        for each in mine:
            if each.state is State.IDENTITY_PENDING and each.id != request.id and alike.is_same(each, request):
                await self.end(session, each, State.DUPLICATE, now, refers_to=meant.id)
        return first is not None

    async def _carry_on(self, session: Session, request: Request, known: Known | None, now: datetime) -> None:
        state = first_state(request.kind, request.proof, has_account=request.has_account)
        if request.kind in COPIES or request.kind is Kind.ERASURE:
            subject = await self.others.subject_of(session, request)
            steps = await self.erase.plan(session, subject)
            if not any(step["count"] for step in steps if step["sheet"] not in PASSING):
                await self._confirm(session, request, "request_no_data", now)
                await self.end(session, request, State.NO_DATA, now)
                return
            if request.kind in COPIES or request.wants_copy:
                owner = (request.account_id, request.user_id or request.id)
                request = replace(request, export_id=await self.export.start(session, subject, *owner))
                await store_requests.change(session, request.id, export_id=request.export_id)
        match state:
            case State.APPROVED:
                await self.approve(session, request, now=now)
            case State.FULFILLED if request.kind in TOLD:
                await self._answer(session, request, now)
            case State.FULFILLED:
                await self._chosen(session, request, known, now)
            case _:
                await self._wait_for_answer(session, request, state, known, now)

    async def _wait_for_answer(
        self, session: Session, request: Request, state: State, known: Known | None, now: datetime
    ) -> None:
        """By a program that takes its time, or by a person."""
        if state is not request.state:
            await cases.move(session, request, state, now)
            request = replace(request, state=state)
        if request.kind is Kind.REPORT and await self._pass_on(session, request, f"{request.hint} {request.text}", now):
            return
        if request.kind is Kind.APPEAL and not request.refers_to:
            await store_requests.change(session, request.id, refers_to=await self._refused(session, request))
        template = "request_received"
        if request.kind in PAUSING:
            await self.others.choose(session, request, known, now)
            template = "request_paused"
        await self._confirm(session, request, template, now)

    async def _pass_on(self, session: Session, request: Request, words: str, now: datetime) -> bool:
        """What not everybody can see is not told apart from what is not there: a person looks at it."""
        if not await self.others.relays.add(session, request, words, now):
            return False
        await cases.move(session, request, State.ROUTED, now)
        await self._confirm(session, request, "request_passed_on", now, days=str(RELAY_DAYS))
        return True

    async def _chosen(self, session: Session, request: Request, known: Known | None, now: datetime) -> Request:
        await self.others.choose(session, request, known, now)
        template = "request_done" if request.kind is Kind.OPT_OUT else "request_chosen"
        await self._confirm(session, request, template, now)
        await self.end(session, request, State.FULFILLED, now)
        return await self.get(session, request.id)

    async def _answer(self, session: Session, request: Request, now: datetime) -> None:
        """What a program can say; what it cannot, somebody does."""
        said = await self.tell(session, request, await self.others.subject_of(session, request))
        if said is None:
            await cases.move(session, request, State.NEEDS_PERSON, now)
            await self._confirm(session, request, "request_received", now)
            return
        await cases.add_line(session, self.keys, request.id, Direction.OUT, said, now)
        await self._confirm(session, request, "request_answer", now, text=said)
        await self.end(session, request, State.FULFILLED, now)

    async def _refused(self, session: Session, request: Request) -> str:
        """The id of the request of the same address that an appeal names by its number; empty for none."""
        number = alike.case_in(f"{request.hint} {request.text}")
        row = await store_requests.find_case(session, *number) if number else None
        is_theirs = row is not None and row["address_mark"] == self.others.mark(request.email)
        return str(row["id"]) if row is not None and is_theirs else ""

    async def approve(
        self, session: Session, request: Request, *, now: datetime, is_copy_there: bool = False
    ) -> Request:
        """An erasure begins as soon as the last letter to them has left; first they get the copy that they asked for.

        Raises Conflict.
        """
        if request.kind is not Kind.ERASURE:
            raise Invalid(f"The request {request.case} asks for {request.kind}: answer it, nothing is carried out.")
        if request.verified_at is None:
            raise Invalid(f"The request {request.case} was not proved to be theirs: verify it first.")
        copy = "" if is_copy_there else await self._copy_before(session, request)
        if copy:
            await cases.move(session, request, State.WAITING, now, refers_to=copy)
            await self._confirm(session, request, "request_waiting", now)
            return await self.get(session, request.id)
        letter_id = await self.post(session, request, "request_erasing", now)
        latest = now + timedelta(hours=LETTER_HOURS)
        await cases.move(session, request, State.APPROVED, now, letter_id=letter_id, begins_at=latest)
        return await self.get(session, request.id)

    async def _copy_before(self, session: Session, request: Request) -> str:
        """Which request brings the copy that comes first: itself, or another that is open; empty for none."""
        if request.export_id:
            return request.id
        mark = self.others.mark(request.email)
        rows = await store_requests.of_address(session, mark, [State.EXECUTING], LISTED_MAX)
        return next((str(row["id"]) for row in rows if Kind(row["kind"]) in COPIES), "")

    async def _confirm(self, session: Session, request: Request, template: str, now: datetime, **facts: str) -> None:
        """A letter to who asked; the first says that it came in, as some laws want it."""
        letter_id = await self.post(session, request, template, now, **facts)
        if request.confirm_by is not None and request.confirmed_at is None and letter_id:
            await store_requests.change(session, request.id, letter_id=letter_id)

    async def post(self, session: Session, request: Request, template: str, now: datetime, **facts: str) -> str:
        """A letter to who asked, with the link by which they see how far it is."""
        row = await store_requests.find(session, request.id)
        secret = cases.said_in(self.keys, row).secret if row else ""
        due = f"{request.due_at:%Y-%m-%d}" if request.due_at else ""
        known = {"link": f"{self.base_url}/privacy/request/case?key={secret}", "due": due, "case": request.case}
        return await self.others.post(session, request, template, {**known, "kind": request.kind.value, **facts}, now)


def _wants_proof(request: Request) -> bool:
    return request.state is State.IDENTITY_PENDING or is_unproved(request)


def _plain(text: str) -> str:
    """Without letters that nobody sees."""
    return "".join(letter for letter in text.strip() if letter.isprintable() or letter in "\n\t")
