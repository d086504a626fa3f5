"""Disclosing: who outside may get what of whom; asked, and written down, before anything leaves (PP-22 to PP-25)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from safelight.kernel.choice import ChoiceKind, Standing, consents, may_disclose
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Conflict
from safelight.ports.database import Session
from safelight.privacy import store_disclosures
from safelight.privacy.inventory import recipient_of
from safelight.privacy.policy import Policy, Recipient, RecipientRole

NOTICE_DAYS = 30
"""Between the day on which a new recipient is announced and the first on which anything goes there."""
NOTHING_SAID: Standing = {}
Known = Callable[[Session, str, datetime], Awaitable[Standing]]
"""What a person chose."""


@dataclass(frozen=True)
class Leaving:
    """What is about to go to a host, of whom and what for. Who has no account is known by a mark of their address."""

    host: str
    entities: tuple[str, ...]
    purpose: str
    user_id: str = ""
    account_id: str = ""
    address_mark: str = ""


@dataclass(frozen=True)
class Stand:
    """Where a recipient stands. `usable_at` None: nobody was told of it yet."""

    usable_at: datetime | None
    off_at: datetime | None = None
    off_why: str = ""

    def word(self, recipient: Recipient, now: datetime) -> str:
        if self.off_at is not None:
            return "off"
        if has_ended(recipient, now.date()):
            return "ended"
        if self.usable_at is None:
            return "unannounced"
        is_early = recipient.active_from is not None and recipient.active_from > now.date()
        return "announced" if is_early or self.usable_at > now else "active"


class Withheld(Conflict):
    """Something was to leave that may not; nothing did."""


def usable_at(posted: Sequence[tuple[datetime, bool]], began: datetime) -> datetime | None:
    """From when on a recipient may get anything; `posted` are the versions, the oldest first, and whether they name it.

    What stands in the first version was there when people came. Where nothing was promised yet, nothing is broken.
    """
    if not posted:
        return began
    for at, (posted_at, names_it) in enumerate(posted):
        if names_it and all(later for _, later in posted[at:]):
            return posted_at if at == 0 else posted_at + timedelta(days=NOTICE_DAYS)
    return None


def has_ended(recipient: Recipient, today: date) -> bool:
    return recipient.agreement_until is not None and recipient.agreement_until < today


def never(recipient: Recipient, stand: Stand, known: Standing, policy: Policy, leaving: Leaving) -> str:
    """Why it must not leave, whatever the mode: switched off, or its person did not want it."""
    if stand.off_at is not None:
        return f"{recipient.name} is switched off{f': {stand.off_why}' if stand.off_why else ''}"
    if recipient.role is RecipientRole.AFFILIATE and not recipient.is_policy_bound:
        return f"{recipient.name} is an affiliate that is not bound by this policy"
    if recipient.role is not RecipientRole.PROCESSOR and (why := unwanted(recipient, known)):
        return why
    purpose = policy.purposes.get(leaving.purpose)
    if purpose is not None and purpose.is_different and not consents(known, ChoiceKind.PURPOSE, purpose.name):
        return f"they did not agree to {purpose.name}, which is materially different"
    return ""


def unwanted(third: Recipient, known: Standing) -> str:
    """Why a third party gets nothing of somebody; empty where they agreed, or a clause is enough and they did not."""
    if not may_disclose(known, third.name):
        return f"they refused that {third.name} gets anything"
    if not third.clause and not consents(known, ChoiceKind.DISCLOSURE, third.name):
        return f"they did not agree that {third.name} gets anything, and no clause of the policy allows it"
    return ""


def undeclared(recipient: Recipient, stand: Stand, leaving: Leaving, now: datetime) -> str:
    """What of it no policy says, or not yet."""
    beyond = [each for each in leaving.entities if each not in recipient.entities]
    if beyond:
        return f"{recipient.name} would get {', '.join(beyond)}, which is not declared for it"
    if leaving.purpose not in recipient.purposes:
        return f"{recipient.name} would get something for {leaving.purpose}, which is not declared for it"
    match stand.word(recipient, now):
        case "ended":
            return f"the agreement with {recipient.name} ended on {recipient.agreement_until}"
        case "unannounced":
            return f"{recipient.name} stands in no posted version of the policy"
        case "announced":
            return f"{recipient.name} was announced, and gets nothing before its day"
        case _:
            return ""


@dataclass(frozen=True)
class Disclose:
    """`is_strict`: what is not declared does not leave; else it is told, and written down all the same."""

    policy: Policy
    clock: Clock
    known: Known
    is_strict: bool
    tell: Callable[[str], None]

    async def __call__(self, session: Session, leaving: Leaving) -> None:
        """Before anything is sent, in a transaction that is committed before. Raises Withheld."""
        now = self.clock.now()
        recipient = recipient_of(self.policy, leaving.host)
        if recipient is None:
            self._refuse(f"{leaving.host} is the host of no recipient")
        else:
            stand = await stand_of(session, recipient.name, now)
            known = await self.known(session, leaving.user_id, now) if leaving.user_id else NOTHING_SAID
            if why := never(recipient, stand, known, self.policy, leaving):
                raise Withheld(f"Nothing leaves: {why}.")
            if why := undeclared(recipient, stand, leaving, now):
                self._refuse(why)
        row = {
            "recipient": recipient.name if recipient else leaving.host,
            "account_id": leaving.account_id,
            "user_id": leaving.user_id,
            # Who has an account is found by it; of others the mark is all there is.
            "address_mark": "" if leaving.user_id else leaving.address_mark,
            "purpose": leaving.purpose,
            "entities": " ".join(leaving.entities),
            "day": now.date(),
            "is_marketing": recipient is not None and recipient.is_direct_marketing,
            "first_at": now,
            "last_at": now,
        }
        await store_disclosures.add(session, row)

    def _refuse(self, why: str) -> None:
        self.tell(why)
        if self.is_strict:
            raise Withheld(f"Nothing leaves: {why}.")


async def stand_of(session: Session, name: str, now: datetime) -> Stand:
    """Of one recipient."""
    return (await stands_of(session, [name], now))[name]


async def stands_of(session: Session, names: Sequence[str], now: datetime) -> dict[str, Stand]:
    """Of several, in the same order."""
    rows, kept = await store_disclosures.posted(session, names), await store_disclosures.all_recipients(session)
    found: dict[str, Stand] = {}
    for at, name in enumerate(names):
        usable = usable_at([(row["posted_at"], bool(row[f"has_{at}"])) for row in rows], now)
        row = kept.get(name)
        found[name] = Stand(usable, row["off_at"], row["off_why"]) if row else Stand(usable)
    return found
