"""Going: owners are told a week and a day before older versions of their files go because of their age."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.model import Cloud
from safelight.assets import versions
from safelight.kernel.clock import Clock
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster
from safelight.people.model import Status, UserRole
from safelight.people.roster import Wanted
from safelight.ports.database import Database, Session
from safelight.privacy import retention

TEMPLATE = "going"
DAYS_BEFORE = (7, 1)
READERS = (UserRole.MASTER_ADMIN, UserRole.ADMIN)


@dataclass(frozen=True)
class WarnGoing:
    """Once a day. `days`: so long older versions are kept; 0 is as long as their owner wants."""

    database: Database
    clock: Clock
    days: int

    async def warn_going(self, _payload: dict[str, Any]) -> None:
        """What is told and that it was told are one transaction."""
        for before in DAYS_BEFORE:
            if self.days > before:
                async with self.database.transaction() as session:
                    await self._warn(session, before)

    async def _warn(self, session: Session, before: int) -> None:
        now = self.clock.now()
        until = now - timedelta(days=self.days - before)
        told = await retention.warned_until(session, f"asset-backups {before}", until)
        found = await versions.ended_between(session, told or until - timedelta(days=1), until)
        known: Mapping[str, Cloud] = {cloud.id: cloud for cloud in await clouds.list(session)} if found else {}
        for cloud_id, count in found.items():
            if cloud_id in known:
                await self._tell(session, known[cloud_id], count, now + timedelta(days=before), now)

    async def _tell(self, session: Session, cloud: Cloud, count: int, going_at: datetime, now: datetime) -> None:
        for user in await roster.list_all(session, cloud.account_id, Wanted(status=Status.ACTIVE)):
            if user.role in READERS and (user.is_everywhere or cloud.id in user.cloud_ids):
                facts = {"name": user.name, "cloud": cloud.name, "count": str(count), "day": f"{going_at:%Y-%m-%d}"}
                letter = Letter(TEMPLATE, LetterClass.SERVICE, user.email, user.language or "en", facts, user.id)
                await send.post(session, letter, now=now)
