"""Choice: what somebody decided about their data: of what, which way, when, and in which words they were asked.

Every choice is an event that stays; what holds now follows from all of them. Pure.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.kernel.languages import Language

ASK_AGAIN_DAYS = 365
"""So long nobody is asked again who refused (11 CCR 7028)."""


class ChoiceKind(StrEnum):
    """What can be chosen. What is meant of it says its `purpose`: a list of letters, a purpose, a recipient."""

    DISCLOSURE = "disclosure"
    """That third parties who are no agents of ours get something; with no purpose all of them (PP-36)."""
    PURPOSE = "purpose"
    """A purpose that is materially different from those for which the data were given (PP-37)."""
    ANALYTICS = "analytics"
    """That it is studied which pages they open (PP-13)."""
    LETTERS = "letters"
    """Letters of one list (PP-18, PP-33)."""


class State(StrEnum):
    """What a choice says. What was given and is taken back is withdrawn; what ran out by itself expired."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Way(StrEnum):
    """How somebody told what they want; kept beside it, for who must prove a consent."""

    ACCOUNT = "account"
    """On the page of the account, or by its API, signed in."""
    LINK = "link"
    ONE_CLICK = "one_click"
    """The button that a program for mail shows (RFC 8058)."""
    LETTER = "letter"
    REQUEST = "request"
    """By a request about their data."""
    SIGNAL = "signal"
    """Their browser said so (Global Privacy Control)."""
    OPERATOR = "operator"


@dataclass(frozen=True)
class Choice:
    """One of them. `wording` is the hash of the words that were shown, `line` that of the ledger which tells of it."""

    id: str
    kind: ChoiceKind
    purpose: str
    state: State
    way: Way
    at: datetime
    language: Language = "en"
    wording: str = ""
    expires_at: datetime | None = None
    line: int | None = None

    @property
    def is_given(self) -> bool:
        return self.state is State.GIVEN

    @property
    def asked_again_at(self) -> datetime | None:
        """Nobody asks them to change a refusal before."""
        return None if self.is_given else self.at + timedelta(days=ASK_AGAIN_DAYS)


@dataclass(frozen=True)
class Wanted:
    """What somebody says: whether they want it, how they said so, and in which words they were asked."""

    kind: ChoiceKind
    is_wanted: bool
    way: Way
    purpose: str = ""
    language: Language = "en"
    wording: str = ""
    expires_at: datetime | None = None


Standing = Mapping[tuple[ChoiceKind, str], Choice]
"""What holds now: of each thing that somebody said something about, the last word."""


def standing(choices: Iterable[Choice], now: datetime) -> Standing:
    """The last of each; what was given for a time and is over has expired."""
    found: dict[tuple[ChoiceKind, str], Choice] = {}
    for each in sorted(choices, key=lambda each: (each.at, each.id)):
        found[each.kind, each.purpose] = each
    return {name: _lasting(each, now) for name, each in found.items()}


def _lasting(choice: Choice, now: datetime) -> Choice:
    is_over = choice.is_given and choice.expires_at is not None and choice.expires_at <= now
    return replace(choice, state=State.EXPIRED) if is_over else choice


def state_after(before: Choice | None, *, is_wanted: bool) -> State:
    """What a new choice is called after the one that held."""
    if is_wanted:
        return State.GIVEN
    return State.WITHDRAWN if before is not None and before.is_given else State.REFUSED


def says_the_same(before: Choice | None, *, is_wanted: bool) -> bool:
    """Whether a choice would change nothing. One that expired can be given again."""
    return before is not None and before.state is not State.EXPIRED and before.is_given is is_wanted


def may_disclose(known: Standing, recipient: str) -> bool:
    """Whether a third party may get something. Who was allowed by name after all were refused may (11 CCR 7025)."""
    of_all, named = known.get((ChoiceKind.DISCLOSURE, "")), known.get((ChoiceKind.DISCLOSURE, recipient))
    if named is None:
        return of_all is None or of_all.is_given
    if named.is_given:
        return of_all is None or of_all.is_given or (of_all.at, of_all.id) < (named.at, named.id)
    return False


def consents(known: Standing, kind: ChoiceKind, purpose: str = "") -> bool:
    """Whether they agreed; silence is no consent."""
    found = known.get((kind, purpose))
    return found is not None and found.is_given


def objects(known: Standing, kind: ChoiceKind, purpose: str = "") -> bool:
    """Whether they refused; silence is no refusal."""
    found = known.get((kind, purpose))
    return found is not None and not found.is_given and found.state is not State.EXPIRED


def wording_of(words: Mapping[str, str]) -> str:
    """The hash of what was shown, in every language that it is shown in."""
    told = json.dumps(dict(words), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
