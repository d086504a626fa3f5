"""Hold: what must be kept for a while though its time is over: of whom, which fields, on what ground, and until when.

A hold blocks nothing in place. What it names is copied, sealed, before an eraser or a round of retention takes it, and
lies apart until the hold ends: out of reach of every ordinary use, and no eraser has to know of it to respect it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Sheet, Subject

FIELDS_MAX = 50
WORDS_CHARS_MAX = 1000
REVIEW_DAYS, REVIEW_DAYS_MAX = 90, 365
"""A hold that nobody looked at again by then is over."""
WARN_DAYS = (14, 2)
"""So long before that, whoever runs this installation is told."""
RELEASE_HOURS = 24
"""So long after its end, what was due meanwhile has gone."""
CONTENTS = frozenset({"asset-content", "asset-backups"})
"""Kinds of records that are files: to hold them is to keep the bytes."""
_WHEN = ("at", "id")
_WHEN_ENDINGS = ("_at", "_id")

Columns = Mapping[str, Sequence[str]]
"""Which columns (`users.email`) a kind of records has, as the policy says."""


class Ground(StrEnum):
    """Why something is held."""

    COURT_ORDER = "court_order"
    LEGAL_CLAIM = "legal_claim"
    DISPUTE = "dispute"
    INVESTIGATION = "investigation"
    AUTHORITY_REQUEST = "authority_request"
    PRESERVATION_DUTY = "preservation_duty"


LAW: Mapping[Ground, str] = {
    Ground.COURT_ORDER: "GDPR 17(3)(e)",
    Ground.LEGAL_CLAIM: "GDPR 17(3)(e)",
    Ground.DISPUTE: "GDPR 17(3)(e)",
    Ground.INVESTIGATION: "GDPR 17(3)(e)",
    Ground.AUTHORITY_REQUEST: "GDPR 17(3)(b)",
    Ground.PRESERVATION_DUTY: "GDPR 17(3)(b)",
}


class Sort(StrEnum):
    """Of what a hold is."""

    ACCOUNT = "account"
    USER = "user"
    CLOUD = "cloud"
    ASSET = "asset"


class End(StrEnum):
    """How a hold came to its end."""

    RELEASED = "released"
    LAPSED = "lapsed"
    """Nobody looked at it again in time."""
    CASE_CLOSED = "case_closed"


@dataclass(frozen=True)
class Scope:
    """An account, a person, a cloud or a file: what it is, and the ids by which it is found."""

    sort: Sort
    account_id: str = ""
    user_id: str = ""
    cloud_id: str = ""
    asset_id: str = ""

    def __str__(self) -> str:
        ids = {Sort.ACCOUNT: self.account_id, Sort.USER: self.user_id, Sort.CLOUD: self.cloud_id}
        return f"{self.sort}:{ids.get(self.sort, self.asset_id)}"

    def covers(self, subject: Subject) -> bool:
        """Whether who goes is held, or belongs to what is."""
        match self.sort:
            case Sort.ACCOUNT:
                return bool(self.account_id) and subject.account_id == self.account_id
            case Sort.USER:
                return self.user_id in subject.user_ids
            case Sort.CLOUD | Sort.ASSET:
                return self.cloud_id in subject.cloud_ids


@dataclass(frozen=True)
class Hold:
    """`fields` are kinds of records (`message`), or single fields as an export names them (`users.email`)."""

    id: str
    ground: Ground
    scope: Scope
    fields: Sequence[str]
    owner: str
    """Who answers for it."""
    basis: str
    """In words: the order, the claim, the file number."""
    created_at: datetime
    review_at: datetime
    gag_until: datetime | None = None
    """Until then its person is not told."""
    is_gagged: bool = False
    case_id: str = ""
    warned_days: int | None = None
    ended_at: datetime | None = None
    end: End | None = None
    dropped_at: datetime | None = None
    """When the last of what it kept had gone."""

    def is_live(self, now: datetime) -> bool:
        return self.ended_at is None and self.review_at > now

    def hides(self, now: datetime) -> bool:
        """Whether its person must not be told. A gag ends by itself, whether or not anybody notes it."""
        return self.is_gagged and (self.gag_until is None or self.gag_until > now)

    @property
    def words(self) -> str:
        """Why something is kept, for its person."""
        return f"Under a hold, {self.ground.replace('_', ' ')} ({LAW[self.ground]})"


@dataclass(frozen=True)
class Held:
    """What is kept of one sheet, and why; where several holds keep it, until the last of them ends."""

    sheet: str
    fields: tuple[str, ...]
    ground: str
    ends_on: date
    hold_ids: tuple[str, ...]
    is_hidden: bool = False
    count: int = 0


def check(
    scope: Scope, fields: Sequence[str], owner: str, basis: str, sheets: Iterable[Sheet], columns: Columns
) -> None:
    """Raises Invalid for what holds nothing, or what nobody answers for."""
    listed = list(sheets)
    if not fields or len(fields) > FIELDS_MAX:
        raise Invalid(f"Name 1 to {FIELDS_MAX} kinds of records or fields; `safelight privacy inventory` lists them.")
    whole = scope.sort is not Sort.ASSET
    named = [each for each in listed if whole or each.name == "assets" or "asset_id" in each.fields]
    for name in fields:
        if not any(kept_fields([name], sheet, columns) for sheet in named):
            raise Invalid(
                f"`{name[:80]}` cannot be held: it is no kind of records of `safelight privacy inventory`, no field "
                f"of an export such as users.email, or is never handed out{'' if whole else ' of a single file'}."
            )
    for name, words in (("owner", owner), ("basis", basis)):
        if not words.strip() or len(words) > WORDS_CHARS_MAX:
            raise Invalid(f"Say the {name} in 1 to {WORDS_CHARS_MAX} letters.")


def review_by(now: datetime, days: int) -> datetime:
    """Raises Invalid: a hold without an end is none."""
    if not 1 <= days <= REVIEW_DAYS_MAX:
        raise Invalid(f"A hold is looked at again after 1 to {REVIEW_DAYS_MAX} days.")
    return now + timedelta(days=days)


def check_gag(gag_until: datetime | None, now: datetime) -> None:
    """Raises Invalid for silence that is over, or has no end worth the name."""
    if gag_until is not None and not now < gag_until <= now + timedelta(days=REVIEW_DAYS_MAX):
        raise Invalid(f"A gag ends at a moment to come, within {REVIEW_DAYS_MAX} days.")


def kept_fields(fields: Sequence[str], sheet: Sheet, columns: Columns) -> tuple[str, ...]:
    """Which fields of a sheet a hold on `fields` keeps; none where it holds nothing of it.

    With what says of what they are and when they were: a name without its moment proves nothing.
    """
    if sheet.why_not_given:
        return ()
    chosen: set[str] = {column for name in fields for column in sheet.fields if name == f"{sheet.name}.{column}"}
    for name in fields:
        if name not in sheet.holdings:
            continue
        mine = {each.partition(".")[2] for each in columns.get(name, ()) if each.startswith(f"{sheet.name}.")}
        given = mine & set(sheet.fields)
        # What is alone in its sheet is all of it; so is what was sealed, and is given under other names.
        chosen |= given if given and len(sheet.holdings) > 1 else set(sheet.fields)
    if not chosen:
        return ()
    return tuple(each for each in sheet.fields if each in chosen or each in _WHEN or each.endswith(_WHEN_ENDINGS))


def is_about(scope: Scope, sheet: str, facts: Mapping[str, Any]) -> bool:
    """Whether a record is held: of a single file, those that name it."""
    if scope.sort is not Sort.ASSET:
        return True
    return facts.get("id" if sheet == "assets" else "asset_id") == scope.asset_id


def keeps_files(fields: Sequence[str], sheet: Sheet) -> bool:
    return sheet.has_files and bool(CONTENTS & set(fields) & set(sheet.holdings))


def kind_of(fields: Sequence[str], sheet: Sheet) -> str:
    """The kind of records by which the schedule counts what is held."""
    return next((each for each in fields if each in sheet.holdings), next(iter(sheet.holdings), sheet.name))


def held(
    holds: Sequence[Hold], sheets: Iterable[Sheet], subject: Subject, columns: Columns, now: datetime
) -> list[Held]:
    """What stays of somebody, sheet by sheet: the one question that every eraser and every round asks.

    A hold beats what would delete, but for the fields alone that it names; of several, the longest counts. What its
    person must not hear of stands apart from what is told.
    """
    live = [each for each in holds if each.is_live(now) and each.scope.covers(subject)]
    found: list[Held] = []
    for sheet in sheets:
        for is_hidden in (False, True):
            mine = [each for each in live if each.hides(now) is is_hidden and kept_fields(each.fields, sheet, columns)]
            if mine:
                longest = max(mine, key=lambda each: each.review_at)
                names = {name for each in mine for name in kept_fields(each.fields, sheet, columns)}
                fields = tuple(each for each in sheet.fields if each in names)
                ids = tuple(each.id for each in mine)
                found.append(Held(sheet.name, fields, longest.words, longest.review_at.date(), ids, is_hidden))
    return found


def counted(found: Sequence[Held], counts: Mapping[str, int]) -> list[Held]:
    """Those of which there is something."""
    return [replace(each, count=counts[each.sheet]) for each in found if counts.get(each.sheet)]


def warning(hold: Hold, now: datetime) -> int | None:
    """Which warning it is time for, in days before the review; None for none, or for one that was given."""
    steps = [days for days in WARN_DAYS if hold.review_at - now <= timedelta(days=days)]
    if not steps or (hold.warned_days is not None and hold.warned_days <= min(steps)):
        return None
    return min(steps)
