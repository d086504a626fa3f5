"""Leavings: whose time to come back is over is forgotten; who asked for an archive is told when it can be fetched."""

from dataclasses import dataclass
from typing import Any

from safelight.identity.events import AccountLeft
from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound
from safelight.kernel.holdings import Fate
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster, subjects
from safelight.ports.database import Database
from safelight.privacy.erase import Erase
from safelight.privacy.events import ExportReady

TEMPLATE = "export_ready"
PAGE = "/account/data"


@dataclass(frozen=True)
class Leavings:
    """Reactions; each may run twice."""

    database: Database
    clock: Clock
    erase: Erase
    base_url: str
    days: int

    async def erase_left(self, payload: dict[str, Any]) -> None:
        """Of an erasure that was begun already nothing is begun again."""
        left = AccountLeft.from_payload(payload)
        async with self.database.transaction() as session:
            subject = await subjects.subject_of(session, left.account_id, left.user_id or None)
            steps = await self.erase.plan(session, subject)
            if any(step["count"] for step in steps if step["fate"] != Fate.KEEP.value):
                await self.erase.start(session, subject)

    async def tell_export(self, payload: dict[str, Any]) -> None:
        ready = ExportReady.from_payload(payload)
        async with self.database.transaction() as session:
            try:
                user = await roster.get(session, ready.account_id, ready.user_id)
            except NotFound:
                return
            facts = {"name": user.name, "link": f"{self.base_url}{PAGE}", "days": str(self.days)}
            letter = Letter(TEMPLATE, LetterClass.SERVICE, user.email, user.language or "en", facts, user.id)
            await send.post(session, letter, now=self.clock.now())
