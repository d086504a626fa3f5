"""Register: the recipients as they stand: announced, in use, switched off, at the end of their agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.ports.database import Session
from safelight.privacy import disclosing, ropa, store_disclosures
from safelight.privacy.disclosing import Stand
from safelight.privacy.policy import Policy, Recipient

WARN_DAYS = 30
"""So long before an agreement ends whoever runs this is told, once."""
WHY_CHARS_MAX = 300


@dataclass(frozen=True)
class Register:
    """`standing_by`: recipients whose host is a store or a database; without them nothing works."""

    policy: Policy
    clock: Clock
    standing_by: frozenset[str] = frozenset()

    async def rows(self, session: Session) -> list[dict[str, Any]]:
        """Everybody outside who gets personal data, with where they stand today."""
        now = self.clock.now()
        stands = await disclosing.stands_of(session, list(self.policy.recipients), now)
        told = {str(row["name"]): row for row in ropa.recipient_rows(self.policy, now.date())}
        return [
            {
                **told[name],
                "state": stand.word(self.policy.recipients[name], now),
                "usable_from": _day(first_day(stand, self.policy.recipients[name])),
                "off_at": stand.off_at.isoformat(timespec="seconds") if stand.off_at else None,
                "off_why": stand.off_why or None,
            }
            for name, stand in stands.items()
        ]

    async def switch_off(self, session: Session, name: str, why: str) -> None:
        """From here on nothing goes there. Raises NotFound, Invalid, and Conflict for a store that all lies in."""
        self._named(name)
        if not why.strip() or len(why) > WHY_CHARS_MAX or not why.isprintable():
            raise Invalid(f"Say why, in {WHY_CHARS_MAX} letters at most: it is shown to everybody.")
        if name in self.standing_by:
            raise Conflict(
                f"{name} keeps the files or the database of this installation: to end that, move them elsewhere first "
                "(SAFELIGHT_BLOBS, SAFELIGHT_DATABASE)."
            )
        await store_disclosures.note_recipient(session, name, off_at=self.clock.now(), off_why=why.strip())

    async def switch_on(self, session: Session, name: str) -> None:
        """What waited goes on with its next try. Raises NotFound."""
        self._named(name)
        await store_disclosures.switch_on(session, name)

    async def unannounced(self, session: Session) -> Sequence[tuple[Recipient, date]]:
        """Those that a posted version names as new and people were not told of yet, with their first day."""
        now = self.clock.now()
        stands = await disclosing.stands_of(session, list(self.policy.recipients), now)
        kept = await store_disclosures.all_recipients(session)
        return [
            (self.policy.recipients[name], stand.usable_at.date())
            for name, stand in stands.items()
            if stand.usable_at is not None
            and stand.usable_at > now
            and (name not in kept or kept[name]["told_at"] is None)
        ]

    async def note_told(self, session: Session, name: str) -> None:
        await store_disclosures.note_recipient(session, name, told_at=self.clock.now())

    async def ending(self, session: Session) -> Sequence[Recipient]:
        """Those whose agreement ends soon, or has; each once for each end."""
        today = self.clock.now().date()
        kept = await store_disclosures.all_recipients(session)
        found: list[Recipient] = []
        for each in self.policy.recipients.values():
            until = each.agreement_until
            if until is None or until > today + timedelta(days=WARN_DAYS):
                continue
            if each.name not in kept or kept[each.name]["warned_on"] != until:
                found.append(each)
                await store_disclosures.note_recipient(session, each.name, warned_on=until)
        return found

    def _named(self, name: str) -> Recipient:
        if name not in self.policy.recipients:
            known = ", ".join(self.policy.recipients) or "none"
            raise NotFound(f"There is no recipient {name[:80]}; there are {known}.")
        return self.policy.recipients[name]


def first_day(stand: Stand, recipient: Recipient) -> date | None:
    """The first day on which anything may go there."""
    if stand.usable_at is None:
        return None
    day = stand.usable_at.date()
    return max(day, recipient.active_from) if recipient.active_from else day


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
