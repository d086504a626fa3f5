"""Remember: a device stays signed in for 30 days, by a selector and a validator that changes at each use.

A validator that was used already comes from a copy: whoever has it, and whoever has the new one, is signed out. But
for tabs that a browser opens together: these send the same within seconds, from the same network and browser.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.identity import sessions
from safelight.identity.digests import digest_of, new_secret
from safelight.identity.model import End, SignedIn, Visitor
from safelight.identity.store import remembered
from safelight.kernel.ids import random_token
from safelight.kernel.secret import Secret
from safelight.people import roster
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.settings import IdentitySettings

SELECTOR_BYTES = 12
PARTS = "."

R = remembered.c


@dataclass(frozen=True)
class Returned:
    """Somebody came back: they have a new session, and a new cookie for the next time."""

    signed_in: SignedIn
    session_secret: Secret
    cookie: Secret | None
    """None: another tab of theirs got it a moment ago."""


@dataclass(frozen=True)
class Stolen:
    """A copy of somebody's cookie was used. All their sessions are over."""

    user: User


async def begin(session: Session, signed_in: SignedIn, now: datetime, settings: IdentitySettings) -> Secret:
    """What the cookie holds."""
    selector, validator = random_token(SELECTOR_BYTES), new_secret()
    await session.execute(
        insert(remembered).values(
            account_id=signed_in.user.account_id,
            selector=selector,
            user_id=signed_in.user.id,
            session_id=signed_in.session.id,
            digest=digest_of(validator.reveal()),
            created_at=now,
            used_at=now,
            expires_at=now + timedelta(days=settings.remember_days),
        )
    )
    return Secret(f"{selector}{PARTS}{validator.reveal()}")


async def use(
    session: Session, cookie: str, visitor: Visitor, now: datetime, settings: IdentitySettings
) -> Returned | Stolen | None:
    """Sign in by a cookie. None for one that is unknown or too old. What this says must be committed, also a theft."""
    selector, _, validator = cookie.partition(PARTS)
    # The row is held: of two who come at once with the same validator, the second finds it used.
    row = await session.fetch_one(select(remembered).where(R.selector == selector).with_for_update())
    if row is None or row["expires_at"] <= now or await owners.is_disabled(session, row["account_id"]):
        return None
    account_id = row["account_id"]
    found = await roster.list_all(session, account_id, roster.Wanted(ids=(row["user_id"],)))
    if not found or not found[0].is_enabled:
        return None
    user = found[0]
    if not hmac.compare_digest(bytes(row["digest"]), digest_of(validator)):
        if await _is_other_tab(session, row, validator, visitor, now, settings):
            signed_in, secret = await sessions.begin(
                session, user, visitor, now, settings, is_remembered=True, is_proved=False
            )
            return Returned(signed_in, secret, None)
        await sessions.end_all(session, account_id, user.id, End.REVOKED, now)
        return Stolen(user)
    signed_in, secret = await sessions.begin(session, user, visitor, now, settings, is_remembered=True, is_proved=False)
    renewed = new_secret()
    mine = (R.account_id == account_id, R.selector == selector)
    values = {
        "digest": digest_of(renewed.reveal()),
        "digest_before": row["digest"],
        "session_id": signed_in.session.id,
        "used_at": now,
    }
    await session.execute(update(remembered).where(*mine).values(**values))
    return Returned(signed_in, secret, Secret(f"{selector}{PARTS}{renewed.reveal()}"))


async def _is_other_tab(
    session: Session, row: RowMapping, validator: str, visitor: Visitor, now: datetime, settings: IdentitySettings
) -> bool:
    """Whether it is the validator that was good a moment ago, and comes from where it was used."""
    before, grace = row["digest_before"], timedelta(seconds=settings.remember_grace_seconds)
    if before is None or not timedelta() <= now - row["used_at"] < grace:
        return False
    if not hmac.compare_digest(bytes(before), digest_of(validator)):
        return False
    first = await sessions.visitor_of(session, row["account_id"], row["session_id"])
    return first == visitor


async def forget(session: Session, cookie: str) -> None:
    """This device is not remembered any more; for who signs out."""
    selector, _, validator = cookie.partition(PARTS)
    await session.execute(delete(remembered).where(R.selector == selector, R.digest == digest_of(validator)))


async def sweep(session: Session, now: datetime) -> int:
    return await session.execute(delete(remembered).where(R.expires_at <= now))
