"""Failures: who guesses too often at one address is not heard for a while, whether anybody has that address or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import case, delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.store import failures
from safelight.kernel.errors import Locked
from safelight.people.roster import email_key
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.settings import IdentitySettings

F = failures.c


@dataclass(frozen=True)
class Failures:
    """Counted in the database, for all processes together; of an address only a keyed hash is kept."""

    keys: KeyStore
    settings: IdentitySettings

    async def spend(self, session: Session, email: str, now: datetime) -> Locked | None:
        """One more try, counted before it is looked at, so that many at once are not one. What is told if it is one
        too many: to be raised when the transaction is committed, or nothing was counted.
        """
        mine, span = self._mark(email), timedelta(minutes=self.settings.lock_minutes)
        is_old = F.since <= now - span
        added = insert(failures).values(digest=mine, since=now, count=1)
        counted = added.on_conflict_do_update(
            index_elements=[F.digest],
            set_={"count": case((is_old, 1), else_=F.count + 1), "since": case((is_old, now), else_=F.since)},
        ).returning(F.count, F.locked_until)
        row = await session.fetch_one(counted)
        if row is None:
            return None
        until: datetime | None = row["locked_until"]
        if until is not None and until > now:
            return _locked(until, now)
        if row["count"] <= self.settings.failures_max:
            return None
        await session.execute(update(failures).where(F.digest == mine).values(locked_until=now + span, since=now))
        return _locked(now + span, now)

    async def clear(self, session: Session, email: str) -> None:
        """They have shown who they are."""
        await session.execute(delete(failures).where(F.digest == self._mark(email)))

    async def sweep(self, session: Session, now: datetime) -> int:
        old = now - timedelta(minutes=self.settings.lock_minutes)
        return await session.execute(
            delete(failures).where(F.since <= old, or_(F.locked_until.is_(None), F.locked_until <= now))
        )

    def _mark(self, email: str) -> bytes:
        return bytes.fromhex(self.keys.mark(email_key(email).encode(errors="replace"), "sign-in failure"))


def _locked(until: datetime, now: datetime) -> Locked:
    seconds = max(1, ceil((until - now).total_seconds()))
    minutes = ceil(seconds / 60)
    return Locked(
        f"Too many wrong tries. Try again in {minutes} minute{'' if minutes == 1 else 's'}, or sign in with a passkey.",
        retry_after_seconds=seconds,
    )
