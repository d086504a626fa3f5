"""Alerts: owners and their programs are told when a share of a quota is used; a job by the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.model import Cloud
from safelight.assets.events import CHANGED, Reported
from safelight.kernel.clock import Clock
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster
from safelight.people.model import Status, User, UserRole
from safelight.people.roster import Wanted
from safelight.ports.database import Database, Session
from safelight.settings import UsageSettings
from safelight.usage import quotas, report
from safelight.usage.model import ROLLING_DAYS, Period, Quota, Used
from safelight.usage.quota import WORDS, Alert, due, verdict

TOPIC = "quota"
TEMPLATE = "quota"
READERS = (UserRole.MASTER_ADMIN, UserRole.ADMIN, UserRole.BILLING)
CLOUDS_AT_ONCE = 200
"""Clouds whose figures are read in one question."""


@dataclass(frozen=True)
class Alerts:
    """Of each cloud in a transaction of its own: what is told and that it was told are one fact."""

    database: Database
    clock: Clock
    settings: UsageSettings

    async def check_quotas(self, payload: dict[str, Any]) -> None:
        del payload
        async with self.database.transaction() as session:
            every = await clouds.list(session)
        for start in range(0, len(every), CLOUDS_AT_ONCE):
            await self._check(every[start : start + CLOUDS_AT_ONCE])

    async def _check(self, some: Sequence[Cloud]) -> None:
        ids = [cloud.id for cloud in some]
        async with self.database.transaction() as session:
            limits = await quotas.of_each(session, ids, self.settings)
            limited = [cloud for cloud in some if limits[cloud.id].limits]
            if not limited:
                return
            used: dict[str, Used] = {}
            for period in Period:
                some_ids = [cloud.id for cloud in limited if limits[cloud.id].period is period]
                if some_ids:
                    window = report.window(self.clock.now(), period)
                    used |= await report.used_by_each(session, some_ids, *window)
        for cloud in limited:
            async with self.database.transaction() as session:
                await self._tell(session, cloud, limits[cloud.id], used[cloud.id])

    async def _tell(self, session: Session, cloud: Cloud, quota: Quota, used: Used) -> None:
        now = self.clock.now()
        found = verdict(quota, used)
        if found.refuses_all:
            # What processes hold in memory to be handed out quickly is let go; each time, for one may have begun late.
            await session.notify(CHANGED, f"{cloud.id}/")
        for alert in due(quota, used, await quotas.told(session, cloud.id), now):
            if not await quotas.note_told(session, cloud.id, alert.share.meter, alert.passed, now):
                continue
            fields = _fields(alert, quota)
            await session.emit(Reported(cloud.id, TOPIC, at=now.isoformat(), fields=fields))
            for user in await _readers(session, cloud):
                facts = {
                    "name": user.name,
                    "cloud": cloud.name,
                    "percent": str(alert.percent),
                    "meter": alert.share.meter,
                    "used": alert.share.used_words(),
                    "limit": f"{alert.share.limit:,}",
                    "past": quota.past.value,
                    "period": quota.period.value,
                }
                letter = Letter(TEMPLATE, LetterClass.NOTICE, user.email, user.language or "en", facts, user.id)
                await send.post(session, letter, now=now)


def _fields(alert: Alert, quota: Quota) -> dict[str, Any]:
    share = alert.share
    return {
        "meter": share.meter,
        "unit": WORDS[share.meter],
        "threshold_percent": alert.percent,
        "used": share.used,
        "limit": share.limit,
        "used_percent": share.percent,
        "window_days": ROLLING_DAYS if quota.period is Period.ROLLING else None,
        "period": quota.period.value,
        "past_quota": quota.past.value,
    }


async def _readers(session: Session, cloud: Cloud) -> list[User]:
    """Who looks after the bill of the account, and may know of this cloud."""
    people = await roster.list_all(session, cloud.account_id, Wanted(status=Status.ACTIVE))
    return [user for user in people if user.role in READERS and (user.is_everywhere or cloud.id in user.cloud_ids)]
