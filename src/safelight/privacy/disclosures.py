"""Disclosures: who received something of somebody, told to them; and what they ask of one year (Cal. Civ. 1798.83)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Subject
from safelight.kernel.languages import Language
from safelight.ports.database import Database, Session
from safelight.privacy import store_disclosures
from safelight.privacy.policy import Policy
from safelight.privacy.terms import DISCLOSURE_DAYS

LISTED_MAX = 1000
DROPPED_MAX = 1000
YEARS_BACK = 3
NONE: Mapping[Language, str] = {
    "en": "In {year} nothing about you was passed on to anybody for their own direct marketing.",
    "de": "{year} wurde nichts über Sie an jemanden weitergegeben, der damit für sich selbst wirbt.",
}
SOME: Mapping[Language, str] = {
    "en": "In {year} these got data about you for their own direct marketing:",
    "de": "{year} haben diese Daten über Sie erhalten, um für sich selbst zu werben:",
}


@dataclass(frozen=True)
class Disclosure:
    """On one day one recipient got some kinds of records for one purpose, so many times."""

    recipient: str
    title: str
    entities: tuple[str, ...]
    purpose: str
    first_at: datetime
    last_at: datetime
    count: int
    is_marketing: bool = False
    country: str = ""
    postal: str = ""


@dataclass(frozen=True)
class Year:
    """What is answered to who asks for a calendar year."""

    year: int
    disclosed: Sequence[Disclosure]
    text: str


@dataclass(frozen=True)
class Disclosures:
    """`mark`: an address -> the keyed hash that stands for it where somebody has no account."""

    database: Database
    clock: Clock
    policy: Policy
    mark: Callable[[str], str]

    async def list(
        self, session: Session, subject: Subject, *, since: date | None = None, until: date | None = None
    ) -> Sequence[Disclosure]:
        """The newest first; of the last three years, which is all that is kept."""
        today = self.clock.now().date()
        rows = await store_disclosures.of_subject(
            session,
            user_ids=[*subject.user_ids, *([subject.user_id] if subject.user_id else [])],
            account_id=subject.account_id or "",
            marks=[self.mark(each) for each in subject.emails],
            since=since or today - timedelta(days=DISCLOSURE_DAYS),
            until=until or today,
            most=LISTED_MAX,
        )
        return [self._disclosure(row) for row in rows]

    async def shine(
        self, session: Session, subject: Subject, year: int | None = None, language: Language = "en"
    ) -> Year:
        """Who got something for their own direct marketing in a calendar year; the one before this if none is said.

        Raises Invalid for a year that is not over, or of which nothing is kept any more.
        """
        this = self.clock.now().year
        of = this - 1 if year is None else year
        if not this - YEARS_BACK <= of < this:
            raise Invalid(f"Ask for a year from {this - YEARS_BACK} to {this - 1}.")
        found = await self.list(session, subject, since=date(of, 1, 1), until=date(of, 12, 31))
        told = [each for each in found if each.is_marketing]
        return Year(of, told, self._text(of, told, language))

    async def sweep_disclosures(self, _payload: dict[str, Any]) -> None:
        """What is older than three years goes."""
        before = self.clock.now() - timedelta(days=DISCLOSURE_DAYS)
        while True:
            async with self.database.transaction() as session:
                if await store_disclosures.drop_before(session, before, DROPPED_MAX) < DROPPED_MAX:
                    return

    def _text(self, year: int, told: Sequence[Disclosure], language: Language) -> str:
        if not told:
            return NONE[language].format(year=year)
        by_name = {each.recipient: each for each in told}
        kinds = {
            name: sorted({entity for each in told if each.recipient == name for entity in each.entities})
            for name in by_name
        }
        lines = [
            f"- {each.title}{f', {each.postal}' if each.postal else ''}: "
            f"{', '.join(self.named(entity, language) for entity in kinds[name])}"
            for name, each in by_name.items()
        ]
        return "\n".join([SOME[language].format(year=year), *lines])

    def named(self, entity: str, language: str) -> str:
        """A kind of records in words."""
        known = self.policy.entities.get(entity)
        return known.title.in_language(language) if known else entity

    def meant(self, purpose: str, language: str) -> str:
        """A purpose in words."""
        known = self.policy.purposes.get(purpose)
        return known.title.in_language(language) if known else purpose

    def _disclosure(self, row: RowMapping) -> Disclosure:
        known = self.policy.recipients.get(row["recipient"])
        return Disclosure(
            recipient=row["recipient"],
            title=known.title if known else row["recipient"],
            entities=tuple(row["entities"].split()),
            purpose=row["purpose"],
            first_at=row["first_at"],
            last_at=row["last_at"],
            count=row["count"],
            is_marketing=row["is_marketing"],
            country=known.country if known else "",
            postal=known.postal if known else "",
        )
