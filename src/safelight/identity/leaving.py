"""Leaving: an account, or one person of it, is disabled at once, and may come back for 30 days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import idleness, owners
from safelight.identity import links, sessions
from safelight.identity.events import AccountLeft
from safelight.identity.letters import ENABLE, Letters, moment
from safelight.identity.model import End, Purpose
from safelight.identity.store import leavings
from safelight.kernel.errors import Gone
from safelight.kernel.languages import Language
from safelight.people import roster, users
from safelight.people.model import User, UserRole
from safelight.ports.database import Session
from safelight.settings import IdentitySettings

SWEPT_MAX = 1000
"""Most leavings that are told of in one round; the next comes soon."""

V = leavings.c


@dataclass(frozen=True)
class Leaving:
    """Somebody asked to leave. `is_whole`: with the account and all its clouds, for they own it."""

    account_id: str
    user_id: str
    is_whole: bool
    asked_at: datetime
    due_at: datetime
    left_at: datetime | None


def takes_account(user: User) -> bool:
    """Whether they own the account, so that it goes with them if nobody else does (roster.is_only_owner)."""
    return user.role is UserRole.MASTER_ADMIN


async def find(session: Session, user: User) -> Leaving | None:
    row = await session.fetch_one(select(leavings).where(*_mine(user), V.left_at.is_(None)))
    return None if row is None else _leaving(row)


async def disable(
    session: Session, user: User, letters: Letters, now: datetime, settings: IdentitySettings, language: Language = "en"
) -> Leaving:
    """Sign-in, keys, delivery and collection stop within a second; a letter tells how to come back."""
    # With its only owner the account goes; while there are others, it is theirs.
    is_whole = await roster.is_only_owner(session, user)
    left = await _put(session, user, now, settings, is_whole=is_whole)
    if left.is_whole:
        await owners.set_disabled(session, user.account_id, now)
    else:
        await users.change(session, user, now=now, is_enabled=False)
    whose = None if left.is_whole else user.id
    await sessions.end_all(session, user.account_id, whose, End.DISABLED, now)
    await _tell(session, user, left, letters, "disabled", now, language)
    return left


async def disable_idle(
    session: Session, owners_of: Sequence[User], letters: Letters, now: datetime, settings: IdentitySettings
) -> None:
    """Of an account that nobody used; each of its owners may bring it back, as one who left may."""
    account_id = owners_of[0].account_id
    await owners.set_disabled(session, account_id, now)
    await sessions.end_all(session, account_id, None, End.DISABLED, now)
    for user in owners_of:
        left = await _put(session, user, now, settings, is_whole=True)
        await _tell(session, user, left, letters, "idle_disabled", now)


async def _put(session: Session, user: User, now: datetime, settings: IdentitySettings, *, is_whole: bool) -> Leaving:
    left = Leaving(user.account_id, user.id, is_whole, now, now + timedelta(days=settings.return_days), None)
    values = {"is_whole": left.is_whole, "asked_at": now, "due_at": left.due_at, "left_at": None}
    added = insert(leavings).values(account_id=user.account_id, user_id=user.id, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[V.account_id, V.user_id], set_=values))
    return left


async def _tell(
    session: Session,
    user: User,
    left: Leaving,
    letters: Letters,
    template: str,
    now: datetime,
    language: Language = "en",
) -> None:
    secret = await links.make(session, user.account_id, Purpose.ENABLE, now, left.due_at - now, user_id=user.id)
    facts = {"link": letters.link(ENABLE, secret), "until": moment(left.due_at)}
    await letters.to_user(session, user, template, now, language, **facts)


async def enable(session: Session, user: User, now: datetime) -> None:
    """All is as it was; but everybody signs in anew. Raises Gone for who did not leave, or for too long."""
    left = await find(session, user)
    if left is None or left.due_at <= now:
        raise Gone("This account cannot be enabled again.")
    if left.is_whole:
        await owners.set_disabled(session, user.account_id, None)
        await idleness.note_return(session, user.account_id, now)
        # An account that nobody used left for all of its owners; one of them is enough to bring it back.
        await session.execute(delete(leavings).where(V.account_id == user.account_id, V.is_whole))
    else:
        await users.change(session, user, now=now, is_enabled=True)
        await session.execute(delete(leavings).where(*_mine(user)))
    await links.drop(session, user.account_id, user.id, Purpose.ENABLE)


async def enable_by_link(session: Session, secret: str, now: datetime) -> User:
    """Raises Gone."""
    link = await links.take(session, secret, Purpose.ENABLE, now)
    user = await roster.get(session, link.account_id, link.user_id)
    await enable(session, user, now)
    return user


async def overrule(session: Session, user: User) -> None:
    """Who manages people has said whether this one may come in: that they left by themselves counts no more."""
    # One who owns the account and left with it is nobody's to let in but their own.
    if await session.execute(delete(leavings).where(*_mine(user), V.is_whole.is_(False))):
        await links.drop(session, user.account_id, user.id, Purpose.ENABLE)


async def sweep(session: Session, now: datetime) -> Sequence[Leaving]:
    """Tell of those whose time is over: from now on nobody brings them back."""
    due = select(leavings).where(V.due_at <= now, V.left_at.is_(None)).limit(SWEPT_MAX).with_for_update()
    found = [_leaving(row) for row in await session.fetch(due)]
    for left in found:
        mine = (V.account_id == left.account_id, V.user_id == left.user_id)
        await session.execute(update(leavings).where(*mine).values(left_at=now))
        whose = "" if left.is_whole else left.user_id
        await session.emit(AccountLeft("", left.account_id, whose, now.isoformat()))
    return found


def _mine(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return V.account_id == user.account_id, V.user_id == user.id


def _leaving(row: RowMapping) -> Leaving:
    return Leaving(row["account_id"], row["user_id"], row["is_whole"], row["asked_at"], row["due_at"], row["left_at"])
