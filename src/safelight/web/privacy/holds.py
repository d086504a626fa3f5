"""Holds: `/privacy/v1/holds` for whoever runs the installation; `/account/v1/holds` and `plan` for their person."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.routing import BaseRoute

from safelight.kernel.errors import WrongField
from safelight.people import operators, subjects
from safelight.ports.database import Session
from safelight.privacy import hold, holds
from safelight.privacy.erase import Erase
from safelight.privacy.hold import REVIEW_DAYS, Ground, Scope
from safelight.privacy.preserve import Preserve
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.holds import hold_json, own_hold_json, plan_json

PATH = "/privacy/v1/holds"
ONE = f"{PATH}/{{id}}"

ScopeNamed = Callable[[Session, str], Awaitable[Scope]]


@dataclass(frozen=True)
class HoldsDoor:
    door: IdentityDoor
    preserve: Preserve
    erase: Erase
    scope_named: ScopeNamed

    def routes(self) -> Sequence[BaseRoute]:
        inside = self.door.inside
        return [
            inside("GET", PATH, self.list_holds, "all"),
            inside("POST", PATH, self.add_hold, "ground! scope! fields! owner! basis! days gag_until case",
                   is_dangerous=True),
            inside("POST", f"{ONE}/review", self.review_hold, "days", is_dangerous=True),
            inside("DELETE", ONE, self.release_hold, is_dangerous=True),
            inside("GET", "/account/v1/holds", self.holds_of_mine),
            inside("GET", "/account/v1/plan", self.plan_of_mine),
        ]  # fmt: skip

    async def list_holds(self, call: Call) -> Told:
        """What is held, for whoever runs the installation."""
        async with self.door.database.transaction() as session:
            await operators.check(session, call.signed_in.user)
            found = await holds.list_all(session, only_live=not call.says_yes("all"))
            kept = await holds.kept(session)
        return Told({"holds": [hold_json(each, call.now, kept.get(each.id, 0)) for each in found]})

    async def add_hold(self, call: Call) -> Told:
        """Keep some fields of somebody beyond their time, on a ground, until somebody must look at it again."""
        async with self.door.database.transaction() as session:
            await operators.check(session, call.signed_in.user)
            made = await holds.add(
                session,
                ground=_ground(call.word("ground")),
                scope=await self.scope_named(session, call.word("scope")),
                fields=[each.strip() for each in call.word("fields").split(",") if each.strip()],
                owner=call.word("owner"),
                basis=call.word("basis"),
                now=call.now,
                days=_days(call.word("days")),
                sheets=self.preserve.sheets,
                columns=self.preserve.columns,
                gag_until=_moment(call.word("gag_until")),
                case_id=call.word("case"),
            )
        return Told(hold_json(made, call.now, 0), 201)

    async def review_hold(self, call: Call) -> Told:
        """Somebody looked at it, and it is still needed."""
        async with self.door.database.transaction() as session:
            await operators.check(session, call.signed_in.user)
            found = await holds.review(session, call.path("id"), days=_days(call.word("days")), now=call.now)
            return Told(hold_json(found, call.now, (await holds.kept(session)).get(found.id, 0)))

    async def release_hold(self, call: Call) -> Told:
        """It is over; what it kept goes at once."""
        async with self.door.database.transaction() as session:
            await operators.check(session, call.signed_in.user)
            found = await holds.release(session, call.path("id"), now=call.now)
            return Told(hold_json(found, call.now, (await holds.kept(session)).get(found.id, 0)))

    async def holds_of_mine(self, call: Call) -> Told:
        """What of theirs is kept beyond its time, why, and until when; but for what a court bids not to tell."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            subject = await subjects.subject_of_person(session, user.account_id, user.id)
            found = await holds.told(session, subject, call.now)
        return Told({"holds": [own_hold_json(each) for each in found]})

    async def plan_of_mine(self, call: Call) -> Told:
        """What would be erased if they left, and what would be kept, why and until when. Nothing is done."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            subject = await subjects.subject_of_person(session, user.account_id, user.id)
            steps = await self.erase.plan(session, subject)
        return Told({"plan": plan_json(steps)})


def _ground(word: str) -> Ground:
    try:
        return Ground(word)
    except ValueError as error:
        raise WrongField(f"`ground` is one of {', '.join(Ground)}.", "ground") from error


def _days(word: str) -> int:
    if not word:
        return REVIEW_DAYS
    if not word.isascii() or not word.isdigit() or len(word) > 4:
        raise WrongField(f"`days` is a number from 1 to {hold.REVIEW_DAYS_MAX}.", "days")
    return int(word)


def _moment(word: str) -> datetime | None:
    if not word:
        return None
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise WrongField("`gag_until` is a moment such as 2027-01-31T12:00:00Z.", "gag_until") from error
    if found.tzinfo is None:
        raise WrongField("`gag_until` needs a zone: 2027-01-31T12:00:00Z.", "gag_until")
    return found
