"""`/auth/…`: register, confirm, sign in and out, set a new password, accept an invitation; JSON or form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.background import BackgroundTask
from starlette.routing import BaseRoute

from safelight.accounts import owners
from safelight.identity import registration, remember, sessions
from safelight.identity.emails import Emails
from safelight.identity.invitations import Invitations, Setup
from safelight.identity.model import End
from safelight.identity.registration import Register
from safelight.identity.resets import Resets
from safelight.identity.sign_in import Entered, Halfway
from safelight.identity.tickets import Step
from safelight.kernel.errors import Gone
from safelight.people.model import User
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire import cookies
from safelight.wire.person import session_json, user_json

ACCEPTED = 202
UNAUTHORIZED = 401
LETTER_SENT = "If all is well, a letter is on its way to that address. Open the link in it."
SECOND = "second_factor_needed"
SECOND_WORDS = "The password is right. Prove it a second time."


@dataclass(frozen=True)
class AuthDoor:
    """For who is not signed in yet."""

    door: IdentityDoor
    registering: Register
    resets: Resets
    invitations: Invitations
    emails: Emails
    setup: Setup

    def routes(self) -> Sequence[BaseRoute]:
        route = self.door.route
        return [
            route("POST", "/auth/register", self.register, "name! company! email! password!", is_guessed=True),
            route("POST", "/auth/setup", self.make_owner, "token! name! company! email! password!", is_guessed=True),
            route("POST", "/auth/verify", self.verify, "token!", is_guessed=True),
            route(
                "POST",
                "/auth/login",
                self.login,
                "email password remember ticket code credential",
                is_guessed=True,
            ),
            route("POST", "/auth/passkey", self.passkey, "remember", is_guessed=True),
            route("POST", "/auth/logout", self.logout),
            route("POST", "/auth/reset", self.reset, "email!", is_guessed=True),
            route("POST", "/auth/reset/confirm", self.confirm_reset, "token! password!", is_guessed=True),
            route("POST", "/auth/invitation", self.accept, "token! password! name", is_guessed=True),
        ]

    async def register(self, call: Call) -> Told:
        """Somebody new; they get a letter."""
        word = call.word
        wanted = registration.check(word("name"), word("company"), word("email"), word("password"), self.door.settings)
        await self.registering(wanted, call.now, call.language)
        return Told({"message": LETTER_SENT}, ACCEPTED)

    async def make_owner(self, call: Call) -> Told:
        """The first owner, by the link that was printed at the start; they are signed in."""
        word = call.word
        wanted = registration.check(word("name"), word("company"), word("email"), word("password"), self.door.settings)
        user = await self.setup.make_owner(word("token"), wanted, call.now, call.language)
        async with self.door.database.transaction() as session:
            signed_in, secret = await sessions.begin(session, user, call.visitor, call.now, self.door.settings)
        return await self._entered(call, Entered(signed_in, secret))

    async def verify(self, call: Call) -> Told:
        """The address is theirs: of who registered, or of who wants another one."""
        token, now = call.word("token"), call.now
        async with self.door.database.transaction() as session:
            user = await self.emails.verify(session, token, now, call.language)
            return Told({"user": await self._user(user)})

    async def login(self, call: Call) -> Told:
        """By e-mail and password; then, where one is set up, by a second proof with the ticket; or by a passkey."""
        word, sign_in = call.word, self.door.sign_in
        if word("ticket") and word("credential"):
            return await self._entered(call, await self._by_passkey(call, Step.PASSKEY))
        if word("ticket"):
            return await self._entered(
                call, await sign_in.by_code(word("ticket"), word("code"), call.visitor, call.now)
            )
        found = await sign_in.by_password(
            word("email"),
            word("password"),
            call.visitor,
            call.now,
            call.party_or_none,
            is_remembered=call.says_yes("remember"),
        )
        if isinstance(found, Halfway) and word("code"):
            ticket = found.ticket.reveal()
            return await self._entered(call, await sign_in.by_code(ticket, word("code"), call.visitor, call.now))
        return _halfway(found) if isinstance(found, Halfway) else await self._entered(call, found)

    async def passkey(self, call: Call) -> Told:
        """What the browser is to sign, to come in by a passkey alone."""
        remembered = call.says_yes("remember")
        ticket, options = await self.door.sign_in.passkey_options(call.party, call.now, is_remembered=remembered)
        return Told({"ticket": ticket.reveal(), "options": dict(options)})

    async def logout(self, call: Call) -> Told:
        """The session is over, and this device is forgotten; who is not signed in is told the same."""
        header = call.request.headers.get("cookie", "")
        secret = cookies.read(header, cookies.SESSION, is_secure=call.is_secure)
        cookie = cookies.read(header, cookies.REMEMBER, is_secure=call.is_secure)
        async with self.door.database.transaction() as session:
            known = await sessions.find(session, secret, call.now) if secret else None
            if known is not None:
                await sessions.end(session, known.session, End.USER, call.now)
            if cookie:
                await remember.forget(session, cookie)
        return Told({"message": "ok"}, is_leaving=True)

    async def reset(self, call: Call) -> Told:
        """A letter with a link to a new password."""
        later = BackgroundTask(self.resets.ask, call.word("email"), call.now, call.language)
        return Told({"message": LETTER_SENT}, ACCEPTED, later=later)

    async def confirm_reset(self, call: Call) -> Told:
        """The new password; all sessions are over."""
        await self.resets.confirm(call.word("token"), call.word("password"), call.now, call.language)
        return Told({"message": "ok"})

    async def accept(self, call: Call) -> Told:
        """Who was invited comes, with a password of their own."""
        name = call.word("name") or None
        words = call.word("token"), call.word("password")
        user = await self.invitations.accept(*words, call.now, name, call.language)
        return Told({"user": await self._user(user)})

    async def _by_passkey(self, call: Call, step: Step) -> Entered:
        """The ticket knows for which step it is; one of the two fits."""
        word, sign_in = call.word, self.door.sign_in
        try:
            return await sign_in.by_passkey(
                word("ticket"), word("credential"), call.party, call.visitor, call.now, step
            )
        except Gone:
            if step is Step.SECOND:
                raise
            return await self._by_passkey(call, Step.SECOND)

    async def _entered(self, call: Call, entered: Entered) -> Told:
        me = entered.signed_in
        told = {
            "user": await self._user(me.user),
            "session": session_json(me.session, call.now, current_id=me.session.id),
        }
        return Told(told, entered=entered)

    async def _user(self, user: User) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            account = await owners.find_by_id(session, user.account_id)
        return user_json(user, account.name if account else "")


def _halfway(found: Halfway) -> Told:
    told: dict[str, Any] = {"error": {"message": SECOND_WORDS, "code": SECOND}}
    told |= {"ticket": found.ticket.reveal(), "methods": [*found.methods]}
    if found.options is not None:
        told["options"] = dict(found.options)
    return Told(told, UNAUTHORIZED)
