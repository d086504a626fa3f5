"""Emails: another address, once the person has shown that it is theirs; the old one is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.identity import links, registration
from safelight.identity.letters import VERIFY, Letters
from safelight.identity.model import Purpose
from safelight.identity.registration import field_email
from safelight.identity.resets import user_of
from safelight.kernel.errors import Gone
from safelight.kernel.languages import Language
from safelight.mail import preferences
from safelight.mail.marks import mark_of
from safelight.people import roster, users
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.settings import IdentitySettings


@dataclass(frozen=True)
class Emails:
    """Changes the address of somebody who is signed in."""

    letters: Letters
    settings: IdentitySettings
    keys: KeyStore

    async def ask(self, session: Session, user: User, email: str, now: datetime, language: Language = "en") -> None:
        """A letter with a link to the new address. One that somebody else has gets none, and nobody is told that.

        Their own they may confirm anew: then letters go there again that had come back.
        """
        address = field_email(email)
        lasts = timedelta(minutes=self.settings.link_minutes)
        secret = await links.make(session, user.account_id, Purpose.EMAIL, now, lasts, user_id=user.id, email=address)
        known = await roster.find_by_email(session, address)
        if known is None or known.id == user.id:
            facts = {"link": self.letters.link(VERIFY, secret), "minutes": str(self.settings.link_minutes)}
            spoken = user.language or language
            await self.letters.to(session, address, "email", now, spoken, user_id=user.id, name=user.name, **facts)

    async def confirm(self, session: Session, secret: str, now: datetime, language: Language = "en") -> User:
        """From now on they sign in by the new address. Raises Gone, and Conflict for one that was taken meanwhile."""
        link = await links.take(session, secret, Purpose.EMAIL, now)
        user = await user_of(session, link)
        await self.arrived(session, link.email)
        if roster.email_key(user.email) == roster.email_key(link.email):
            return user
        changed = await users.change(session, user, now=now, email=link.email)
        # What went to the old address opens nothing any more.
        await links.void(session, user)
        await self.letters.to_user(session, user, "email_changed", now, language)
        return changed

    async def verify(self, session: Session, secret: str, now: datetime, language: Language = "en") -> User:
        """By a link that confirms an address: of who registered, or of who wants another one. Raises Gone."""
        try:
            return await self.confirm(session, secret, now, language)
        except Gone:
            user = await registration.verify(session, secret, now)
        await self.arrived(session, user.email)
        return user

    async def arrived(self, session: Session, email: str) -> None:
        """A letter was read there: whatever came back before counts no more."""
        await preferences.forget_bounce(session, mark_of(self.keys, email))
