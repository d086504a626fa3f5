"""Requesting: letters about requests, to who asked and to whoever runs this installation; and who has an address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from safelight.accounts import clouds
from safelight.assets import catalogue
from safelight.assets.access import is_closed
from safelight.assets.model import AssetRef
from safelight.kernel.choice import ChoiceKind, Way
from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound, SafelightError
from safelight.kernel.holdings import Subject
from safelight.kernel.languages import language_named
from safelight.kernel.media import Access
from safelight.mail import correspondence, log, preferences, send, threads
from safelight.mail.marks import Token, mark_of
from safelight.mail.message import Sender
from safelight.mail.model import Letter, LetterClass, State
from safelight.mail.threads import Case
from safelight.people import roster, subjects
from safelight.people.model import Status, UserRole
from safelight.people.roster import Wanted
from safelight.people.users import check_email
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.privacy.choices import Choices
from safelight.privacy.events import RequestsDue
from safelight.privacy.others import Known, Others
from safelight.privacy.relay import Owner, Relays
from safelight.privacy.request import PAUSING, Kind, Request
from safelight.transform.url import candidates, parse_path
from safelight.worker import operators

DUE = "requests_due"
LETTERLESS = frozenset({Kind.OPT_OUT, Kind.OPTOUT_PURPOSE, Kind.CONSENT_WITHDRAWAL}) | PAUSING
"""From then on only those letters come that an account needs."""
REFUSED: Mapping[Kind, Sequence[ChoiceKind]] = {
    Kind.OPTOUT_THIRD_PARTY: (ChoiceKind.DISCLOSURE,),
    Kind.OPTOUT_PURPOSE: (ChoiceKind.PURPOSE, ChoiceKind.ANALYTICS),
    Kind.LIMIT_SENSITIVE: (ChoiceKind.PURPOSE, ChoiceKind.ANALYTICS),
    **dict.fromkeys((Kind.CONSENT_WITHDRAWAL, *sorted(PAUSING)), tuple(ChoiceKind)),
}
"""What somebody refuses who asks for this."""
ANSWERING = (UserRole.MASTER_ADMIN, UserRole.ADMIN)
"""Who answers for the files of an account."""
ADDRESSES_MAX = 5
"""So many addresses in somebody's words are looked up."""
_ADDRESS = re.compile(r"https?://[^\s<>\"']{1,4000}")
KINDS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ACCESS_CATEGORIES: {
        "en": "which kinds of data are kept about you",
        "de": "welche Arten von Daten über Sie es gibt",
    },
    Kind.AMENDMENT: {"en": "a statement of yours", "de": "eine Erklärung von Ihnen"},
    Kind.OPTOUT_THIRD_PARTY: {"en": "not to pass your data on", "de": "Ihre Daten nicht weiterzugeben"},
    Kind.OPTOUT_PURPOSE: {
        "en": "to use your data for nothing else than what they were given for",
        "de": "Ihre Daten zu nichts anderem zu nutzen, als wofür sie gegeben wurden",
    },
    Kind.CONSENT_WITHDRAWAL: {"en": "to withdraw what you agreed to", "de": "Ihre Einwilligungen zu widerrufen"},
    Kind.AUTOMATED_DECISION_INFO: {
        "en": "what programs decide about you",
        "de": "was Programme über Sie entscheiden",
    },
    Kind.APPEAL: {"en": "to look at an answer again", "de": "eine Antwort noch einmal anzusehen"},
    Kind.ACCESS: {"en": "what is kept about you", "de": "was über Sie gespeichert ist"},
    Kind.PORTABILITY: {"en": "your data, to take along", "de": "Ihre Daten zum Mitnehmen"},
    Kind.RECTIFICATION: {"en": "to correct your data", "de": "Ihre Daten zu berichtigen"},
    Kind.ERASURE: {"en": "to erase your data", "de": "Ihre Daten zu löschen"},
    Kind.RESTRICTION: {"en": "to restrict what is done with your data", "de": "die Nutzung einzuschränken"},
    Kind.OBJECTION: {"en": "to object to what is done with your data", "de": "Widerspruch gegen die Nutzung"},
    Kind.OPT_OUT: {"en": "no more letters", "de": "keine weiteren Briefe"},
    Kind.LIMIT_SENSITIVE: {"en": "to limit the use of sensitive data", "de": "sensible Daten nur begrenzt zu nutzen"},
    Kind.SHINE_THE_LIGHT: {"en": "who got data about you", "de": "wer Daten über Sie erhalten hat"},
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
    owners_page: str
    """Where owners of files see what they are asked."""
    choices: Choices
    cloud_hosts: Mapping[str, str]
    """Hosts that stand for a cloud."""

    @property
    def others(self) -> Others:
        return Others(
            check_email,
            self.mark,
            self.who_has,
            self.subject_of,
            self.post,
            self.has_left,
            self.was_sent,
            self.choose,
            correspondence.close,
            Relays(self.keys, self.owner_of, self.tell_owner, self.owners_page),
        )

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

    async def was_sent(self, session: Session, letter_id: str) -> bool:
        """The record of one that is not there any more was dropped after its time."""
        try:
            return (await log.get(session, letter_id)).state in (State.SENT, State.UNCLEAR)
        except NotFound:
            return True

    async def choose(self, session: Session, request: Request, known: Known | None, now: datetime) -> None:
        """Letters go by the address, whoever has it; everything else by the person."""
        if request.kind in LETTERLESS:
            token = Token(self.mark(request.email), preferences.ALL, known.user_id if known else None)
            await preferences.refuse(session, token, way=Way.REQUEST, now=now, all_lists=True)
        if known is None:
            return
        language = language_named(request.language) or "en"
        for kind, purpose in self.choices.names():
            if kind in REFUSED.get(request.kind, ()):
                await self.choices.choose(
                    session, known.user_id, kind, is_wanted=False, way=Way.REQUEST, purpose=purpose, language=language
                )

    async def owner_of(self, session: Session, words: str) -> Owner | None:
        """Of the first address of a file of ours that everybody can see."""
        for found in _ADDRESS.findall(words)[:ADDRESSES_MAX]:
            # A sentence goes on behind it.
            address = found.rstrip(".,;:!?)")
            if (account_id := await self._account_at(session, address)) is not None:
                return Owner(account_id, address)
        return None

    async def _account_at(self, session: Session, address: str) -> str | None:
        try:
            parts = urlsplit(address)
            host = (parts.hostname or "").lower()
            if parts.netloc.lower() != self.place.lower() and host not in self.cloud_hosts:
                return None
            url = parse_path(parts.path, parts.query, self.cloud_hosts.get(host))
        except (ValueError, SafelightError):
            # What is no address of a file here is a word like any other.
            return None
        cloud = await clouds.find(session, url.cloud) if clouds.NAME.fullmatch(url.cloud) else None
        if cloud is None or url.access is not Access.UPLOAD:
            return None
        for name, _ in candidates(url):
            asset = await catalogue.find(session, cloud.id, AssetRef(url.kind, url.access, name))
            if asset is not None and not is_closed(asset.access_control):
                return cloud.account_id
        return None

    async def tell_owner(
        self, session: Session, account_id: str, template: str, facts: Mapping[str, str], now: datetime
    ) -> int:
        """To those who own the account."""
        told = 0
        for user in await roster.list_all(session, account_id, Wanted(status=Status.ACTIVE)):
            if user.role in ANSWERING:
                words = {"name": user.name, "place": self.place, **facts}
                letter = Letter(template, LetterClass.SERVICE, user.email, user.language or "en", words, user.id)
                await send.post(session, letter, now=now)
                told += 1
        return told

    async def tell_due(self, payload: dict[str, Any]) -> None:
        """To the masters of the oldest account: whoever set this installation up."""
        due: Mapping[str, str] = RequestsDue.from_payload(payload).due
        words = ", ".join(f"{case}: {day}" for case, day in sorted(due.items()))
        async with self.database.transaction() as session:
            await operators.tell(session, DUE, {"due": words}, self.clock.now())
