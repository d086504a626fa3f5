"""Register: somebody new with name, company, e-mail, password; the account is made once the address is confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.identity import passwords
from safelight.identity.digests import digest_of, new_secret
from safelight.identity.letters import ASK_RESET, VERIFY, Letters
from safelight.identity.links import WORDS
from safelight.identity.passwords import Hasher
from safelight.identity.store import signups
from safelight.kernel.errors import Forbidden, Gone, Invalid, WrongField
from safelight.kernel.ids import new_id
from safelight.kernel.languages import LANGUAGES, Language, language_named
from safelight.people import roster, users
from safelight.people.model import User, UserRole
from safelight.ports.database import Database, Session
from safelight.settings import IdentitySettings

FIELDS = ("name", "company", "email", "password")
"""All that is asked of somebody who registers."""
OPEN = "open"
SIGNUPS_MAX_EACH = 5
"""Of one address; older ones go when there are more."""

G = signups.c


@dataclass(frozen=True)
class Wanted:
    """What somebody registers with, checked."""

    name: str
    company: str
    email: str
    password: str


def check(name: str, company: str, email: str, password: str, settings: IdentitySettings) -> Wanted:
    """Raises WrongField for the first that will not do."""
    checked = Wanted(field_name(name), field_name(company, "company"), field_email(email), password)
    passwords.check(password, settings, checked.name, checked.company, checked.email)
    return checked


def field_name(text: str, field: str = "name") -> str:
    try:
        return owners.check_name(text, field)
    except Invalid as error:
        raise WrongField(error.message, field) from error


def field_email(text: str) -> str:
    try:
        return users.check_email(text)
    except Invalid as error:
        raise WrongField("This is no e-mail address.", "email") from error


def field_language(text: str) -> Language:
    found = language_named(text)
    if found is None:
        raise WrongField(f"`language` is one of: {', '.join(LANGUAGES)}.", "language")
    return found


@dataclass(frozen=True)
class Register:
    """Takes somebody in, if the operator lets people register."""

    database: Database
    hasher: Hasher
    letters: Letters
    settings: IdentitySettings

    async def __call__(self, wanted: Wanted, now: datetime, language: Language = "en") -> None:
        """Answers the same for an address that somebody has already; that one gets a letter which says so.

        Raises Forbidden where only those come in who are invited.
        """
        if self.settings.registration != OPEN:
            raise Forbidden("This installation takes new people by invitation alone; ask its owner for one.")
        hashed = await self.hasher.hash(wanted.password)
        async with self.database.transaction() as session:
            there = await roster.find_by_email(session, wanted.email)
            if there is not None:
                facts = {"name": wanted.name, "link": f"{self.letters.base_url}{ASK_RESET}"}
                await self.letters.to(session, wanted.email, "registered", now, there.language or language, **facts)
                return
            secret = new_secret()
            await session.execute(
                insert(signups).values(
                    id=new_id(),
                    name=wanted.name,
                    company=wanted.company,
                    email=wanted.email,
                    email_key=roster.email_key(wanted.email),
                    password_hash=hashed,
                    language=language,
                    digest=digest_of(secret.reveal()),
                    created_at=now,
                    expires_at=now + timedelta(days=self.settings.signup_days),
                )
            )
            await _drop_oldest(session, wanted.email)
            link = self.letters.link(VERIFY, secret)
            days = str(self.settings.signup_days)
            facts = {"name": wanted.name, "link": link, "days": days}
            await self.letters.to(session, wanted.email, "verify", now, language, **facts)


async def is_waiting(session: Session, secret: str, now: datetime) -> bool:
    """Whether the secret is of somebody who registered and may still confirm."""
    waiting = select(G.id).where(G.digest == digest_of(secret), G.expires_at > now)
    return await session.fetch_one(waiting) is not None


async def verify(session: Session, secret: str, now: datetime) -> User:
    """The address is theirs: now they have an account, and own it. Raises Gone."""
    gone = delete(signups).where(G.digest == digest_of(secret), G.expires_at > now).returning(*signups.c)
    row = await session.fetch_one(gone)
    if row is None or await roster.find_by_email(session, row["email"]) is not None:
        raise Gone(WORDS)
    account = await owners.create(session, now=now, name=row["company"])
    user = await users.invite(
        session, account.id, name=row["name"], email=row["email"], role=UserRole.MASTER_ADMIN, now=now
    )
    await passwords.put(session, user, row["password_hash"], now)
    await session.execute(delete(signups).where(G.email_key == row["email_key"]))
    return await users.accept(session, user, now, language_named(row["language"]))


async def hash_of(session: Session, email: str, now: datetime) -> str | None:
    """The newest password of somebody who did not confirm yet."""
    mine = select(signups).where(G.email_key == roster.email_key(email), G.expires_at > now)
    row: RowMapping | None = await session.fetch_one(mine.order_by(G.created_at.desc(), G.id.desc()).limit(1))
    return None if row is None else row["password_hash"]


async def sweep(session: Session, now: datetime) -> int:
    """Nothing is left of who did not confirm in time."""
    return await session.execute(delete(signups).where(G.expires_at <= now))


async def _drop_oldest(session: Session, email: str) -> None:
    mine = select(G.id).where(G.email_key == roster.email_key(email)).order_by(G.created_at.desc(), G.id.desc())
    await session.execute(delete(signups).where(G.id.in_(mine.offset(SIGNUPS_MAX_EACH))))
