"""Deciding: somebody who is not there refuses, agrees and takes it back; what may leave follows, and is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from safelight.activity.write import wanted_pages
from safelight.boot import choosing, promising
from safelight.boot.canary import Somebody
from safelight.boot.house import House
from safelight.kernel.choice import ChoiceKind, Way
from safelight.kernel.clock import Clock, StillClock
from safelight.kernel.errors import PurposeDenied
from safelight.kernel.holdings import Subject
from safelight.kernel.purpose import Reads, reading_for
from safelight.people import choices as decided
from safelight.ports.database import Session
from safelight.privacy import disclosing
from safelight.privacy.choices import Choices
from safelight.privacy.disclosing import Disclose, Leaving, Stand, Withheld
from safelight.privacy.policy import Basis, Policy, Purpose, Recipient, RecipientRole, Said

STUDY = frozenset({"product.study"})
NAMING = ("user-name", "user-email", "password", "letter-content")
"""What no study of use may read."""
HOST, MADE_UP = "canary.invalid", "canary.study"
YEAR_DAYS = 366


@dataclass(frozen=True)
class Deciding:
    """`faults` of one clause after the other."""

    rooms: House
    who: Somebody
    now: datetime

    async def studies(self, session: Session) -> Sequence[str]:
        """PP-13"""
        reads = Reads(self._policy().readers(), is_strict=True, tell=lambda _holding, _purposes: None)
        faults = [f"a study of use may read {name}" for name in NAMING if not _is_denied(reads, name)]
        page = {"user_id": self.who.user_id}
        await self._choose(session, ChoiceKind.ANALYTICS, is_wanted=False)
        if await wanted_pages(session, [page], self.now):
            faults.append("pages of who refused it are kept")
        await self._choose(session, ChoiceKind.ANALYTICS, is_wanted=True)
        if not await wanted_pages(session, [page], self.now):
            faults.append("who allows it again is not heard")
        return faults

    async def receives(self, session: Session) -> Sequence[str]:
        """PP-24"""
        recipient = _recipient(RecipientRole.PROCESSOR)
        before = await self._listed(session)
        await self._leaves(session, recipient)
        after = await self._listed(session)
        faults = [] if after == [*before, (recipient.name, ("user-email",))] else ["what left is not told as it was"]
        stand, beyond = Stand(self.now), replace(self._leaving(), entities=("user-email", "password"))
        if "password" not in disclosing.undeclared(recipient, stand, beyond, self.now):
            faults.append("a kind of record that is not declared would leave")
        return faults

    async def is_passed_on(self, session: Session) -> Sequence[str]:
        """PP-25, PP-36: after a refusal affiliates get nothing, and who works for us goes on."""
        bound = replace(_recipient(RecipientRole.AFFILIATE), is_policy_bound=True, clause="PP-25")
        faults: list[str] = []
        if await self._leaves(session, replace(bound, is_policy_bound=False)):
            faults.append("an affiliate that is not bound gets data")
        await self._choose(session, ChoiceKind.DISCLOSURE, is_wanted=False)
        if await self._leaves(session, bound):
            faults.append("an affiliate gets data of who refused")
        if not await self._leaves(session, _recipient(RecipientRole.PROCESSOR)):
            faults.append("who works for the operator is refused, too")
        await self._choose(session, ChoiceKind.DISCLOSURE, is_wanted=True)
        if not await self._leaves(session, bound):
            faults.append("who allows it again is not heard")
        return faults

    async def consents(self, session: Session) -> Sequence[str]:
        """PP-32: without a clause, only while somebody agrees."""
        other = _recipient(RecipientRole.INDEPENDENT)
        faults = ["somebody gets data without clause or consent"] if await self._leaves(session, other) else []
        await self._choose(session, ChoiceKind.DISCLOSURE, is_wanted=True, purpose=other.name)
        if not await self._leaves(session, other):
            faults.append("a consent is not heard")
        await self._choose(session, ChoiceKind.DISCLOSURE, is_wanted=False, purpose=other.name)
        if await self._leaves(session, other):
            faults.append("a consent that was taken back still counts")
        return faults

    async def is_asked(self, session: Session) -> Sequence[str]:
        """PP-37: of who said nothing, nothing is used for another purpose."""
        recipient = replace(_recipient(RecipientRole.PROCESSOR), purposes=(MADE_UP,))
        faults = ["another purpose needs no choice"] if await self._leaves(session, recipient, MADE_UP) else []
        await self._choose(session, ChoiceKind.PURPOSE, is_wanted=True, purpose=MADE_UP)
        if not await self._leaves(session, recipient, MADE_UP):
            faults.append("a yes is not heard")
        await self._choose(session, ChoiceKind.PURPOSE, is_wanted=False, purpose=MADE_UP)
        if await self._leaves(session, recipient, MADE_UP):
            faults.append("a yes that was taken back still counts")
        return faults

    async def asks_for_a_year(self, session: Session) -> Sequence[str]:
        """PP-41"""
        disclosed, year = choosing.disclosures_of(self.rooms), self.now.year - 1
        none = await disclosed.shine(session, self._subject())
        faults = [] if not none.disclosed and str(year) in none.text else ["something is told where nothing was"]
        at = self.now.replace(month=6, day=15) - timedelta(days=YEAR_DAYS)
        seller = replace(_recipient(RecipientRole.PROCESSOR), name="canary-seller", is_direct_marketing=True)
        await self._leaves(session, seller, clock=StillClock(at))
        told = await disclosed.shine(session, self._subject())
        if [each.recipient for each in told.disclosed] != ["canary-seller"] or "canary-seller" not in told.text:
            faults.append("who got data for their own marketing is not told")
        return faults

    async def _choose(self, session: Session, kind: ChoiceKind, *, is_wanted: bool, purpose: str = "") -> None:
        choices: Choices = replace(choosing.choices_of(self.rooms), policy=self._policy())
        user_id = self.who.user_id
        await choices.choose(session, user_id, kind, is_wanted=is_wanted, way=Way.ACCOUNT, purpose=purpose)

    async def _leaves(
        self, session: Session, recipient: Recipient, purpose: str = "mail.service", clock: Clock | None = None
    ) -> bool:
        # What the policy of this installation announced says nothing of who is made up: that is told, not refused.
        disclose = Disclose(
            replace(self._policy(), recipients={recipient.name: recipient}),
            clock or self.rooms.clock,
            decided.of_person,
            is_strict=False,
            tell=lambda _why: None,
        )
        try:
            await disclose(session, replace(self._leaving(), purpose=purpose))
        except Withheld:
            return False
        return True

    async def _listed(self, session: Session) -> list[tuple[str, tuple[str, ...]]]:
        found = await choosing.disclosures_of(self.rooms).list(session, self._subject())
        return sorted((each.recipient, each.entities) for each in found if each.recipient.startswith("canary-"))

    def _subject(self) -> Subject:
        return Subject(self.who.account_id, self.who.user_id, self.who.email, user_ids=(self.who.user_id,))

    def _leaving(self) -> Leaving:
        return Leaving(HOST, ("user-email",), "mail.service", user_id=self.who.user_id)

    def _policy(self) -> Policy:
        """Of this installation, with recipients and a purpose that there are not."""
        policy = promising.policy_of(self.rooms.settings)
        made = Purpose(MADE_UP, Said("canary", "canary"), Basis.CONSENT, "PP-37", is_different=True)
        others = {each.name: each for each in map(_recipient, RecipientRole)}
        return replace(policy, purposes={**policy.purposes, MADE_UP: made}, recipients={**policy.recipients, **others})


def _recipient(role: RecipientRole) -> Recipient:
    name = f"canary-{role}"
    return Recipient(name, name, role, ("mail.service",), ("user-email",), (HOST,), "AT", agreement_sha256="0" * 64)


def _is_denied(reads: Reads, holding: str) -> bool:
    try:
        with reading_for(STUDY):
            reads.check([holding])
    except PurposeDenied:
        return True
    return False
