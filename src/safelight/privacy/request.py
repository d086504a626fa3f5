"""Request: what somebody asks about their data, how far the answer is, and which way it may go from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.kernel.errors import Conflict


class Kind(StrEnum):
    """What can be asked for."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    OPT_OUT = "opt_out"
    """No letters but those that an account needs; done at once, for whoever asks."""
    LIMIT = "limit"
    DISCLOSURES = "disclosures"
    """Who got it in the year before (Cal. Civ. Code 1798.83)."""
    REPORT = "report"
    """Somebody is shown in a file that a customer keeps here."""
    QUESTION = "question"


COPIES = frozenset({Kind.ACCESS, Kind.PORTABILITY})
"""Answered by an archive of everything."""
OPEN_TO_ALL = frozenset({Kind.OPT_OUT, Kind.REPORT, Kind.QUESTION})
"""Nothing is handed out and nothing is lost: nobody has to prove who they are."""


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
    """Whose customer it concerns was told; they answer."""
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        return self in NEXT


_ENDS = frozenset({State.FULFILLED, State.PARTLY_FULFILLED, State.NO_DATA, State.DENIED, State.ROUTED, State.WITHDRAWN})

NEXT: Mapping[State, frozenset[State]] = {
    State.IDENTITY_PENDING: frozenset(
        {State.NEEDS_PERSON, State.APPROVED, State.EXECUTING, State.NO_DATA, State.FULFILLED,
         State.EXPIRED, State.DENIED, State.WITHDRAWN}
    ),
    State.NEEDS_PERSON: _ENDS | {State.APPROVED, State.EXECUTING},
    # What is being erased cannot be called back.
    State.APPROVED: frozenset({State.EXECUTING, State.NEEDS_PERSON, State.WITHDRAWN}),
    State.EXECUTING: frozenset({State.FULFILLED, State.PARTLY_FULFILLED, State.NO_DATA, State.NEEDS_PERSON}),
}  # fmt: skip
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


def check(request: Request, to: State) -> None:
    """Raises Conflict for a way that there is not."""
    if to not in NEXT.get(request.state, frozenset()):
        raise Conflict(f"The request {request.case} is {request.state}, and cannot become {to}.")


def first_state(kind: Kind, proof: Proof | None, *, has_account: bool) -> State:
    """Where a request begins, or goes on as soon as it was proved who asks."""
    match kind:
        case Kind.OPT_OUT:
            return State.FULFILLED
        case _ if kind not in OPEN_TO_ALL and proof is None:
            return State.IDENTITY_PENDING
        case Kind.ACCESS | Kind.PORTABILITY:
            return State.EXECUTING
        case Kind.ERASURE if not has_account:
            return State.APPROVED
        # Whose account goes, with all that hangs on it, somebody looks at: that cannot be taken back.
        case _:
            return State.NEEDS_PERSON
