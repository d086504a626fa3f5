"""Tickets: what holds a sign-in together between its first and its second step; good for minutes, and a few tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, RowMapping, delete, update
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.digests import digest_of, new_secret
from safelight.identity.store import tickets
from safelight.kernel.errors import Gone
from safelight.kernel.ids import random_bytes
from safelight.kernel.secret import Secret
from safelight.people.model import User
from safelight.ports.database import Session

LASTS = timedelta(minutes=5)
TRIES_MAX = 5
CHALLENGE_BYTES = 32
WORDS = "This took too long, or failed too often. Sign in again."

K = tickets.c


class Step(StrEnum):
    """What the ticket waits for."""

    SECOND = "second"
    """The password was right."""
    PASSKEY = "passkey"
    """Nobody is known yet: a passkey tells who it is."""
    REGISTER = "register"
    """A passkey is being made."""
    PROVE = "prove"
    """Somebody who is signed in proves it again."""


@dataclass(frozen=True)
class Ticket:
    """As it is kept."""

    account_id: str
    user_id: str
    step: Step
    challenge: bytes
    is_remembered: bool


async def make(
    session: Session, step: Step, now: datetime, *, user: User | None = None, is_remembered: bool = False
) -> tuple[Secret, Ticket]:
    secret = new_secret()
    account_id, user_id = (user.account_id, user.id) if user else ("", "")
    ticket = Ticket(account_id, user_id, step, random_bytes(CHALLENGE_BYTES), is_remembered)
    await session.execute(
        insert(tickets).values(
            account_id=account_id,
            digest=digest_of(secret.reveal()),
            user_id=user_id,
            purpose=step.value,
            challenge=ticket.challenge,
            is_remembered=is_remembered,
            tries=0,
            expires_at=now + LASTS,
        )
    )
    return secret, ticket


async def use(session: Session, secret: str, step: Step, now: datetime) -> Ticket:
    """One try with it; to be committed whatever comes of it. Raises Gone."""
    row = await session.fetch_one(
        update(tickets)
        .where(*_one(secret, step), K.expires_at > now, K.tries < TRIES_MAX)
        .values(tries=K.tries + 1)
        .returning(*tickets.c)
    )
    if row is None:
        raise Gone(WORDS)
    return _ticket(row)


async def drop(session: Session, secret: str) -> None:
    """It has done its work."""
    await session.execute(delete(tickets).where(K.digest == digest_of(secret)))


async def void(session: Session, user: User) -> None:
    """Nobody goes on with what they began for this person: what it began with counts no more."""
    await session.execute(delete(tickets).where(K.account_id == user.account_id, K.user_id == user.id))


async def sweep(session: Session, now: datetime) -> int:
    return await session.execute(delete(tickets).where(K.expires_at <= now))


def _one(secret: str, step: Step) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return K.digest == digest_of(secret), K.purpose == step.value


def _ticket(row: RowMapping) -> Ticket:
    return Ticket(
        row["account_id"], row["user_id"], Step(row["purpose"]), bytes(row["challenge"]), row["is_remembered"]
    )
