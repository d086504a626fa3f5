"""Requests: `/privacy/v1/requests`: to ask about one's data, to see how far it is, and to take it back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from safelight.kernel.errors import Gone, NotFound, Unauthorized, WrongField
from safelight.ports.database import Session
from safelight.privacy.others import Known
from safelight.privacy.request import OPEN_TO_ALL, Channel, Kind, Proof, Request
from safelight.privacy.requests import Requests
from safelight.web.identity.door import PROOF, Call, IdentityDoor, Told
from safelight.wire.privacy import asked_json, request_json

PATH = "/privacy/v1/requests"
ONE = f"{PATH}/{{id}}"
REPORTS = "/privacy/v1/reports"
WORDS = f"kind! email text about country regime copy_first {PROOF}"
REPORT_WORDS = "url! email! text share_address country regime"
YES = frozenset({"true", "1", "yes", "on"})
NEEDS_KEY = "Sign in first, or send the key of the letter: `Authorization: Bearer KEY`."
BEARER = "bearer "


@dataclass(frozen=True)
class RequestsDoor:
    door: IdentityDoor
    requests: Requests

    def routes(self) -> Sequence[BaseRoute]:
        route = self.door.route
        return [
            route("POST", PATH, self.open_request, WORDS, is_guessed=True),
            self.door.inside("GET", PATH, self.requests_of_mine),
            route("POST", REPORTS, self.report_asset, REPORT_WORDS, is_guessed=True),
            route("GET", f"{ONE}/receipt", self.receipt_of_request, is_guessed=True),
            route("GET", ONE, self.one_request, is_guessed=True),
            route("DELETE", ONE, self.withdraw_request, is_guessed=True),
            route("POST", f"{ONE}/verify", self.verify_request, "key!", is_guessed=True),
        ]

    async def open_request(self, call: Call) -> Told:
        """Ask about one's data. Who is signed in and proved it of late is answered at once; others get a letter.

        The answer is the same whether the address is known here or not.
        """
        call = await self.door.with_guest(call)
        user = call.me.user if call.me else None
        email = call.word("email") or (user.email if user else "")
        if not email:
            raise WrongField("`email` is missing: the address that it is about.", "email")
        kind = _kind(call.word("kind"))
        is_own = user is not None and user.email.casefold() == email.strip().casefold()
        if is_own and kind not in OPEN_TO_ALL:
            # Who is here anyway has the stronger proof; no letter is needed.
            await self.door.check_proof(call)
        by = Known(user.account_id, user.id, user.email, user.language) if user and is_own else None
        async with self.door.database.transaction() as session:
            request = await self.requests.open(
                session,
                kind=kind,
                channel=Channel.API,
                email=email,
                now=call.now,
                subject_hint=call.word("about"),
                text=call.word("text"),
                language=(user.language if user else None) or call.language,
                country=call.word("country"),
                regime=call.word("regime"),
                proof=Proof.SESSION if by else None,
                by=by,
                wants_copy=call.word("copy_first").lower() in YES,
            )
        return Told(request_json(request) if by else asked_json(request), 201)

    async def report_asset(self, call: Call) -> Told:
        """A file here shows somebody: it is passed on to its owner, once the letter to `email` is answered.

        The answer is the same whether there is such a file or not.
        """
        async with self.door.database.transaction() as session:
            request = await self.requests.open(
                session,
                kind=Kind.REPORT,
                channel=Channel.API,
                email=call.word("email"),
                now=call.now,
                subject_hint=call.word("url"),
                text=call.word("text"),
                language=call.language,
                country=call.word("country"),
                regime=call.word("regime"),
                shares_address=call.word("share_address").lower() in YES,
            )
        return Told(asked_json(request), 201)

    async def receipt_of_request(self, call: Call) -> Told:
        """What proves that it was carried out."""
        call = await self.door.with_guest(call)
        async with self.door.database.transaction() as session:
            request = await self._mine(session, call)
            return Told(json.loads(await self.requests.receipt(session, request)))

    async def requests_of_mine(self, call: Call) -> Told:
        """What one asked and proved to be theirs, the newest first."""
        async with self.door.database.transaction() as session:
            found = await self.requests.of_person(session, call.signed_in.user.id)
        return Told({"requests": [request_json(each) for each in found]})

    async def one_request(self, call: Call) -> Told:
        """How far it is: for who is signed in, or who has the key of its letter."""
        call = await self.door.with_guest(call)
        async with self.door.database.transaction() as session:
            return Told(request_json(await self._mine(session, call)))

    async def withdraw_request(self, call: Call) -> Told:
        """Take it back, while it is not carried out yet."""
        call = await self.door.with_guest(call)
        async with self.door.database.transaction() as session:
            request = await self._mine(session, call)
            return Told(request_json(await self.requests.withdraw(session, request, now=call.now)))

    async def verify_request(self, call: Call) -> Told:
        """Prove by the key of its letter that it is yours."""
        async with self.door.database.transaction() as session:
            found = await self.requests.shown(session, call.word("key"))
            if found.id != call.path("id"):
                raise NotFound("There is no such request.")
            return Told(request_json(await self.requests.prove(session, call.word("key"), now=call.now)))

    async def _mine(self, session: Session, call: Call) -> Request:
        """Raises Unauthorized, NotFound."""
        header = call.request.headers.get("authorization", "")
        id = call.path("id")
        if header[: len(BEARER)].lower() == BEARER:
            try:
                found = await self.requests.shown(session, header[len(BEARER) :].strip())
            except Gone as error:
                raise Unauthorized(NEEDS_KEY) from error
        elif call.me is None:
            raise Unauthorized(NEEDS_KEY)
        else:
            mine = await self.requests.of_person(session, call.me.user.id)
            found = next((each for each in mine if id in (each.id, each.case)), None)
        if found is None or id not in (found.id, found.case):
            raise NotFound("There is no such request.")
        return await self.requests.get(session, found.id, is_locked=True)


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError as error:
        raise WrongField(f"`kind` is one of {', '.join(Kind)}.", "kind") from error
