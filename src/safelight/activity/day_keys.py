"""DayKeys: two secrets of each day. One opens its addresses for a week, the other tells its visitors apart until it is
destroyed within two days; what was made with them then means nothing any more, wherever a copy may lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.activity.store import activity_keys
from safelight.kernel.ids import random_bytes
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

KEY_BYTES = 32
SALT_DAYS = 1
"""A salt lives on its own day and the next one: 48 hours at most."""

K = activity_keys.c


class Purpose(StrEnum):
    ADDRESS = "address"
    VISITOR = "visitor"


@dataclass(frozen=True)
class DaySecrets:
    address_cipher: AESGCM = field(repr=False)
    visitor_salt: bytes = field(repr=False)


@dataclass(frozen=True)
class DayKeys:
    """Rows, sealed with the key of the installation."""

    store: KeyStore

    async def ensure(self, session: Session, day: date) -> DaySecrets:
        """The secrets of a day, made by who needs them first."""
        made = [
            {"purpose": purpose, "day": day, "sealed": self.store.seal(random_bytes(KEY_BYTES), _context(purpose, day))}
            for purpose in Purpose
        ]
        await session.execute(insert(activity_keys).values(made).on_conflict_do_nothing())
        rows = await session.fetch(select(K.purpose, K.sealed).where(K.day == day))
        found = {row["purpose"]: self._opened(row["sealed"], row["purpose"], day) for row in rows}
        return DaySecrets(AESGCM(found[Purpose.ADDRESS]), found[Purpose.VISITOR])

    async def address_keys(self, session: Session, days: Sequence[date]) -> dict[date, bytes]:
        """Of the days whose keys are still there."""
        rows = await session.fetch(
            select(K.day, K.sealed).where(K.day.in_(days), K.purpose == Purpose.ADDRESS)
        )  # fmt: skip
        return {row["day"]: self._opened(row["sealed"], Purpose.ADDRESS, row["day"]) for row in rows}

    def _opened(self, sealed: bytes, purpose: str, day: date) -> bytes:
        return self.store.open(sealed, _context(purpose, day))


async def destroy(session: Session, today: date, *, address_days: int) -> int:
    """How many secrets went."""
    old = ((Purpose.ADDRESS, address_days), (Purpose.VISITOR, SALT_DAYS))
    count = 0
    for purpose, days in old:
        count += await session.execute(
            delete(activity_keys).where(K.purpose == purpose, K.day < today - timedelta(days=days))
        )
    return count


def _context(purpose: str, day: date) -> str:
    return f"activity/{purpose}/{day.isoformat()}"
