"""`/account/v1/…`: a person's own account: who they are, where they are signed in, and how they leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from safelight.accounts import owners
from safelight.identity import leaving, passkeys, recovery, sessions
from safelight.identity.emails import Emails
from safelight.identity.letters import Letters
from safelight.identity.model import End
from safelight.identity.registration import field_language, field_name
from safelight.identity.resets import Resets
from safelight.identity.sign_in import TOTP
from safelight.kernel.errors import Invalid, Unauthorized
from safelight.people import roster, users
from safelight.web.identity.auth import ACCEPTED, LETTER_SENT
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.person import leaving_json, session_json, user_json

DONE = {"message": "ok"}


@dataclass(frozen=True)
class AccountDoor:
    """For who is signed in; `enable` alone is for who cannot be."""

    door: IdentityDoor
    resets: Resets
    emails: Emails
    letters: Letters

    def routes(self) -> Sequence[BaseRoute]:
        inside, base = self.door.inside, "/account/v1"
        return [
            inside("GET", f"{base}/me", self.me),
            inside("PATCH", f"{base}/me", self.change, "name company language"),
            inside("POST", f"{base}/email", self.ask_email, "email!", is_dangerous=True),
            inside("POST", f"{base}/password", self.change_password, "new_password!", is_dangerous=True),
            inside("GET", f"{base}/sessions", self.list_sessions),
            inside("DELETE", f"{base}/sessions", self.end_others),
            inside("DELETE", f"{base}/sessions/{{session}}", self.end_session),
            inside("POST", f"{base}/disable", self.disable, is_dangerous=True),
            self.door.route("POST", f"{base}/enable", self.enable, "token email password code", is_guessed=True),
        ]

    async def me(self, call: Call) -> Told:
        """Who is signed in, and by what they prove it."""
        me = call.signed_in
        async with self.door.database.transaction() as session:
            user = await roster.get(session, me.user.account_id, me.user.id)
            account = await owners.find_by_id(session, user.account_id)
            methods = await self.door.sign_in.methods(session, user)
            proofs = {
                "totp": TOTP in methods,
                "passkeys": await passkeys.count(session, user),
                "recovery_codes": await recovery.left(session, user),
            }
        told = user_json(user, account.name if account else "")
        proved = me.session.is_proved(call.now, self.door.settings.proof_minutes)
        return Told({**told, **proofs, "session_id": me.session.id, "is_proved": proved})

    async def change(self, call: Call) -> Told:
        """Another name, another language of letters; who owns the account may also name the company."""
        user, words = call.signed_in.user, call.words
        async with self.door.database.transaction() as session:
            if "name" in words:
                await users.change(session, user, now=call.now, name=field_name(words["name"]))
            if "language" in words:
                await users.change(session, user, now=call.now, language=field_language(words["language"]))
            if "company" in words:
                if not leaving.takes_account(user):
                    raise Invalid("Only who owns the account may name the company")
                await owners.rename(session, user.account_id, field_name(words["company"], "company"))
        return await self.me(call)

    async def ask_email(self, call: Call) -> Told:
        """Another address, once the link in a letter to it was opened."""
        async with self.door.database.transaction() as session:
            await self.emails.ask(session, call.signed_in.user, call.word("email"), call.now, call.language)
        return Told({"message": LETTER_SENT}, ACCEPTED)

    async def change_password(self, call: Call) -> Told:
        """Another password; all other sessions are over."""
        me = call.signed_in
        await self.resets.change(
            me.user, call.word("new_password"), call.now, session_id=me.session.id, language=call.language
        )
        return Told(DONE)

    async def list_sessions(self, call: Call) -> Told:
        """Where they are signed in, and were: when, how long, on what, and how it ended."""
        me = call.signed_in
        async with self.door.database.transaction() as session:
            found = await sessions.list_all(session, me.user)
        return Told({"sessions": [session_json(each, call.now, current_id=me.session.id) for each in found]})

    async def end_session(self, call: Call) -> Told:
        """One of them is over."""
        me = call.signed_in
        async with self.door.database.transaction() as session:
            await sessions.end_one(session, me.user, call.path("session"), End.REVOKED, call.now)
        return Told(DONE, is_leaving=call.path("session") == me.session.id)

    async def end_others(self, call: Call) -> Told:
        """All of them are over but the one in which this was asked."""
        user, mine = call.signed_in.user, call.signed_in.session.id
        async with self.door.database.transaction() as session:
            ended = await sessions.end_all(session, user.account_id, user.id, End.REVOKED, call.now, but=mine)
        return Told({"ended": ended})

    async def disable(self, call: Call) -> Told:
        """Sign-in, keys, delivery and collection stop; for who owns it, of the whole account."""
        async with self.door.database.transaction() as session:
            left = await leaving.disable(
                session, call.signed_in.user, self.letters, call.now, self.door.settings, call.language
            )
        return Told(leaving_json(left), is_leaving=True)

    async def enable(self, call: Call) -> Told:
        """All is as it was; by the link of the letter, or by e-mail, password and, where it is set up, a code."""
        if call.word("token"):
            async with self.door.database.transaction() as session:
                user = await leaving.enable_by_link(session, call.word("token"), call.now)
            return Told({"enabled": True, "email": user.email})
        user = await self.door.sign_in.check_password(call.word("email"), call.word("password"), call.now)
        async with self.door.database.transaction() as session:
            is_enough = not await self.door.sign_in.methods(session, user)
            if is_enough or await self.door.sign_in.takes_code(session, user, call.word("code"), call.now):
                await leaving.enable(session, user, call.now)
                await self.door.sign_in.failures.clear(session, user.email)
                return Told({"enabled": True, "email": user.email})
        raise Unauthorized("Send the code of your app, or a recovery code, as `code` with this.")
