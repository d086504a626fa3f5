"""Choices: who may be told what, and what for, as people decide; each with a line in the ledger and a receipt.

What they said is kept with the people (people/choices.py), so that whoever reads it, from letters to the record of
pages, can; boot hands it in.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from safelight.kernel.choice import (
    Choice,
    ChoiceKind,
    Standing,
    Wanted,
    Way,
    consents,
    objects,
)
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.languages import Language
from safelight.ports.database import Database, Session
from safelight.privacy import ledger, receipts, wordings
from safelight.privacy.disclosing import unwanted
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.policy import Policy, RecipientRole
from safelight.privacy.receipts import Claims, Receipts

CLAUSES = {
    ChoiceKind.DISCLOSURE: "PP-36",
    ChoiceKind.PURPOSE: "PP-37",
    ChoiceKind.ANALYTICS: "PP-13",
    ChoiceKind.LETTERS: "PP-33",
}
"""Whose promise a choice is."""


@dataclass(frozen=True)
class Kept:
    """Where choices are kept, by who keeps them."""

    choose: Callable[[Session, str, Wanted, datetime], Awaitable[Choice | None]]
    history: Callable[[Session, str], Awaitable[Sequence[Choice]]]
    standing: Callable[[Session, str, datetime], Awaitable[Standing]]
    find: Callable[[Session, str, str], Awaitable[Choice | None]]
    note_line: Callable[[Session, str, str, int], Awaitable[None]]


@dataclass(frozen=True)
class Offered:
    """One thing that can be chosen: the words, and what holds now; None where nothing was said yet."""

    kind: ChoiceKind
    purpose: str
    words: str
    title: str
    said: Choice | None
    is_allowed: bool
    """What follows from it today, or from silence."""


@dataclass(frozen=True)
class Choices:
    database: Database
    clock: Clock
    kept: Kept
    receipts: Receipts
    policy: Policy

    async def choose(
        self,
        session: Session,
        user_id: str,
        kind: ChoiceKind,
        *,
        is_wanted: bool,
        way: Way,
        purpose: str = "",
        language: Language = "en",
    ) -> Choice | None:
        """In force when the transaction ends. None where it was so before. Raises Invalid for what is no choice."""
        if (kind, purpose) not in self.names():
            raise Invalid(f"There is nothing to choose that is called {kind} {purpose[:80]}".rstrip() + ".")
        wording = wordings.hash_of(self.policy, kind, purpose)
        wanted = Wanted(kind, is_wanted, way, purpose, language, wording)
        return await self.kept.choose(session, user_id, wanted, self.clock.now())

    def names(self) -> Sequence[tuple[ChoiceKind, str]]:
        """All that can be chosen here, with its purpose."""
        third = [each.name for each in self.policy.recipients.values() if each.role is not RecipientRole.PROCESSOR]
        different = [each.name for each in self.policy.purposes.values() if each.is_different]
        return [
            (ChoiceKind.DISCLOSURE, ""),
            *((ChoiceKind.DISCLOSURE, name) for name in third),
            (ChoiceKind.ANALYTICS, ""),
            *((ChoiceKind.PURPOSE, name) for name in different),
        ]

    async def offered(self, session: Session, user_id: str, language: str) -> Sequence[Offered]:
        """For the page and the API of choices, in one order."""
        known = await self.kept.standing(session, user_id, self.clock.now())
        return [self._offered(known, kind, purpose, language) for kind, purpose in self.names()]

    async def history(self, session: Session, user_id: str) -> Sequence[Choice]:
        """All that they ever chose, the newest first."""
        return await self.kept.history(session, user_id)

    async def receipt(self, session: Session, user_id: str, choice_id: str) -> bytes:
        """A file that proves to anybody when what was chosen. Raises NotFound."""
        choice = await self.kept.find(session, user_id, choice_id)
        if choice is None:
            raise NotFound("There is no such choice of yours.")
        line = await self._note(session, user_id, choice)
        return await self.receipts.prove(session, claims_of(choice), choice.at, subject=user_id, line=line)

    async def note_choice(self, payload: dict[str, Any]) -> None:
        """A reaction to each choice, by whichever way it came."""
        user_id, choice_id = str(payload["user_id"]), str(payload["choice_id"])
        async with self.database.transaction() as session:
            choice = await self.kept.find(session, user_id, choice_id)
            # Of who was forgotten in between, nothing is written.
            if choice is not None:
                await self._note(session, user_id, choice)

    async def _note(self, session: Session, user_id: str, choice: Choice) -> int:
        """The line of the ledger that tells of it; written once."""
        if choice.line is not None:
            return choice.line
        detail = rfc8785.dumps(receipts.plain(claims_of(choice), choice.at))
        kind, clause = EntryType.PREFERENCE_CHANGED, CLAUSES[choice.kind]
        line = await ledger.append(session, Entry(kind, self.clock.now(), clause, subject=user_id, detail=detail))
        await self.kept.note_line(session, user_id, choice.id, line)
        return line

    def _offered(self, known: Standing, kind: ChoiceKind, purpose: str, language: str) -> Offered:
        words = wordings.words_of(self.policy, kind, purpose)
        said = known.get((kind, purpose))
        title = ""
        if kind is ChoiceKind.DISCLOSURE and purpose:
            title = self.policy.recipients[purpose].title
        elif kind is ChoiceKind.PURPOSE:
            title = self.policy.purposes[purpose].title.in_language(language)
        return Offered(
            kind, purpose, words.get(language, words["en"]), title, said, self._is_allowed(known, kind, purpose)
        )

    def _is_allowed(self, known: Standing, kind: ChoiceKind, purpose: str) -> bool:
        """What may be done after all that was said. Of silence: what is different needs a yes, and so does a third
        party that no clause names; the rest has no no."""
        match kind:
            case ChoiceKind.DISCLOSURE if purpose:
                return not unwanted(self.policy.recipients[purpose], known)
            case ChoiceKind.PURPOSE:
                return consents(known, kind, purpose)
            case _:
                return not objects(known, kind, purpose)


def claims_of(choice: Choice) -> Claims:
    """What the receipt of a choice says. A choice never changes, and so neither does this."""
    what = f"{choice.kind}{f' {choice.purpose}' if choice.purpose else ''}"
    told = f"{what}: {choice.state}, by {choice.way}, asked in {choice.language} with the words {choice.wording}"
    return Claims("consent" if choice.is_given else "optout", told)
