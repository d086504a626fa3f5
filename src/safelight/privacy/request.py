"""Request: what somebody asks about their data, how far the answer is, and which way it may go from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.kernel.errors import Conflict


class Kind(StrEnum):
    """What can be asked for."""

    ACCESS = "access"
    ACCESS_CATEGORIES = "access_categories"
    """Which kinds of data there are, what for and how long; not the data themselves."""
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    AMENDMENT = "amendment"
    """A statement of their own, kept with their data: where a correction was refused, for instance."""
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    OPT_OUT = "opt_out"
    """No letters but those that an account needs; done at once, for whoever asks."""
    OPTOUT_THIRD_PARTY = "optout_third_party"
    OPTOUT_PURPOSE = "optout_purpose"
    LIMIT_SENSITIVE = "limit_sensitive"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    SHINE_THE_LIGHT = "shine_the_light"
    """Who got data for marketing in the year before (Cal. Civ. Code 1798.83)."""
    AUTOMATED_DECISION_INFO = "automated_decision_info"
    APPEAL = "appeal"
    """Who was refused asks somebody else to look at it again."""
    REPORT = "report"
    """Somebody is shown in a file that a customer keeps here."""
    QUESTION = "question"


COPIES = frozenset({Kind.ACCESS, Kind.PORTABILITY})
"""Answered by an archive of everything."""
CHOICES = frozenset(
    {Kind.OPT_OUT, Kind.OPTOUT_THIRD_PARTY, Kind.OPTOUT_PURPOSE, Kind.LIMIT_SENSITIVE, Kind.CONSENT_WITHDRAWAL}
)
"""Done at once for whoever asks: less is done with somebody's data from then on, and it can be chosen anew."""
TOLD = frozenset({Kind.ACCESS_CATEGORIES, Kind.SHINE_THE_LIGHT, Kind.AUTOMATED_DECISION_INFO, Kind.AMENDMENT})
"""Answered by a letter that a program can write, as soon as it is sure who asks."""
PAUSING = frozenset({Kind.RESTRICTION, Kind.OBJECTION})
"""Somebody decides about them; until then the data are used for nothing but what the account needs."""
OPEN_TO_ALL = CHOICES | {Kind.REPORT, Kind.QUESTION}
"""Nothing is handed out and nothing is lost: nobody has to prove who they are."""
WORDED = frozenset({Kind.AMENDMENT, Kind.APPEAL})
"""They say nothing without words."""


class State(StrEnum):
    """How far the answer is."""

    IDENTITY_PENDING = "identity_pending"
    NEEDS_PERSON = "needs_person"
    """Whoever runs this installation must answer, or approve."""
    APPROVED = "approved"
    """It is carried out as soon as the letter that says so has left."""
    EXECUTING = "executing"
    FULFILLED = "fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled"
    """Some of it is kept, on a ground that was told."""
    NO_DATA = "no_data"
    DENIED = "denied"
    EXPIRED = "expired"
    """Nobody proved who they are in time."""
    ROUTED = "routed"
    """The owner of the file was told, and answers; after some days whoever runs this does."""
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    """The same person asked for the same before: the answer to that is the answer to this."""
    WAITING = "waiting"
    """The copy that was asked for as well comes first, then some days to look at it; then it is carried out."""

    @property
    def is_open(self) -> bool:
        return self in NEXT


_ENDS = frozenset(
    {State.FULFILLED, State.PARTLY_FULFILLED, State.NO_DATA, State.DENIED, State.WITHDRAWN, State.DUPLICATE}
)

NEXT: Mapping[State, frozenset[State]] = {
    State.IDENTITY_PENDING: _ENDS - {State.PARTLY_FULFILLED}
    | {State.NEEDS_PERSON, State.APPROVED, State.WAITING, State.EXECUTING, State.EXPIRED},
    State.NEEDS_PERSON: _ENDS | {State.APPROVED, State.WAITING, State.EXECUTING, State.ROUTED},
    State.ROUTED: _ENDS | {State.NEEDS_PERSON},
    State.WAITING: frozenset({State.APPROVED, State.NEEDS_PERSON, State.WITHDRAWN}),
    # What is being erased cannot be called back.
    State.APPROVED: frozenset({State.EXECUTING, State.NEEDS_PERSON, State.WITHDRAWN}),
    State.EXECUTING: frozenset({State.FULFILLED, State.PARTLY_FULFILLED, State.NO_DATA, State.NEEDS_PERSON}),
}
"""Where each open state may go; who is in none of them is at the end."""


class Channel(StrEnum):
    """By which way it came."""

    WEB = "web"
    ACCOUNT = "account"
    MAIL = "mail"
    API = "api"
    CLI = "cli"


class Proof(StrEnum):
    """By what it was shown that who asks is who it is about; from the strongest on."""

    SESSION = "session"
    """Signed in, and proved again a short time ago."""
    LINK = "link"
    """A link in a letter to the address on record."""
    OPERATOR = "operator"
    """The operator says so, of a letter by post for instance."""


class Reason(StrEnum):
    """Why a request is refused."""

    SUSPECTED_FRAUD = "suspected_fraud"
    INSUF_VERIFICATION = "insuf_verification"
    NO_MATCH = "no_match"
    CLAIM_NOT_COVERED = "claim_not_covered"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    TOO_MANY_REQUESTS = "too_many_requests"
    MANIFESTLY_UNFOUNDED = "manifestly_unfounded"
    HOLD = "hold"
    OTHER = "other"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NOTE = "note"
    """Of the operator, for themselves; part of what is handed out, too."""
    OWNER = "owner"
    """Of whose file it is about."""


@dataclass(frozen=True)
class Pause:
    """A time for which the clock stood; still stands without an end."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Request:
    """One request. Who asks, and in which words, is empty where it was forgotten."""

    id: str
    year: int
    number: int
    kind: Kind
    state: State
    channel: Channel
    language: str
    regimes: Sequence[str]
    received_at: datetime
    due_at: datetime | None = None
    """None while all clocks wait for a proof."""
    pauses: Sequence[Pause] = ()
    verified_at: datetime | None = None
    proof: Proof | None = None
    extended_at: datetime | None = None
    ended_at: datetime | None = None
    reason: Reason | None = None
    assignee: str = ""
    account_id: str = ""
    user_id: str = ""
    export_id: str = ""
    erasure_id: str = ""
    refers_to: str = ""
    """Another request: of a duplicate the earlier one, of an appeal what was refused, of an erasure the copy before."""
    begins_at: datetime | None = None
    """When what waits for a copy, or for the last letter to leave, is carried out at the latest."""
    confirm_by: datetime | None = None
    """By when a law wants it said that the request came in."""
    confirmed_at: datetime | None = None
    has_receipt: bool = False
    wants_copy: bool = False
    """Of an erasure: everything is handed out first."""
    shares_address: bool = False
    """Of a report: the owner of the file may be told who asks."""
    email: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    hint: str = field(default="", repr=False)

    @property
    def case(self) -> str:
        """What stands in letters: `SL-2026-000123`."""
        return f"SL-{self.year}-{self.number:06d}"

    @property
    def has_account(self) -> bool:
        return bool(self.user_id)


def is_unproved(request: Request) -> bool:
    """A report that is looked at though nobody showed that its address is theirs; with a proof it is passed on."""
    return request.kind is Kind.REPORT and request.state is State.NEEDS_PERSON and request.verified_at is None


def check(request: Request, to: State) -> None:
    """Raises Conflict for a way that there is not."""
    if to not in NEXT.get(request.state, frozenset()):
        if to is State.WITHDRAWN:
            raise Conflict(f"It is too late to take back the request {request.case}.")
        raise Conflict(f"The request {request.case} is {request.state}, and cannot become {to}.")


def first_state(kind: Kind, proof: Proof | None, *, has_account: bool) -> State:
    """Where a request begins, or goes on as soon as it was proved who asks."""
    if kind in CHOICES:
        return State.FULFILLED
    if kind not in OPEN_TO_ALL and proof is None:
        return State.IDENTITY_PENDING
    if kind in COPIES:
        return State.EXECUTING
    if kind in TOLD:
        return State.FULFILLED
    # Whose account goes, with all that hangs on it, somebody looks at: that cannot be taken back.
    return State.APPROVED if kind is Kind.ERASURE and not has_account else State.NEEDS_PERSON
