"""Security: password, passkeys, the app with its codes, and recovery codes; for who just proved who they are."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from safelight.console.door import ACCOUNT_SECURITY as BASE
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import Ways, letter_language, told
from safelight.identity import passkeys, recovery, tickets
from safelight.identity.sign_in import TOTP
from safelight.identity.tickets import Step
from safelight.kernel.errors import Gone, SafelightError
from safelight.kernel.secret import Secret
from safelight.ports.database import Session


@dataclass(frozen=True)
class SecurityPages:
    door: Door
    ways: Ways

    def routes(self) -> list[BaseRoute]:
        proved = self.door.proved
        return [
            proved(BASE, self.page),
            proved(f"{BASE}/password", self.password, POST),
            proved(f"{BASE}/passkeys/options", self.passkey_options, POST),
            proved(f"{BASE}/passkeys", self.add_passkey, POST),
            proved(f"{BASE}/passkeys/remove", self.remove_passkey, POST),
            proved(f"{BASE}/app", self.begin_app, POST),
            proved(f"{BASE}/app/confirm", self.confirm_app, POST),
            proved(f"{BASE}/app/remove", self.remove_app, POST),
            proved(f"{BASE}/codes", self.renew_codes, POST),
        ]

    async def page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        async with self.door.database.transaction() as session:
            known = await passkeys.list_all(session, guest.user)
            methods = await self.ways.sign_in.methods(session, guest.user)
            left = await recovery.left(session, guest.user)
        return self.door.show_in(
            guest,
            "security.html",
            status,
            **{
                "passkeys": known,
                "has_app": TOTP in methods,
                "has_second": bool(methods),
                "left": left,
                "chars": self.ways.settings.password_chars_min,
                "can_passkey": self.door.party_or_none(guest.visit) is not None,
                "codes": (),
                "shown": None,
                "qr": "",
                **facts,
            },
        )

    async def password(self, guest: Guest) -> Response:
        visit = guest.visit
        try:
            await self.ways.resets.change(
                guest.user,
                visit.form.get("new_password", ""),
                guest.now,
                session_id=guest.me.session.id,
                language=letter_language(visit),
            )
        except SafelightError as error:
            return await self.page(guest, error.status, **told(visit, error))
        return go(f"{BASE}?done=password-changed")

    async def passkey_options(self, guest: Guest) -> Response:
        """What the browser is to make."""
        party = self.door.party(guest.visit)
        async with self.door.database.transaction() as session:
            secret, ticket = await tickets.make(session, Step.REGISTER, guest.now, user=guest.user)
            options = await passkeys.register_options(session, guest.user, party, ticket.challenge)
        told_back = {"challenge": secret.reveal(), "options": dict(options)}
        return JSONResponse(told_back, headers={"Cache-Control": "no-store"})

    async def add_passkey(self, guest: Guest) -> Response:
        visit, party = guest.visit, self.door.party(guest.visit)
        try:
            async with self.door.database.transaction() as session:
                ticket = await tickets.use(session, visit.text("challenge"), Step.REGISTER, guest.now)
                if ticket.user_id != guest.user.id:
                    raise Gone(tickets.WORDS)
                had = await self.ways.sign_in.methods(session, guest.user)
                credential, name = visit.form.get("credential", ""), visit.text("name")
                await passkeys.register(session, guest.user, party, ticket.challenge, credential, name, guest.now)
                await tickets.drop(session, visit.text("challenge"))
                codes = await self._first_codes(session, guest, had)
        except SafelightError as error:
            return await self.page(guest, error.status, **told(visit, error))
        return await self._with_codes(guest, codes, "passkey-made")

    async def remove_passkey(self, guest: Guest) -> Response:
        async with self.door.database.transaction() as session:
            await passkeys.remove(session, guest.user, guest.visit.text("passkey"))
            await self._drop_codes(session, guest)
        return go(f"{BASE}?done=passkey-removed")

    async def begin_app(self, guest: Guest) -> Response:
        """The secret for the app, as a picture and as letters; it counts when a code of it was given."""
        async with self.door.database.transaction() as session:
            shown = await self.ways.totps.begin(session, guest.user, guest.now)
        # As the source of an image: a picture in the page itself would need its styles to be allowed.
        qr = "data:image/svg+xml;base64," + base64.b64encode(_whole(shown.svg).encode()).decode()
        letters = shown.secret.reveal()
        spaced = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
        return self.door.show_in(guest, "app.html", secret=spaced, qr=qr)

    async def confirm_app(self, guest: Guest) -> Response:
        try:
            async with self.door.database.transaction() as session:
                had = await self.ways.sign_in.methods(session, guest.user)
                await self.ways.totps.confirm(session, guest.user, guest.visit.text("code"), guest.now)
                codes = await self._first_codes(session, guest, had)
        except SafelightError as error:
            return self.door.show_in(guest, "app.html", error.status, secret="", qr="", **told(guest.visit, error))
        return await self._with_codes(guest, codes, "totp-on")

    async def remove_app(self, guest: Guest) -> Response:
        async with self.door.database.transaction() as session:
            await self.ways.totps.remove(session, guest.user)
            await self._drop_codes(session, guest)
        return go(f"{BASE}?done=totp-off")

    async def renew_codes(self, guest: Guest) -> Response:
        """Ten new ones, on this page alone."""
        async with self.door.database.transaction() as session:
            codes = await recovery.renew(session, guest.user, guest.now)
        return await self.page(guest, codes=[code.reveal() for code in codes])

    async def _with_codes(self, guest: Guest, codes: Sequence[Secret], word: str) -> Response:
        if not codes:
            return go(f"{BASE}?done={word}")
        return await self.page(guest, codes=[code.reveal() for code in codes])

    async def _first_codes(self, session: Session, guest: Guest, had: Sequence[str]) -> Sequence[Secret]:
        """Who sets up a first second proof gets codes for the day when it is lost."""
        return () if had else await recovery.renew(session, guest.user, guest.now)

    async def _drop_codes(self, session: Session, guest: Guest) -> None:
        """They stand in for another proof; where none is left, they are no use."""
        if not await self.ways.sign_in.methods(session, guest.user):
            await recovery.remove(session, guest.user)


def _whole(svg: str) -> str:
    """A picture that stands for itself names its language."""
    return svg if "xmlns=" in svg else svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
