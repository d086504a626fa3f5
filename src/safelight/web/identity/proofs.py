"""`/account/v1/totp`, `passkeys`, `recovery-codes`, and `/auth/prove`: how a person proves who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.identity import passkeys, recovery, tickets
from safelight.identity.proving import Prove
from safelight.identity.tickets import Step
from safelight.identity.totp import Totps
from safelight.kernel.errors import Gone, Invalid
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.person import passkey_json

CREATED = 201
DONE = {"message": "ok"}


@dataclass(frozen=True)
class ProofsDoor:
    """For who is signed in. Whoever sets up a first second proof gets recovery codes."""

    door: IdentityDoor
    totps: Totps

    @property
    def prover(self) -> Prove:
        return self.door.prove

    def routes(self) -> Sequence[BaseRoute]:
        inside, base = self.door.inside, "/account/v1"
        return [
            inside("POST", "/auth/prove", self.prove, "password code ticket credential"),
            inside("POST", "/auth/prove/passkey", self.prove_options),
            inside("POST", f"{base}/totp", self.begin_totp, is_dangerous=True),
            inside("POST", f"{base}/totp/confirm", self.confirm_totp, "code!"),
            inside("DELETE", f"{base}/totp", self.remove_totp, is_dangerous=True),
            inside("POST", f"{base}/recovery-codes", self.renew_codes, is_dangerous=True),
            inside("GET", f"{base}/passkeys", self.list_passkeys),
            inside("POST", f"{base}/passkeys/options", self.passkey_options, is_dangerous=True),
            inside("POST", f"{base}/passkeys", self.add_passkey, "ticket! credential! name"),
            inside("DELETE", f"{base}/passkeys/{{passkey}}", self.remove_passkey, is_dangerous=True),
        ]

    async def prove(self, call: Call) -> Told:
        """Again, before something dangerous: by the password, by a code, or by a passkey."""
        me, word, prove = call.signed_in, call.word, self.prover
        if word("password"):
            await prove.by_password(me, word("password"), call.now)
        elif word("credential"):
            await prove.by_passkey(me, word("ticket"), word("credential"), call.party, call.now)
        else:
            await prove.by_code(me, word("code"), call.now)
        return Told(DONE)

    async def prove_options(self, call: Call) -> Told:
        """What the browser is to sign with a passkey, to prove it again."""
        async with self.door.database.transaction() as session:
            secret, options = await self.prover.options(session, call.signed_in, call.party, call.now)
        return Told({"ticket": secret.reveal(), "options": dict(options)})

    async def begin_totp(self, call: Call) -> Told:
        """A new secret for an app, shown this once; it counts when a code of it was sent."""
        async with self.door.database.transaction() as session:
            shown = await self.totps.begin(session, call.signed_in.user, call.now)
        return Told({"secret": shown.secret.reveal(), "uri": shown.uri, "svg": shown.svg}, CREATED)

    async def confirm_totp(self, call: Call) -> Told:
        """From now on the app is asked for at sign-in."""
        async with self.door.database.transaction() as session:
            had = await self.door.sign_in.methods(session, call.signed_in.user)
            await self.totps.confirm(session, call.signed_in.user, call.word("code"), call.now)
            return Told({"totp": True, **await self._first_codes(session, call, had)})

    async def remove_totp(self, call: Call) -> Told:
        """The app is not asked for any more."""
        async with self.door.database.transaction() as session:
            await self.totps.remove(session, call.signed_in.user)
            await self._drop_codes(session, call.signed_in.user)
        return Told(DONE)

    async def renew_codes(self, call: Call) -> Told:
        """Ten new recovery codes; the old ones are worth nothing any more."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            if not await self.door.sign_in.methods(session, user):
                raise Invalid("Set up an app or a passkey first: these codes stand in for one")
            return Told(await self._codes(session, call), CREATED)

    async def list_passkeys(self, call: Call) -> Told:
        """Their names, and when they were used."""
        async with self.door.database.transaction() as session:
            found = await passkeys.list_all(session, call.signed_in.user)
        return Told({"passkeys": [passkey_json(each) for each in found]})

    async def passkey_options(self, call: Call) -> Told:
        """What the browser is to make."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            secret, ticket = await tickets.make(session, Step.REGISTER, call.now, user=user)
            options = await passkeys.register_options(session, user, call.party, ticket.challenge)
        return Told({"ticket": secret.reveal(), "options": dict(options)})

    async def add_passkey(self, call: Call) -> Told:
        """Keep what the browser made."""
        user, word = call.signed_in.user, call.word
        async with self.door.database.transaction() as session:
            ticket = await tickets.use(session, word("ticket"), Step.REGISTER, call.now)
            if ticket.user_id != user.id:
                raise Gone(tickets.WORDS)
            had = await self.door.sign_in.methods(session, user)
            made = await passkeys.register(
                session, user, call.party, ticket.challenge, word("credential"), word("name"), call.now
            )
            await tickets.drop(session, word("ticket"))
            codes = await self._first_codes(session, call, had)
        return Told({"passkey": passkey_json(made), **codes}, CREATED)

    async def remove_passkey(self, call: Call) -> Told:
        """It is worth nothing any more."""
        async with self.door.database.transaction() as session:
            await passkeys.remove(session, call.signed_in.user, call.path("passkey"))
            await self._drop_codes(session, call.signed_in.user)
        return Told(DONE)

    async def _first_codes(self, session: Session, call: Call, had: Sequence[str]) -> dict[str, Any]:
        return {} if had else await self._codes(session, call)

    async def _codes(self, session: Session, call: Call) -> dict[str, Any]:
        codes = await recovery.renew(session, call.signed_in.user, call.now)
        return {"recovery_codes": [code.reveal() for code in codes]}

    async def _drop_codes(self, session: Session, user: User) -> None:
        """They stand in for another proof; where none is left, they are no use."""
        if not await self.door.sign_in.methods(session, user):
            await recovery.remove(session, user)
