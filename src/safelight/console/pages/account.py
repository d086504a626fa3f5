"""Account: a person's own name and address, where they are signed in, and how they leave."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts import owners
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import Ways, letter_language, told
from safelight.console.words import SHOWN
from safelight.identity import leaving, sessions
from safelight.identity.model import End
from safelight.identity.registration import field_language, field_name
from safelight.kernel.errors import SafelightError
from safelight.mail import preferences
from safelight.mail.marks import mark_of
from safelight.people import users
from safelight.ports.keys import KeyStore
from safelight.wire import cookies

BASE = "/account"


@dataclass(frozen=True)
class AccountPages:
    door: Door
    ways: Ways
    store: KeyStore

    def routes(self) -> list[BaseRoute]:
        inside, proved = self.door.inside, self.door.proved
        return [
            inside(BASE, self.profile),
            inside(BASE, self.change, POST),
            proved(f"{BASE}/email", self.email_page),
            proved(f"{BASE}/email", self.email, POST),
            inside(f"{BASE}/sessions", self.sessions),
            inside(f"{BASE}/sessions/end", self.end_session, POST),
            inside(f"{BASE}/sessions/end-others", self.end_others, POST),
            proved(f"{BASE}/leave", self.leave_page),
            proved(f"{BASE}/leave", self.leave, POST),
        ]

    async def profile(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        async with self.door.database.transaction() as session:
            account = await owners.find_by_id(session, guest.account_id)
            has_bounced = await preferences.has_bounced(session, mark_of(self.store, guest.user.email))
        company = account.name if account else ""
        known = {"company": company, "owns": leaving.takes_account(guest.user), "has_bounced": has_bounced}
        spoken = guest.user.language or letter_language(guest.visit)
        return self.door.show_in(guest, "account.html", status, languages=SHOWN, spoken=spoken, **known, **facts)

    async def change(self, guest: Guest) -> Response:
        visit = guest.visit
        try:
            async with self.door.database.transaction() as session:
                name = field_name(visit.text("name"))
                language = field_language(visit.text("language")) if visit.text("language") else None
                await users.change(session, guest.user, now=guest.now, name=name, language=language)
                if leaving.takes_account(guest.user):
                    company = field_name(visit.text("company"), "company")
                    await owners.rename(session, guest.account_id, company)
        except SafelightError as error:
            return await self.profile(guest, error.status, **told(visit, error))
        return go(f"{BASE}?done=saved")

    async def email_page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        return self.door.show_in(guest, "email.html", status, **facts)

    async def email(self, guest: Guest) -> Response:
        visit = guest.visit
        try:
            async with self.door.database.transaction() as session:
                await self.ways.emails.ask(session, guest.user, visit.text("email"), guest.now, letter_language(visit))
        except SafelightError as error:
            return await self.email_page(guest, error.status, **told(visit, error))
        return go(f"{BASE}?done=email-asked")

    async def sessions(self, guest: Guest) -> Response:
        async with self.door.database.transaction() as session:
            found = await sessions.list_all(session, guest.user)
        shown = [{"one": each, "ends": each.ends(guest.now), "lasted": each.duration(guest.now)} for each in found]
        lasting = [each for each in shown if each["ends"] is None]
        over = [each for each in shown if each["ends"] is not None]
        return self.door.show_in(guest, "sessions.html", lasting=lasting, over=over, mine=guest.me.session.id)

    async def end_session(self, guest: Guest) -> Response:
        async with self.door.database.transaction() as session:
            await sessions.end_one(session, guest.user, guest.visit.text("session"), End.REVOKED, guest.now)
        return go(f"{BASE}/sessions?done=session-ended")

    async def end_others(self, guest: Guest) -> Response:
        mine = guest.me.session.id
        async with self.door.database.transaction() as session:
            await sessions.end_all(session, guest.account_id, guest.user.id, End.REVOKED, guest.now, but=mine)
        return go(f"{BASE}/sessions?done=sessions-ended")

    async def leave_page(self, guest: Guest) -> Response:
        owns = leaving.takes_account(guest.user)
        return self.door.show_in(guest, "leave.html", owns=owns, days=self.ways.settings.return_days)

    async def leave(self, guest: Guest) -> Response:
        """Disabled at once; the letter tells how to come back."""
        visit = guest.visit
        async with self.door.database.transaction() as session:
            await leaving.disable(
                session, guest.user, self.ways.letters, guest.now, self.ways.settings, letter_language(visit)
            )
        visit.jar.extend([(cookies.SESSION, None), (cookies.REMEMBER, None)])
        return go("/auth/sign-in?done=disabled")
