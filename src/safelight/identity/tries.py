"""Tries: how often one address may try what is worth guessing, counted once for all processes of an installation."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.store import failures
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Flooding
from safelight.kernel.pace import Pace, counted_as, exceeded
from safelight.ports.database import Database
from safelight.ports.keys import KeyStore

MINUTE_SECONDS = 60
WORDS = "tries a minute"

F = failures.c


@dataclass(frozen=True)
class Tries:
    """Of an address only a keyed hash is kept, until the next sweep (failures.py)."""

    database: Database
    keys: KeyStore
    clock: Clock
    per_minute: int
    """0: any number."""
    here: Pace = field(init=False)
    """What this process has seen alone: who floods it is refused without a question to the database."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "here", Pace(self.per_minute, seconds=MINUTE_SECONDS))

    async def spend(self, address: str | None) -> None:
        """One more. Raises Flooding for one too many."""
        if address is None or not self.per_minute:
            return
        now, network = self.clock.now(), counted_as(address)
        if not self.here.spend(network, now) or await self._count(network, now) > self.per_minute:
            raise exceeded(Flooding, self.per_minute, WORDS, self.here.resets_at(now), now)

    async def _count(self, network: str, now: datetime) -> int:
        """Committed at once: it counts whatever comes of the try."""
        begins_at = datetime.fromtimestamp(int(now.timestamp()) // MINUTE_SECONDS * MINUTE_SECONDS, UTC)
        mark = bytes.fromhex(self.keys.mark(network.encode(errors="replace"), "tries of an address"))
        # A clock that was set back begins anew, too.
        is_other = (F.since < begins_at) | (F.since >= begins_at + timedelta(seconds=MINUTE_SECONDS))
        added = insert(failures).values(digest=mark, since=begins_at, count=1)
        counted = added.on_conflict_do_update(
            index_elements=[F.digest],
            set_={"count": case((is_other, 1), else_=F.count + 1), "since": begins_at},
        ).returning(F.count)
        async with self.database.transaction() as session:
            row = await session.fetch_one(counted)
        return 1 if row is None else int(row["count"])
