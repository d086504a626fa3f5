"""Recipients: who is new among them is announced to everybody; whose agreement ends, to who runs this; who keeps
the stores is written down for each account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safelight.accounts import owners
from safelight.kernel.clock import Clock
from safelight.kernel.languages import Language
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster
from safelight.people.model import Status
from safelight.people.roster import Wanted
from safelight.ports.database import Database, Session
from safelight.privacy.policy import Policy, Recipient
from safelight.privacy.register import Register
from safelight.privacy.standing import Standing
from safelight.worker import operators

NEW, ENDS = "recipient", "recipient_ends"


@dataclass(frozen=True)
class KeepRecipients:
    """Once a day."""

    database: Database
    clock: Clock
    policy: Policy
    register: Register
    standing: Standing

    async def keep_recipients(self, _payload: dict[str, Any]) -> None:
        """What is told and that it was told are one transaction."""
        async with self.database.transaction() as session:
            for recipient, day in await self.register.unannounced(session):
                await self._announce(session, recipient, f"{day:%Y-%m-%d}")
                await self.register.note_told(session, recipient.name)
            for recipient in await self.register.ending(session):
                facts = {"title": recipient.title, "day": f"{recipient.agreement_until:%Y-%m-%d}"}
                await operators.tell(session, ENDS, facts, self.clock.now())
        async with self.database.transaction() as session:
            ids = [account.id for account in await owners.list_all(session)]
            await self.standing.note(session, ids)

    async def _announce(self, session: Session, recipient: Recipient, day: str) -> None:
        for account in await owners.list_all(session):
            for user in await roster.list_all(session, account.id, Wanted(status=Status.ACTIVE)):
                language: Language = user.language or "en"
                facts = {"name": user.name, "title": recipient.title, "country": recipient.country, "day": day,
                         "purposes": ", ".join(self._purposes(recipient, language))}  # fmt: skip
                letter = Letter(NEW, LetterClass.NOTICE, user.email, language, facts, user.id)
                await send.post(session, letter, now=self.clock.now())

    def _purposes(self, recipient: Recipient, language: Language) -> Sequence[str]:
        return [self.policy.purposes[name].title.in_language(language) for name in recipient.purposes]
