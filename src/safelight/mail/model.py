"""Letter: what is written to a person, of which class, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.kernel.languages import Language


class LetterClass(StrEnum):
    """What a letter is for. Only `service` comes to everybody; the rest can be refused."""

    SERVICE = "service"
    """Asked for, or needed so that the account works: a link to sign in, a warning that somebody else did."""
    REMINDER = "reminder"
    """Something is left to do."""
    NOTICE = "notice"
    """Something changed that concerns the account: a quota, the policy."""
    MARKETING = "marketing"
    """What we would like to sell; sent to those alone who asked for it."""


ANSWERS = "answers"
"""The fact that says which letters another one answers: their ids, the nearest first, parted by spaces."""


@dataclass(frozen=True)
class Letter:
    """One letter to one person, before it has words: `facts` are what its template asks for."""

    template: str
    kind: LetterClass
    to: str
    language: Language = "en"
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    user_id: str | None = None
    """Whose preferences count; None for an address that belongs to nobody yet."""


class State(StrEnum):
    """Where a letter stands. After `handing` nobody tries again: twice is worse than never."""

    WAITING = "waiting"
    HANDING = "handing"
    """The other side agreed to take it, and the bytes are on their way."""
    SENT = "sent"
    UNWANTED = "unwanted"
    """Its recipient refused letters of this kind, or never asked for them."""
    TOO_MANY = "too_many"
    """One address got as many in this hour as it may."""
    BOUNCED = "bounced"
    GIVEN_UP = "given_up"
    UNCLEAR = "unclear"
    """The line broke after the bytes had begun to flow: it may have arrived."""

    @property
    def is_over(self) -> bool:
        return self not in {State.WAITING, State.HANDING}


@dataclass(frozen=True)
class Posted:
    """A letter as its row knows it. Address and facts are gone as soon as it is over; the mark of the address stays."""

    id: str
    template: str
    kind: LetterClass
    language: Language
    state: State
    tries: int
    created_at: datetime
    to: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    user_id: str | None = None
    address_mark: str | None = None
    """A keyed hash of the address."""
    handed_at: datetime | None = None
    ended_at: datetime | None = None
    answer: str | None = None
    """What the other side answered last: its codes, never its words."""
