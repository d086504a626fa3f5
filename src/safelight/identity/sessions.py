"""Sessions: begin, find, prove, list and end the time that somebody is signed in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.identity.digests import digest_of, new_secret
from safelight.identity.model import End, SignedIn, UserSession, Visitor
from safelight.identity.store import remembered, sessions
from safelight.kernel.errors import NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.secret import Secret
from safelight.people import roster, users
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.settings import IdentitySettings

SEEN_SECONDS = 60
"""So often at most is written that somebody is still there."""
KEPT_DAYS = 180
"""How long it is told when somebody was here; the same as in holdings.py."""
LISTED_MAX = 200
"""Most sessions that one list tells."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)

S = sessions.c


async def begin(
    session: Session,
    user: User,
    visitor: Visitor,
    now: datetime,
    settings: IdentitySettings,
    *,
    is_remembered: bool = False,
    is_proved: bool = True,
) -> tuple[SignedIn, Secret]:
    """Somebody who has proved who they are; by a remembered device alone nothing is proved for what is dangerous.
    The secret is for the cookie and is not kept.
    """
    secret = new_secret()
    begun = UserSession(
        id=new_id(),
        account_id=user.account_id,
        user_id=user.id,
        began_at=now,
        seen_at=now,
        proved_at=now if is_proved else NEVER,
        idle_seconds=settings.session_idle_minutes * 60,
        expires_at=now + timedelta(days=settings.session_days_max),
        visitor=visitor,
        is_remembered=is_remembered,
    )
    await session.execute(
        insert(sessions).values(
            account_id=begun.account_id,
            id=begun.id,
            user_id=begun.user_id,
            digest=digest_of(secret.reveal()),
            began_at=now,
            seen_at=now,
            proved_at=begun.proved_at,
            idle_seconds=begun.idle_seconds,
            expires_at=begun.expires_at,
            device=visitor.device,
            country=visitor.country,
            address=visitor.address,
            is_remembered=is_remembered,
        )
    )
    await users.note_login(session, user, now)
    return SignedIn(user, begun), secret


async def find(transaction: Session, secret: str, now: datetime) -> SignedIn | None:
    """Who is signed in by the secret of a cookie; None if nobody, any more. Notes that they are still there."""
    row = await transaction.fetch_one(select(sessions).where(S.digest == digest_of(secret)))
    if row is None:
        return None
    known = _session(row)
    if known.ends(now) is not None or await owners.is_disabled(transaction, known.account_id):
        return None
    found = await roster.list_all(transaction, known.account_id, roster.Wanted(ids=(known.user_id,)))
    if not found or not found[0].is_enabled:
        return None
    if now - known.seen_at >= timedelta(seconds=SEEN_SECONDS):
        await transaction.execute(update(sessions).where(*_one(known)).values(seen_at=now))
    return SignedIn(found[0], known)


async def visitor_of(session: Session, account_id: str, session_id: str) -> Visitor | None:
    """From where a session began that still lasts; None where it was ended."""
    row = await session.fetch_one(
        select(sessions).where(S.account_id == account_id, S.id == session_id, S.ended_at.is_(None))
    )
    return None if row is None else _session(row).visitor


async def prove(session: Session, known: UserSession, now: datetime) -> None:
    """The person has shown again who they are."""
    await session.execute(update(sessions).where(*_one(known)).values(proved_at=now))


async def list_all(session: Session, user: User) -> Sequence[UserSession]:
    """Of one person, the newest first; also those that are over, as long as they are kept."""
    rows = await session.fetch(
        select(sessions).where(*_of(user)).order_by(S.began_at.desc(), S.id.desc()).limit(LISTED_MAX)
    )
    return [_session(row) for row in rows]


async def end(session: Session, known: UserSession, how: End, now: datetime) -> None:
    """It is over now. What is over already stays as it ended."""
    await _end(session, [S.account_id == known.account_id, S.id == known.id], how, now)
    mine = (remembered.c.account_id == known.account_id, remembered.c.session_id == known.id)
    await session.execute(delete(remembered).where(*mine))


async def end_one(session: Session, user: User, session_id: str, how: End, now: datetime) -> None:
    """One of a person's own. Raises NotFound."""
    row = await session.fetch_one(select(sessions).where(*_of(user), S.id == session_id))
    if row is None:
        raise NotFound("There is no such session")
    await end(session, _session(row), how, now)


async def end_all(
    session: Session, account_id: str, user_id: str | None, how: End, now: datetime, *, but: str = ""
) -> int:
    """All of a person, or of everybody of an account; on no device anybody is remembered. How many lasted till now."""
    whose: list[ColumnElement[bool]] = [S.account_id == account_id, S.id != but]
    forgotten: list[ColumnElement[bool]] = [remembered.c.account_id == account_id, remembered.c.session_id != but]
    if user_id is not None:
        whose.append(S.user_id == user_id)
        forgotten.append(remembered.c.user_id == user_id)
    await session.execute(delete(remembered).where(*forgotten))
    return await _end(session, whose, how, now)


async def sweep(session: Session, now: datetime) -> int:
    """Write down what timed out, and forget what is too old; how many rows went."""
    await _write_timeouts(session, [S.ended_at.is_(None), _over_at() <= now])
    return await session.execute(delete(sessions).where(S.began_at < now - timedelta(days=KEPT_DAYS)))


async def _end(session: Session, whose: Sequence[ColumnElement[bool]], how: End, now: datetime) -> int:
    """Those that timed out before are told as that, and not as ended now."""
    lasting = [*whose, S.ended_at.is_(None)]
    await _write_timeouts(session, [*lasting, _over_at() <= now])
    return await session.execute(update(sessions).where(*lasting).values(ended_at=now, end_kind=how.value))


async def _write_timeouts(session: Session, which: Sequence[ColumnElement[bool]]) -> None:
    await session.execute(update(sessions).where(*which).values(ended_at=_over_at(), end_kind=End.TIMEOUT.value))


def _over_at() -> ColumnElement[datetime]:
    """When a session that nobody ends is over; as UserSession.ends has it."""
    return func.least(S.seen_at + func.make_interval(0, 0, 0, 0, 0, 0, S.idle_seconds), S.expires_at)


def _of(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return S.account_id == user.account_id, S.user_id == user.id


def _one(known: UserSession) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return S.account_id == known.account_id, S.id == known.id


def _session(row: RowMapping) -> UserSession:
    return UserSession(
        id=row["id"],
        account_id=row["account_id"],
        user_id=row["user_id"],
        began_at=row["began_at"],
        seen_at=row["seen_at"],
        proved_at=row["proved_at"],
        idle_seconds=row["idle_seconds"],
        expires_at=row["expires_at"],
        visitor=Visitor(row["device"], row["country"], row["address"]),
        is_remembered=row["is_remembered"],
        ended_at=row["ended_at"],
        end=None if row["end_kind"] is None else End(row["end_kind"]),
    )
