"""Prove: who is signed in shows once more that it is they: by the password, a code, or a passkey."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.identity import passkeys, sessions, tickets
from safelight.identity.model import SignedIn
from safelight.identity.passkeys import Party
from safelight.identity.sign_in import SignIn
from safelight.identity.tickets import Step
from safelight.kernel.errors import SafelightError, Unauthorized
from safelight.kernel.secret import Secret
from safelight.ports.database import Database, Session

WRONG_PROOF = "This proves nothing: send the password, a code, or what a passkey signed."


@dataclass(frozen=True)
class Prove:
    """Before something dangerous. What was tried is committed, also where it was wrong."""

    database: Database
    sign_in: SignIn

    async def by_password(self, me: SignedIn, password: str, now: datetime) -> None:
        """Raises Unauthorized or Locked."""
        await self.sign_in.check_password(me.user.email, password, now)
        async with self.database.transaction() as session:
            await self.sign_in.failures.clear(session, me.user.email)
            await sessions.prove(session, me.session, now)

    async def by_code(self, me: SignedIn, code: str, now: datetime) -> None:
        """Digits of the app, or a recovery code, which is used up by it. Raises Unauthorized or Locked."""
        failures, email = self.sign_in.failures, me.user.email
        async with self.database.transaction() as session:
            locked = await failures.spend(session, email, now)
            if locked is None and await self.sign_in.takes_code(session, me.user, code, now):
                await failures.clear(session, email)
                await sessions.prove(session, me.session, now)
                return
        raise locked or Unauthorized(WRONG_PROOF)

    async def options(
        self, session: Session, me: SignedIn, party: Party, now: datetime
    ) -> tuple[Secret, Mapping[str, Any]]:
        """What the browser is to sign with a passkey."""
        secret, ticket = await tickets.make(session, Step.PROVE, now, user=me.user)
        return secret, passkeys.sign_in_options(party, ticket.challenge)

    async def by_passkey(self, me: SignedIn, ticket: str, credential: str, party: Party, now: datetime) -> None:
        """Raises Unauthorized, Invalid or Gone."""
        refused: SafelightError
        async with self.database.transaction() as session:
            try:
                known = await tickets.use(session, ticket, Step.PROVE, now)
                found = await passkeys.use(session, party, known.challenge, credential, now)
                if found.user_id != me.user.id or known.user_id != me.user.id:
                    raise Unauthorized(passkeys.WRONG)
                await tickets.drop(session, ticket)
                await sessions.prove(session, me.session, now)
                return
            except SafelightError as error:
                refused = error
        raise refused
