"""Requests: what a person asked about their data, on their account page; asked there, it needs no letter."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.headers import page_headers
from safelight.console.pages.privacy_requests import KINDS, TAKEN_BACK, look_of, spoken_in
from safelight.console.ways import letter_language
from safelight.kernel.errors import NotFound, SafelightError
from safelight.ports.database import Session
from safelight.privacy.others import Known
from safelight.privacy.request import Channel, Kind, Proof, Request, State
from safelight.privacy.requests import Requests

BASE = "/account/requests"


@dataclass(frozen=True)
class RequestPages:
    door: Door
    requests: Requests

    def routes(self) -> list[BaseRoute]:
        inside, proved = self.door.inside, self.door.proved
        return [
            inside(BASE, self.page),
            proved(BASE, self.ask, POST),
            inside(f"{BASE}/{{id}}/withdraw", self.withdraw, POST),
            inside(f"{BASE}/{{id}}/begin", self.begin, POST),
            inside(f"{BASE}/{{id}}/receipt", self.receipt),
        ]

    async def page(self, guest: Guest, status: int = 200, fault: str = "") -> Response:
        async with self.door.database.transaction() as session:
            found = await self.requests.of_person(session, guest.user.id)
        rows = [
            {
                "one": each,
                "kind": KINDS[each.kind],
                "look": look_of(each)[0],
                "words": look_of(each)[1],
                "may_withdraw": each.state in TAKEN_BACK,
                "may_begin": each.state is State.WAITING and each.begins_at is not None,
            }
            for each in found
        ]
        words = sheets.spoken(guest.visit.language, fault) if fault else ""
        return self.door.show_in(
            guest, "requests.html", status, kinds=spoken_in(guest.visit.language, KINDS), rows=rows, fault=words
        )

    async def ask(self, guest: Guest) -> Response:
        """Who proved of late who they are is answered without another letter."""
        user, visit = guest.user, guest.visit
        try:
            async with self.door.database.transaction() as session:
                await self.requests.open(
                    session,
                    kind=_kind(visit.text("kind")),
                    channel=Channel.ACCOUNT,
                    email=user.email,
                    now=guest.now,
                    text=visit.text("text"),
                    subject_hint=visit.text("about"),
                    wants_copy=bool(visit.text("copy")),
                    shares_address=bool(visit.text("share")),
                    language=letter_language(visit),
                    country=guest.me.session.visitor.country,
                    proof=Proof.SESSION,
                    by=Known(user.account_id, user.id, user.email, user.language),
                )
        except SafelightError as error:
            return await self.page(guest, error.status, error.message)
        return go(f"{BASE}?done=request-asked")

    async def withdraw(self, guest: Guest) -> Response:
        try:
            async with self.door.database.transaction() as session:
                await self.requests.withdraw(session, await self._mine(session, guest), now=guest.now)
        except SafelightError as error:
            return await self.page(guest, error.status, error.message)
        return go(f"{BASE}?done=request-withdrawn")

    async def begin(self, guest: Guest) -> Response:
        """Who has the copy says that the rest may go now."""
        try:
            async with self.door.database.transaction() as session:
                await self.requests.begin(session, await self._mine(session, guest), now=guest.now)
        except SafelightError as error:
            return await self.page(guest, error.status, error.message)
        return go(f"{BASE}?done=saved")

    async def receipt(self, guest: Guest) -> Response:
        """What proves that it was carried out."""
        async with self.door.database.transaction() as session:
            request = await self._mine(session, guest)
            made = await self.requests.receipt(session, request)
        headers = {
            **page_headers(self.door.base_url),
            "content-disposition": f'attachment; filename="receipt-{request.case}.json"',
            "cache-control": "no-store",
        }
        return Response(made, headers=headers, media_type="application/json")

    async def _mine(self, session: Session, guest: Guest) -> Request:
        """Raises NotFound."""
        request = await self.requests.get(session, str(guest.visit.request.path_params["id"]), is_locked=True)
        if request.user_id != guest.user.id:
            raise NotFound("There is no such request.")
        return request


def _kind(word: str) -> Kind:
    if word not in set(Kind):
        raise NotFound("There is nothing of that kind to ask for.")
    return Kind(word)
