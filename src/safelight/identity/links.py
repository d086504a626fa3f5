"""Links: secrets in letters that work once, for a while, for one purpose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.digests import digest_of, new_secret
from safelight.identity.model import Purpose
from safelight.identity.store import links
from safelight.kernel.errors import Gone
from safelight.kernel.secret import Secret
from safelight.people.model import User
from safelight.ports.database import Session

WORDS = "This link was used already, or it is too old. Ask for a new one."

L = links.c


@dataclass(frozen=True)
class Link:
    """What a secret is good for. `user_id` is empty where nobody is there yet; `email` is an address to be shown."""

    account_id: str
    user_id: str
    purpose: Purpose
    email: str
    expires_at: datetime


async def make(
    session: Session,
    account_id: str,
    purpose: Purpose,
    now: datetime,
    lasts: timedelta,
    *,
    user_id: str = "",
    email: str = "",
) -> Secret:
    """A new one; older ones of the same person and purpose are worth nothing from now on."""
    secret = new_secret()
    await drop(session, account_id, user_id, purpose)
    await session.execute(
        insert(links).values(
            account_id=account_id,
            digest=digest_of(secret.reveal()),
            user_id=user_id,
            purpose=purpose.value,
            email=email,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return secret


async def find(session: Session, secret: str, purpose: Purpose, now: datetime) -> Link:
    """To show a page; it stays. Raises Gone."""
    row = await session.fetch_one(
        select(links).where(L.digest == digest_of(secret), L.purpose == purpose.value, L.expires_at > now)
    )
    if row is None:
        raise Gone(WORDS)
    return _link(row)


async def take(session: Session, secret: str, purpose: Purpose, now: datetime) -> Link:
    """To do what it is for; nobody takes it again. Raises Gone."""
    row = await session.fetch_one(
        delete(links)
        .where(L.digest == digest_of(secret), L.purpose == purpose.value, L.expires_at > now)
        .returning(*links.c)
    )
    if row is None:
        raise Gone(WORDS)
    return _link(row)


async def drop(session: Session, account_id: str, user_id: str, purpose: Purpose) -> None:
    await session.execute(
        delete(links).where(L.account_id == account_id, L.user_id == user_id, L.purpose == purpose.value)
    )


async def void(session: Session, user: User) -> None:
    """None that a person was sent works any more: somebody else may have asked for it, or read it."""
    await session.execute(delete(links).where(L.account_id == user.account_id, L.user_id == user.id))


async def sweep(session: Session, now: datetime) -> int:
    return await session.execute(delete(links).where(L.expires_at <= now))


def _link(row: RowMapping) -> Link:
    return Link(row["account_id"], row["user_id"], Purpose(row["purpose"]), row["email"], row["expires_at"])
