"""Invitations: who was invited accepts by a link, and chooses a name and a password; so does the first owner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.accounts import owners
from safelight.identity import links, passwords
from safelight.identity.letters import INVITATION, SETUP, Letters
from safelight.identity.links import Link
from safelight.identity.model import Purpose
from safelight.identity.passwords import Hasher
from safelight.identity.registration import Wanted, field_name
from safelight.identity.resets import user_of
from safelight.kernel.errors import Conflict, Gone
from safelight.kernel.languages import Language
from safelight.people import roster, users
from safelight.people.model import User, UserRole
from safelight.ports.database import Database, Session
from safelight.settings import IdentitySettings


@dataclass(frozen=True)
class Invitations:
    """Lets people in who were asked to come. That the link reached them shows that the address is theirs."""

    database: Database
    hasher: Hasher
    letters: Letters
    settings: IdentitySettings

    async def send(self, session: Session, user: User, now: datetime, language: Language = "en") -> str:
        """A letter to somebody who is pending, and its link, for who invites to hand over. Raises Conflict."""
        if not user.is_pending:
            raise Conflict(f"{user.email} has come already")
        lasts = timedelta(days=self.settings.invitation_days)
        secret = await links.make(session, user.account_id, Purpose.INVITE, now, lasts, user_id=user.id)
        account = await owners.find_by_id(session, user.account_id)
        link = self.letters.link(INVITATION, secret)
        facts = {"company": (account and account.name) or self.letters.base_url, "link": link}
        days = str(self.settings.invitation_days)
        await self.letters.to_user(session, user, "invitation", now, language, days=days, **facts)
        return link

    async def find(self, secret: str, now: datetime) -> User:
        """Who is invited by that link. Raises Gone."""
        async with self.database.transaction() as session:
            return await self._invited(session, await links.find(session, secret, Purpose.INVITE, now))

    async def accept(
        self, secret: str, password: str, now: datetime, name: str | None = None, language: Language | None = None
    ) -> User:
        """They come. Raises Gone, or WrongField; then the link is still good."""
        user = await self.find(secret, now)
        called = user.name if name is None else field_name(name)
        passwords.check(password, self.settings, called, user.email)
        hashed = await self.hasher.hash(password)
        async with self.database.transaction() as session:
            await self._invited(session, await links.take(session, secret, Purpose.INVITE, now))
            await passwords.put(session, user, hashed, now)
            user = await users.change(session, user, now=now, name=called)
            return await users.accept(session, user, now, language)

    async def _invited(self, session: Session, link: Link) -> User:
        user = await user_of(session, link)
        if not user.is_pending or not user.is_enabled:
            raise Gone(links.WORDS)
        return user


@dataclass(frozen=True)
class Setup:
    """Makes the first owner, by a link that is shown where Safelight was started."""

    database: Database
    hasher: Hasher
    base_url: str
    settings: IdentitySettings

    async def link(self, session: Session, now: datetime) -> str | None:
        """A new link; None if there is an owner. The one before works no more."""
        if await roster.has_owner(session):
            return None
        account = await owners.first(session, now)
        lasts = timedelta(minutes=self.settings.setup_minutes)
        secret = await links.make(session, account.id, Purpose.SETUP, now, lasts)
        return Letters(self.base_url).link(SETUP, secret)

    async def find(self, secret: str, now: datetime) -> Link:
        """To show the page. Raises Gone, with how to get a new one."""
        async with self.database.transaction() as session:
            return await _of_setup(session, secret, now, takes=False)

    async def make_owner(self, secret: str, wanted: Wanted, now: datetime, language: Language | None = None) -> User:
        """The first owner. Raises Gone, or Conflict for an address that somebody has."""
        await self.find(secret, now)
        hashed = await self.hasher.hash(wanted.password)
        async with self.database.transaction() as session:
            link = await _of_setup(session, secret, now, takes=True)
            user = await users.invite(
                session, link.account_id, name=wanted.name, email=wanted.email, role=UserRole.MASTER_ADMIN, now=now
            )
            await owners.rename(session, link.account_id, wanted.company)
            await passwords.put(session, user, hashed, now)
            return await users.accept(session, user, now, language)


async def _of_setup(session: Session, secret: str, now: datetime, *, takes: bool) -> Link:
    try:
        link = await (links.take if takes else links.find)(session, secret, Purpose.SETUP, now)
    except Gone as error:
        raise Gone(f"{links.WORDS} `safelight setup-link` prints a new one.") from error
    if await roster.has_owner(session):
        raise Gone("There is an owner already; sign in, or ask to be invited.")
    return link
