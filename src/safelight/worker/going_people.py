"""Going of people: who has an archive that nobody fetched, or an old request, is told before it goes by its age."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster
from safelight.people.model import Status
from safelight.ports.database import Database, Session
from safelight.privacy import going, retention
from safelight.privacy.going import Going

Find = Callable[[Session, datetime, datetime], Awaitable[Sequence[Going]]]


@dataclass(frozen=True)
class Kind:
    """What goes, and so many days before it its owner is told."""

    entity: str
    template: str
    page: str
    days_before: tuple[int, ...]
    find: Find


KINDS = (
    # It is there for a week: the letter that it is ready was the first warning.
    Kind("export-archive", "archive_going", "/account/data", (1,), going.archives),
    Kind("request", "request_going", "/account/requests", (7, 1), going.requests),
)


@dataclass(frozen=True)
class WarnPeople:
    """Once a day."""

    database: Database
    clock: Clock
    base_url: str

    async def warn_people(self, _payload: dict[str, Any]) -> None:
        """What is told and that it was told are one transaction."""
        for kind in KINDS:
            for days in kind.days_before:
                async with self.database.transaction() as session:
                    await self._warn(session, kind, days)

    async def _warn(self, session: Session, kind: Kind, days: int) -> None:
        now = self.clock.now()
        until = now + timedelta(days=days)
        told = await retention.warned_until(session, f"{kind.entity} {days}", until)
        for each in await kind.find(session, told or until - timedelta(days=1), until):
            await self._tell(session, kind, each, until, now)

    async def _tell(self, session: Session, kind: Kind, each: Going, until: datetime, now: datetime) -> None:
        try:
            user = await roster.get(session, each.account_id, each.user_id)
        except NotFound:
            return
        if user.status is not Status.ACTIVE:
            return
        facts = {"name": user.name, "count": str(each.count), "day": f"{until:%Y-%m-%d}"}
        facts |= {"link": f"{self.base_url}{kind.page}"}
        letter = Letter(kind.template, LetterClass.SERVICE, user.email, user.language or "en", facts, user.id)
        await send.post(session, letter, now=now)
