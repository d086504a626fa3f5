"""SignIn: a password, then a second proof where there is one; or a passkey alone; and a session begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.accounts import owners
from safelight.identity import leaving, passkeys, passwords, recovery, registration, remember, sessions, tickets
from safelight.identity.failures import Failures
from safelight.identity.model import SignedIn, Visitor
from safelight.identity.passkeys import Party
from safelight.identity.passwords import Hasher
from safelight.identity.tickets import Step
from safelight.identity.totp import Totps
from safelight.kernel.errors import Disabled, NotVerified, SafelightError, Unauthorized
from safelight.kernel.secret import Secret
from safelight.people import roster
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.settings import IdentitySettings

WRONG = "The e-mail address or the password is wrong."
"""Said whatever of the two it is, and whether anybody has that address or not."""
WRONG_CODE = "This code is wrong, or was used already."
NOT_VERIFIED = "Confirm your e-mail address first: open the link in the letter that we sent you."

TOTP, RECOVERY, PASSKEY = "totp", "recovery_code", "passkey"


@dataclass(frozen=True)
class Entered:
    """Somebody is signed in; both secrets are for cookies."""

    signed_in: SignedIn
    session_secret: Secret
    remember_cookie: Secret | None = None


@dataclass(frozen=True)
class Halfway:
    """The password was right, and is not enough. `methods` are what may follow."""

    ticket: Secret
    methods: tuple[str, ...]
    options: Mapping[str, Any] | None = None
    """What the browser is asked to sign with a passkey, where they have one."""


@dataclass(frozen=True)
class SignIn:
    """Every way in."""

    database: Database
    hasher: Hasher
    totps: Totps
    failures: Failures
    settings: IdentitySettings

    async def by_password(
        self,
        email: str,
        password: str,
        visitor: Visitor,
        now: datetime,
        party: Party | None,
        *,
        is_remembered: bool = False,
    ) -> Entered | Halfway:
        """Raises Unauthorized, Locked, NotVerified or Disabled; the last two only to who knows the password."""
        user = await self.check(email, password, now)
        async with self.database.transaction() as session:
            methods = await self.methods(session, user)
            if not methods:
                await self.failures.clear(session, email)
                return await self._enter(session, user, visitor, now, is_remembered=is_remembered)
            secret, ticket = await tickets.make(session, Step.SECOND, now, user=user, is_remembered=is_remembered)
            options = passkeys.sign_in_options(party, ticket.challenge) if party and PASSKEY in methods else None
            return Halfway(secret, tuple(methods), options)

    async def by_code(self, ticket: str, code: str, visitor: Visitor, now: datetime) -> Entered:
        """The second step: digits of the app, or a recovery code. Raises Unauthorized, Locked or Gone."""
        async with self.database.transaction() as session:
            known = await tickets.use(session, ticket, Step.SECOND, now)
            user = await roster.get(session, known.account_id, known.user_id)
            locked = await self.failures.spend(session, user.email, now)
            is_right = locked is None and await self.takes_code(session, user, code, now)
            if is_right:
                await tickets.drop(session, ticket)
                await self.failures.clear(session, user.email)
                return await self._enter(session, user, visitor, now, is_remembered=known.is_remembered)
        raise locked or Unauthorized(WRONG_CODE)

    async def passkey_options(
        self, party: Party, now: datetime, *, is_remembered: bool = False
    ) -> tuple[Secret, Mapping[str, Any]]:
        """To sign in by a passkey alone."""
        async with self.database.transaction() as session:
            secret, ticket = await tickets.make(session, Step.PASSKEY, now, is_remembered=is_remembered)
            return secret, passkeys.sign_in_options(party, ticket.challenge)

    async def by_passkey(
        self, ticket: str, credential: str, party: Party, visitor: Visitor, now: datetime, step: Step = Step.PASSKEY
    ) -> Entered:
        """By a passkey, alone or after the password. Raises Unauthorized, Disabled, Invalid or Gone."""
        refused: SafelightError
        async with self.database.transaction() as session:
            known = await tickets.use(session, ticket, step, now)
            try:
                passkey = await passkeys.use(session, party, known.challenge, credential, now)
                if known.user_id not in ("", passkey.user_id):
                    raise Unauthorized(passkeys.WRONG)
                user = await roster.get(session, passkey.account_id, passkey.user_id)
                await _check_open(session, user, now)
                await tickets.drop(session, ticket)
                await self.failures.clear(session, user.email)
                return await self._enter(session, user, visitor, now, is_remembered=known.is_remembered)
            except SafelightError as error:
                # The try is committed.
                refused = error
        raise refused

    async def check(self, email: str, password: str, now: datetime) -> User:
        """Who has that address and password, and may come in. As much work for an address that nobody has."""
        user = await self.check_password(email, password, now)
        async with self.database.transaction() as session:
            await _check_open(session, user, now)
        return user

    async def check_password(self, email: str, password: str, now: datetime) -> User:
        """Who has that address and password, whether they may come in or not."""
        async with self.database.transaction() as session:
            locked = await self.failures.spend(session, email, now)
            user = await roster.find_by_email(session, email)
            known = await passwords.find(session, user) if user else await registration.hash_of(session, email, now)
        if locked is not None:
            raise locked
        if not await self.hasher.matches(known, password):
            raise Unauthorized(WRONG)
        if user is None:
            raise NotVerified(NOT_VERIFIED)
        if known is not None and self.hasher.is_weak(known):
            hashed = await self.hasher.hash(password)
            async with self.database.transaction() as session:
                await passwords.put(session, user, hashed, now)
        return user

    async def methods(self, session: Session, user: User) -> Sequence[str]:
        """What is asked for beside the password; nothing, if the person set nothing up."""
        found = [TOTP] if await self.totps.is_on(session, user) else []
        if await passkeys.count(session, user):
            found.append(PASSKEY)
        if found and await recovery.left(session, user):
            found.append(RECOVERY)
        return found

    async def takes_code(self, session: Session, user: User, code: str, now: datetime) -> bool:
        if len(code) > passwords.PASSWORD_CHARS_MAX:
            return False
        return await self.totps.takes(session, user, code, now) or await recovery.take(session, user, code)

    async def _enter(
        self, session: Session, user: User, visitor: Visitor, now: datetime, *, is_remembered: bool
    ) -> Entered:
        signed_in, secret = await sessions.begin(
            session, user, visitor, now, self.settings, is_remembered=is_remembered
        )
        cookie = await remember.begin(session, signed_in, now, self.settings) if is_remembered else None
        return Entered(signed_in, secret, cookie)


async def _check_open(session: Session, user: User, now: datetime) -> None:
    """Raises Disabled, with how to come back where that is possible."""
    if user.is_enabled and not await owners.is_disabled(session, user.account_id):
        return
    left = await leaving.find(session, user)
    if left is not None and left.due_at > now:
        raise Disabled(f"You disabled this account. You may enable it again until {left.due_at:%Y-%m-%d}.")
    raise Disabled("This account is disabled. Ask an owner of it to enable it again.")
