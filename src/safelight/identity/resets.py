"""Resets: a new password, by a link in a letter or by knowing the old one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.identity import links, passwords, sessions, tickets
from safelight.identity.failures import Failures
from safelight.identity.letters import RESET, Letters, moment
from safelight.identity.links import Link
from safelight.identity.model import End, Purpose
from safelight.identity.passwords import Hasher
from safelight.kernel.errors import Gone
from safelight.kernel.languages import Language
from safelight.kernel.secret import Secret
from safelight.people import roster
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.settings import IdentitySettings


@dataclass(frozen=True)
class Resets:
    """Every way to another password. Whoever sets one ends all sessions but the one in which it was done."""

    database: Database
    hasher: Hasher
    failures: Failures
    letters: Letters
    settings: IdentitySettings

    async def ask(self, email: str, now: datetime, language: Language = "en") -> None:
        """A letter with a link; to nobody, if nobody has that address, and the answer is the same."""
        async with self.database.transaction() as session:
            user = await roster.find_by_email(session, email)
            if user is None or user.is_pending:
                return
            link = self.letters.link(RESET, await self.make(session, user, now))
            minutes = str(self.settings.link_minutes)
            await self.letters.to_user(session, user, "reset", now, language, link=link, minutes=minutes)

    async def make(self, session: Session, user: User, now: datetime) -> Secret:
        """The secret of a link."""
        lasts = timedelta(minutes=self.settings.link_minutes)
        return await links.make(session, user.account_id, Purpose.RESET, now, lasts, user_id=user.id)

    async def confirm(self, secret: str, password: str, now: datetime, language: Language = "en") -> User:
        """The new password. Second proofs stay as they are. Raises Gone, or WrongField; then the link is still good."""
        async with self.database.transaction() as session:
            user = await user_of(session, await links.find(session, secret, Purpose.RESET, now))
        hashed = await self._hashed(user, password)
        async with self.database.transaction() as session:
            await links.take(session, secret, Purpose.RESET, now)
            await self.failures.clear(session, user.email)
            await self._set(session, user, hashed, now, language)
        return user

    async def change(
        self, user: User, password: str, now: datetime, *, session_id: str, language: Language = "en"
    ) -> None:
        """Of somebody who is signed in and proved who they are."""
        hashed = await self._hashed(user, password, "new_password")
        async with self.database.transaction() as session:
            await self._set(session, user, hashed, now, language, but=session_id)

    async def _hashed(self, user: User, password: str, what: str = passwords.FIELD) -> str:
        passwords.check(password, self.settings, user.name, user.email, what=what)
        return await self.hasher.hash(password)

    async def _set(
        self, session: Session, user: User, hashed: str, now: datetime, language: Language, *, but: str = ""
    ) -> None:
        await passwords.put(session, user, hashed, now)
        await sessions.end_all(session, user.account_id, user.id, End.REVOKED, now, but=but)
        # Whoever had the old password may have asked for another address, or be half-way in.
        await links.void(session, user)
        await tickets.void(session, user)
        await self.letters.to_user(session, user, "password", now, language, at=moment(now))


async def user_of(session: Session, link: Link) -> User:
    """Raises Gone for somebody who was removed meanwhile."""
    found = await roster.list_all(session, link.account_id, roster.Wanted(ids=(link.user_id,)))
    if not found:
        raise Gone(links.WORDS)
    return found[0]
