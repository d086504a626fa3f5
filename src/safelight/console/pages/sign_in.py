"""Sign in: a password, and a code or a passkey where the person set one up; or a passkey alone. And sign out."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.visit import Visit
from safelight.console.ways import Ways, told
from safelight.identity import remember, sessions
from safelight.identity.model import End
from safelight.identity.proving import Prove
from safelight.identity.registration import OPEN
from safelight.identity.sign_in import PASSKEY, Halfway
from safelight.identity.tickets import Step
from safelight.kernel.errors import Disabled, SafelightError
from safelight.wire import cookies


@dataclass(frozen=True)
class SignInPages:
    door: Door
    ways: Ways

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("/auth/sign-in", self.page),
            self.door.guessed("/auth/sign-in", self.by_password),
            self.door.guessed("/auth/sign-in/second", self.second),
            self.door.guessed("/auth/sign-in/passkey/options", self.options),
            self.door.guessed("/auth/sign-in/passkey", self.by_passkey),
            self.door.route("/auth/sign-out", self.sign_out, POST),
            self.door.inside("/auth/prove", self.prove_page),
            self.door.inside("/auth/prove", self.prove, POST),
        ]

    async def page(self, visit: Visit, status: int = 200, **facts: Any) -> Response:
        return self.door.show(
            visit,
            "sign_in.html",
            status,
            **{
                "next": visit.next,
                "good": self.door.said(visit),
                "is_open": self.ways.settings.registration == OPEN,
                "can_return": False,
                **facts,
            },
        )

    async def by_password(self, visit: Visit) -> Response:
        now, person = self.door.clock.now(), self.door.visitor_of(visit.request)
        try:
            found = await self.ways.sign_in.by_password(
                visit.text("email"),
                visit.form.get("password", ""),
                person,
                now,
                self.door.party_or_none(visit),
                is_remembered="remember" in visit.form,
            )
        except Disabled as error:
            return await self.page(visit, error.status, can_return=True, **told(visit, error))
        except SafelightError as error:
            return await self.page(visit, error.status, **told(visit, error))
        if isinstance(found, Halfway):
            return self._second_page(visit, found.ticket.reveal(), found.methods, json.dumps(found.options or {}))
        self.door.enter(visit, found)
        return go(visit.next)

    def _second_page(
        self, visit: Visit, ticket: str, methods: tuple[str, ...], options: str, status: int = 200, **facts: Any
    ) -> Response:
        known = {"ticket": ticket, "methods": methods, "options": options, "next": visit.next}
        return self.door.show(visit, "second.html", status, **known, **facts)

    async def second(self, visit: Visit) -> Response:
        """A code of the app, a recovery code, or a passkey after the password."""
        now, person = self.door.clock.now(), self.door.visitor_of(visit.request)
        ticket, credential = visit.text("ticket"), visit.form.get("credential", "")
        try:
            if credential:
                entered = await self.ways.sign_in.by_passkey(
                    ticket, credential, self.door.party(visit), person, now, Step.SECOND
                )
            else:
                entered = await self.ways.sign_in.by_code(ticket, visit.text("code"), person, now)
        except SafelightError as error:
            methods = tuple(visit.text("methods").split())
            # A passkey signs its challenge once; who failed begins again, or uses a code.
            return self._second_page(visit, ticket, methods, "{}", error.status, **told(visit, error))
        self.door.enter(visit, entered)
        return go(visit.next)

    async def options(self, visit: Visit) -> Response:
        """What the browser is to sign, for a passkey alone."""
        ticket, options = await self.ways.sign_in.passkey_options(
            self.door.party(visit), self.door.clock.now(), is_remembered="remember" in visit.form
        )
        return JSONResponse({"challenge": ticket.reveal(), "options": options}, headers={"Cache-Control": "no-store"})

    async def by_passkey(self, visit: Visit) -> Response:
        now, person = self.door.clock.now(), self.door.visitor_of(visit.request)
        try:
            entered = await self.ways.sign_in.by_passkey(
                visit.text("challenge"), visit.form.get("credential", ""), self.door.party(visit), person, now
            )
        except SafelightError as error:
            return await self.page(visit, error.status, **told(visit, error))
        self.door.enter(visit, entered)
        return go(visit.next)

    async def sign_out(self, visit: Visit) -> Response:
        """Also for who was signed out already."""
        now = self.door.clock.now()
        async with self.door.database.transaction() as session:
            me = await sessions.find(session, visit.cookie(cookies.SESSION), now)
            if me is not None:
                await sessions.end(session, me.session, End.USER, now)
            await remember.forget(session, visit.cookie(cookies.REMEMBER))
        visit.jar.extend([(cookies.SESSION, None), (cookies.REMEMBER, None)])
        return go("/auth/sign-in?done=signed-out")

    async def prove_page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        """With every way that this person has: the password, a passkey, an app."""
        party, ticket, options = self.door.party_or_none(guest.visit), "", ""
        async with self.door.database.transaction() as session:
            methods = await self.ways.sign_in.methods(session, guest.user)
            if party is not None and PASSKEY in methods:
                secret, asked = await self._prove.options(session, guest.me, party, guest.now)
                ticket, options = secret.reveal(), json.dumps(asked)
        known = {"next": guest.visit.next, "me": guest.user, "methods": methods, "ticket": ticket, "options": options}
        return self.door.show(guest.visit, "prove.html", status, **known, **facts)

    async def prove(self, guest: Guest) -> Response:
        visit, me, now = guest.visit, guest.me, guest.now
        credential = visit.form.get("credential", "")
        try:
            if credential:
                await self._prove.by_passkey(me, visit.text("ticket"), credential, self.door.party(visit), now)
            elif "code" in visit.form:
                await self._prove.by_code(me, visit.text("code"), now)
            else:
                await self._prove.by_password(me, visit.form.get("password", ""), now)
        except SafelightError as error:
            return await self.prove_page(guest, error.status, **told(visit, error))
        return go(visit.next)

    @property
    def _prove(self) -> Prove:
        return Prove(self.door.database, self.ways.sign_in)
