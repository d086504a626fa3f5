"""Overdue: who runs this installation is told by a letter that something is kept longer than was promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.accounts import owners
from safelight.kernel.clock import Clock
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster
from safelight.people.model import Status, UserRole
from safelight.people.roster import Wanted
from safelight.ports.database import Database
from safelight.privacy.events import RetentionOverdue

TEMPLATE = "overdue"


@dataclass(frozen=True)
class TellOverdue:
    database: Database
    clock: Clock

    async def tell_overdue(self, payload: dict[str, Any]) -> None:
        """To the masters of the oldest account: whoever set this installation up."""
        late: Mapping[str, int] = RetentionOverdue.from_payload(payload).late
        words = ", ".join(f"{number} × {entity}" for entity, number in sorted(late.items()))
        async with self.database.transaction() as session:
            every = await owners.list_all(session)
            if not every:
                return
            for user in await roster.list_all(session, every[0].id, Wanted(status=Status.ACTIVE)):
                if user.role is UserRole.MASTER_ADMIN:
                    facts = {"name": user.name, "late": words}
                    letter = Letter(TEMPLATE, LetterClass.SERVICE, user.email, user.language or "en", facts, user.id)
                    await send.post(session, letter, now=self.clock.now())
