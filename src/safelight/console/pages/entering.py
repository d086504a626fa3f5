"""Entering: register, confirm an address, reset a password, accept an invitation, come back after leaving."""

from dataclasses import dataclass
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console.door import Door, go
from safelight.console.visit import Visit
from safelight.console.ways import Ways, letter_language, told
from safelight.identity import leaving, links, registration
from safelight.identity.model import Purpose
from safelight.identity.sign_in import WRONG_CODE, Halfway
from safelight.kernel.errors import Gone, SafelightError, WrongField

SIGN_IN = "/auth/sign-in"


@dataclass(frozen=True)
class Entering:
    door: Door
    ways: Ways

    def routes(self) -> list[BaseRoute]:
        # What letters link to is a page; its form goes to another address, for the first is that of the JSON.
        return [
            self.door.route("/auth/register", self.register_page),
            self.door.guessed("/auth/register/send", self.register),
            self.door.route("/auth/verify", self.verify_page),
            self.door.guessed("/auth/verify/send", self.verify),
            self.door.route("/auth/reset", self.reset_page),
            self.door.guessed("/auth/reset/send", self.reset),
            self.door.route("/auth/reset/confirm", self.password_page),
            self.door.guessed("/auth/reset/confirm/send", self.password),
            self.door.route("/auth/invitation", self.invitation_page),
            self.door.guessed("/auth/invitation/send", self.accept),
            self.door.route("/auth/enable", self.enable_page),
            self.door.guessed("/auth/enable/send", self.enable),
        ]

    async def register_page(self, visit: Visit, status: int = 200, **facts: Any) -> Response:
        is_open = self.ways.settings.registration == registration.OPEN
        chars = self.ways.settings.password_chars_min
        return self.door.show(visit, "register.html", status, is_open=is_open, chars=chars, **facts)

    async def register(self, visit: Visit) -> Response:
        try:
            wanted = registration.check(
                visit.text("name"),
                visit.text("company"),
                visit.text("email"),
                visit.form.get("password", ""),
                self.ways.settings,
            )
            await self.ways.register(wanted, self.door.clock.now(), letter_language(visit))
        except SafelightError as error:
            return await self.register_page(visit, error.status, **told(visit, error))
        return self.door.show(visit, "registered.html", email=wanted.email)

    async def verify_page(self, visit: Visit) -> Response:
        """Nothing happens before the button is pressed: some programs that read mail open every link."""
        token, now = visit.query("token"), self.door.clock.now()
        async with self.door.database.transaction() as session:
            if not await registration.is_waiting(session, token, now):
                await links.find(session, token, Purpose.EMAIL, now)
        return self.door.show(visit, "verify.html", token=token)

    async def verify(self, visit: Visit) -> Response:
        token, now = visit.text("token"), self.door.clock.now()
        async with self.door.database.transaction() as session:
            if await registration.is_waiting(session, token, now):
                await self.ways.emails.verify(session, token, now, letter_language(visit))
                return go(f"{SIGN_IN}?done=verified")
            await self.ways.emails.confirm(session, token, now, letter_language(visit))
        return go("/account?done=email-changed")

    async def reset_page(self, visit: Visit) -> Response:
        return self.door.show(visit, "reset.html")

    async def reset(self, visit: Visit) -> Response:
        """The same answer for every address; the letter is written behind it, so that nobody sees how long it takes."""
        answer = go(f"{SIGN_IN}?done=reset-asked")
        asked = (visit.text("email"), self.door.clock.now(), letter_language(visit))
        answer.background = BackgroundTask(self.ways.resets.ask, *asked)
        return answer

    async def password_page(self, visit: Visit, status: int = 200, **facts: Any) -> Response:
        token = visit.query("token") or visit.text("token")
        async with self.door.database.transaction() as session:
            await links.find(session, token, Purpose.RESET, self.door.clock.now())
        chars = self.ways.settings.password_chars_min
        return self.door.show(visit, "new_password.html", status, token=token, chars=chars, **facts)

    async def password(self, visit: Visit) -> Response:
        try:
            password = visit.form.get("password", "")
            now = self.door.clock.now()
            await self.ways.resets.confirm(visit.text("token"), password, now, letter_language(visit))
        except Gone:
            raise
        except SafelightError as error:
            return await self.password_page(visit, error.status, **told(visit, error))
        return go(f"{SIGN_IN}?done=password-set")

    async def invitation_page(self, visit: Visit, status: int = 200, **facts: Any) -> Response:
        token = visit.query("token") or visit.text("token")
        user = await self.ways.invitations.find(token, self.door.clock.now())
        chars = self.ways.settings.password_chars_min
        return self.door.show(visit, "invitation.html", status, token=token, user=user, chars=chars, **facts)

    async def accept(self, visit: Visit) -> Response:
        now, password = self.door.clock.now(), visit.form.get("password", "")
        try:
            words = visit.text("token"), password
            language = letter_language(visit)
            user = await self.ways.invitations.accept(*words, now, visit.text("name"), language)
        except Gone:
            raise
        except SafelightError as error:
            return await self.invitation_page(visit, error.status, **told(visit, error))
        person = self.door.visitor_of(visit.request)
        entered = await self.ways.sign_in.by_password(user.email, password, person, now, self.door.party_or_none(visit))
        if isinstance(entered, Halfway):
            return go(SIGN_IN)
        self.door.enter(visit, entered)
        return go("/console")

    async def enable_page(self, visit: Visit, status: int = 200, **facts: Any) -> Response:
        """By the link of the letter, or by address and password."""
        token = visit.query("token") or visit.text("token")
        if token:
            async with self.door.database.transaction() as session:
                await links.find(session, token, Purpose.ENABLE, self.door.clock.now())
        return self.door.show(visit, "enable.html", status, token=token, **facts)

    async def enable(self, visit: Visit) -> Response:
        now, token = self.door.clock.now(), visit.text("token")
        try:
            if token:
                async with self.door.database.transaction() as session:
                    await leaving.enable_by_link(session, token, now)
            else:
                password = visit.form.get("password", "")
                user = await self.ways.sign_in.check_password(visit.text("email"), password, now)
                async with self.door.database.transaction() as session:
                    is_enough = not await self.ways.sign_in.methods(session, user)
                    if is_enough or await self.ways.sign_in.takes_code(session, user, visit.text("code"), now):
                        await leaving.enable(session, user, now)
                        return go(f"{SIGN_IN}?done=enabled")
                raise WrongField(WRONG_CODE, "code")
        except SafelightError as error:
            return await self.enable_page(visit, error.status, **told(visit, error))
        return go(f"{SIGN_IN}?done=enabled")
