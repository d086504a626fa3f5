"""A post office of twins: letters that are written down, carried to an outbox, and read there."""

from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from safelight.adapters.keys.local import LocalKeys
from safelight.adapters.mailer.memory import MemoryMailer
from safelight.mail import store
from safelight.mail.carry import Carry
from safelight.mail.message import sender_of
from safelight.mail.model import Letter, LetterClass, Posted
from safelight.mail.send import post
from safelight.settings import MailSettings


@dataclass
class PostOffice:
    database: object
    clock: object
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    keys: LocalKeys = field(default_factory=lambda: LocalKeys(bytes(range(32))))
    settings: MailSettings = field(default_factory=lambda: MailSettings(postal_address="Dunkelgasse 1\n1010 Wien"))

    @property
    def carry(self) -> Carry:
        sender = sender_of("letters@example.org", name="Safelight", bounces="bounces@example.org")
        return Carry(
            self.database, self.mailer, self.keys, self.clock, sender, self.settings, "https://media.example.org"
        )

    def set(self, **words) -> None:
        self.settings = replace(self.settings, **words)

    async def post(self, template="test", to="ada@example.net", *, user_id=None, language="en", **facts) -> str:
        kinds = {"test": LetterClass.SERVICE, "news": LetterClass.MARKETING}
        kinds |= {"reminder": LetterClass.REMINDER, "notice": LetterClass.NOTICE}
        facts = facts or ({"place": "here"} if template == "test" else {"headline": "Head", "words": "Words"})
        letter = Letter(template, kinds[template], to, language, facts, user_id)
        async with self.database.transaction() as session:
            return await post(session, letter, now=self.clock.now())

    async def send(self, *words, **facts) -> Posted:
        """Post a letter and try once to send it."""
        return await self.carried(await self.post(*words, **facts))

    async def carried(self, letter_id: str) -> Posted:
        await self.carry.send_letter({"letter_id": letter_id})
        return await self.find(letter_id)

    async def find(self, letter_id: str) -> Posted | None:
        async with self.database.transaction() as session:
            return await store.find(session, letter_id)

    def read(self, letter_id: str) -> EmailMessage:
        return message_from_bytes(self.mailer.taken[letter_id].message, policy=default)


@pytest.fixture
def office(database, clock) -> PostOffice:
    return PostOffice(database, clock)
