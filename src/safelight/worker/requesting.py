"""Requesting: letters about requests, to who asked and to whoever runs this installation; and who has an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.kernel.choice import Way
from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound
from safelight.kernel.holdings import Subject
from safelight.kernel.languages import language_named
from safelight.mail import log, preferences, threads
from safelight.mail.marks import Token, mark_of
from safelight.mail.message import Sender
from safelight.mail.model import Letter, LetterClass
from safelight.mail.threads import Case
from safelight.people import roster, subjects
from safelight.people.users import check_email
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.privacy.events import RequestsDue
from safelight.privacy.request import Kind, Request
from safelight.privacy.requests import Known, Others
from safelight.worker import operators

DUE = "requests_due"
KINDS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ACCESS: {"en": "what is kept about you", "de": "was über Sie gespeichert ist"},
    Kind.PORTABILITY: {"en": "your data, to take along", "de": "Ihre Daten zum Mitnehmen"},
    Kind.RECTIFICATION: {"en": "to correct your data", "de": "Ihre Daten zu berichtigen"},
    Kind.ERASURE: {"en": "to erase your data", "de": "Ihre Daten zu löschen"},
    Kind.RESTRICTION: {"en": "to restrict what is done with your data", "de": "die Nutzung einzuschränken"},
    Kind.OBJECTION: {"en": "to object to what is done with your data", "de": "Widerspruch gegen die Nutzung"},
    Kind.OPT_OUT: {"en": "no more letters", "de": "keine weiteren Briefe"},
    Kind.LIMIT: {"en": "to limit the use of sensitive data", "de": "sensible Daten nur begrenzt zu nutzen"},
    Kind.DISCLOSURES: {"en": "who got data about you", "de": "wer Daten über Sie erhalten hat"},
    Kind.REPORT: {"en": "a file that shows you", "de": "eine Datei, die Sie zeigt"},
    Kind.QUESTION: {"en": "a question", "de": "eine Frage"},
}
"""What was asked for, as letters say it."""


@dataclass(frozen=True)
class Requesting:
    """Hands to requests what they need of mail and of people."""

    database: Database
    keys: KeyStore
    clock: Clock
    place: str
    sender: Sender
    page: str
    """Where requests are told of, for everybody."""

    @property
    def others(self) -> Others:
        return Others(check_email, self.mark, self.who_has, self.subject_of, self.post, self.has_left, self.silence)

    def mark(self, address: str) -> str:
        return mark_of(self.keys, address)

    async def who_has(self, session: Session, address: str) -> Known | None:
        user = await roster.find_by_email(session, address)
        return None if user is None else Known(user.account_id, user.id, user.email, user.language)

    async def subject_of(self, session: Session, request: Request) -> Subject:
        """Who owns an account alone is all of it."""
        if not request.user_id:
            return Subject(email=request.email, emails=(request.email,), words=(request.email,))
        return await subjects.subject_of_person(session, request.account_id, request.user_id)

    async def post(
        self, session: Session, request: Request, template: str, facts: Mapping[str, str], now: datetime
    ) -> str:
        language = language_named(request.language) or "en"
        told = {**facts, "kind": KINDS[request.kind][language], "place": self.place}
        letter = Letter(template, LetterClass.SERVICE, request.email, language, told, request.user_id or None)
        case = Case(request.id, request.case, request.kind.value, self.page)
        return await threads.post_about(session, self.keys, self.sender, case, letter, now=now)

    async def has_left(self, session: Session, letter_id: str) -> bool:
        try:
            return (await log.get(session, letter_id)).state.is_over
        except NotFound:
            return True

    async def silence(self, session: Session, address: str, known: Known | None, now: datetime) -> None:
        token = Token(self.mark(address), preferences.ALL, known.user_id if known else None)
        await preferences.refuse(session, token, way=Way.REQUEST, now=now, all_lists=True)

    async def tell_due(self, payload: dict[str, Any]) -> None:
        """To the masters of the oldest account: whoever set this installation up."""
        due: Mapping[str, str] = RequestsDue.from_payload(payload).due
        words = ", ".join(f"{case}: {day}" for case, day in sorted(due.items()))
        async with self.database.transaction() as session:
            await operators.tell(session, DUE, {"due": words}, self.clock.now())
