"""Case: a request as its row keeps it: who asks and in which words is sealed; each step has a line in the ledger."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.errors import Internal, NotFound
from safelight.kernel.ids import new_id
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.privacy import ledger, store_requests
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.request import (
    Channel,
    Direction,
    Kind,
    Pause,
    Proof,
    Reason,
    Request,
    State,
    check,
)

SEAL = "privacy request"
SEAL_RECEIPT = "privacy request receipt"
UNREADABLE = "The key that this was sealed with is gone."
CLAUSE = "PP-42"
CLAUSE_OF: Mapping[Kind, str] = {
    Kind.ACCESS: "PP-44",
    Kind.ACCESS_CATEGORIES: "PP-44",
    Kind.PORTABILITY: "PP-45",
    Kind.RECTIFICATION: "PP-46",
    Kind.AMENDMENT: "PP-46",
    Kind.ERASURE: "PP-47",
    Kind.OPT_OUT: "PP-33",
    Kind.OPTOUT_THIRD_PARTY: "PP-36",
    Kind.OPTOUT_PURPOSE: "PP-37",
    Kind.SHINE_THE_LIGHT: "PP-41",
    Kind.REPORT: "PP-35",
}
LINES_MAX = 500
"""Most lines of one request that are shown."""

TOLD_OF: Mapping[State, EntryType] = {
    State.FULFILLED: EntryType.REQUEST_FULFILLED,
    State.PARTLY_FULFILLED: EntryType.REQUEST_FULFILLED,
    State.NO_DATA: EntryType.REQUEST_FULFILLED,
    State.DENIED: EntryType.REQUEST_DENIED,
    State.WITHDRAWN: EntryType.REQUEST_WITHDRAWN,
    State.ROUTED: EntryType.REQUEST_ROUTED,
    State.DUPLICATE: EntryType.REQUEST_DUPLICATE,
}
"""What the ledger calls a step to a state; all others are a `request.step`."""


@dataclass(frozen=True)
class Said:
    """What is sealed in a row. Rows that are older than a field lack it."""

    email: str = ""
    text: str = ""
    hint: str = ""
    secret: str = field(default="", repr=False)
    wants_copy: bool = False
    shares_address: bool = False


@dataclass(frozen=True)
class Line:
    """What was said about a request, by whom and when."""

    at: datetime
    direction: Direction
    text: str


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret[:200].encode(errors="replace")).digest()


def sealed(keys: KeyStore, said: Said) -> bytes:
    return keys.seal(json.dumps(asdict(said)).encode(), SEAL)


def said_in(keys: KeyStore, row: RowMapping) -> Said:
    """Who asks, and in which words; nothing where it was forgotten."""
    return Said() if row["sealed"] is None else Said(**json.loads(keys.open(row["sealed"], SEAL)))


def words_of(keys: KeyStore, row: RowMapping) -> dict[str, str]:
    """For an export: all of it but the secret."""
    try:
        said = said_in(keys, row)
    except Internal:
        said = Said(text=UNREADABLE)
    return {"email": said.email, "text": said.text, "hint": said.hint}


def line_of(keys: KeyStore, row: RowMapping) -> dict[str, str]:
    """For an export: what was said."""
    try:
        return {"text": keys.open(row["sealed"], SEAL).decode()}
    except Internal:
        return {"text": UNREADABLE}


def request_of(keys: KeyStore, row: RowMapping) -> Request:
    said = said_in(keys, row)
    names = (
        "id", "year", "number", "language", "regimes", "received_at", "due_at", "verified_at", "extended_at",
        "ended_at", "assignee", "account_id", "user_id", "export_id", "erasure_id", "refers_to", "begins_at",
        "confirm_by", "confirmed_at",
    )  # fmt: skip
    return Request(
        **{name: row[name] for name in names},
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        channel=Channel(row["channel"]),
        pauses=[_pause(each) for each in row["pauses"]],
        proof=Proof(row["proof"]) if row["proof"] else None,
        reason=Reason(row["reason"]) if row["reason"] else None,
        has_receipt=row["receipt"] is not None,
        wants_copy=said.wants_copy,
        shares_address=said.shares_address,
        email=said.email,
        text=said.text,
        hint=said.hint,
    )


async def add(session: Session, keys: KeyStore, request: Request, secret: str, address_mark: str) -> None:
    """A new row; of its secret, which leads to it, only what is needed to find it lies open."""
    said = Said(
        request.email,
        request.text,
        request.hint,
        secret,
        wants_copy=request.wants_copy,
        shares_address=request.shares_address,
    )
    names = (
        "id", "year", "number", "language", "received_at", "due_at", "account_id", "user_id", "refers_to", "confirm_by",
    )  # fmt: skip
    await store_requests.add(
        session,
        {
            **{name: getattr(request, name) for name in names},
            "kind": request.kind.value,
            "state": request.state.value,
            "channel": request.channel.value,
            "regimes": [*request.regimes],
            "pauses": pauses_told(request.pauses),
            "secret": digest_of(secret),
            "address_mark": address_mark,
            "sealed": sealed(keys, said),
        },
    )


def pauses_told(pauses: Sequence[Pause]) -> list[dict[str, str | None]]:
    return [
        {"since": each.since.isoformat(), "until": each.until.isoformat() if each.until else None} for each in pauses
    ]


async def note(session: Session, request: Request, kind: EntryType, now: datetime, **counts: int) -> None:
    """A line in the ledger. It is about the person as soon as it is sure that it is them who ask."""
    whom = (request.user_id or None) if request.verified_at else None
    clause = CLAUSE_OF.get(request.kind, CLAUSE)
    detail = request.id.encode()
    await ledger.append(session, Entry(kind, now, clause, subject=whom, counts=counts, detail=detail))


async def move(session: Session, request: Request, to: State, now: datetime, **values: Any) -> None:
    """To another state, with its line in the ledger. Raises Conflict for a way that there is not."""
    check(request, to)
    over = {} if to.is_open else {"ended_at": now, "due_at": None, "assignee": ""}
    await store_requests.change(session, request.id, state=to.value, **{**over, **values})
    # After `number` the ledger knows which state: names of people's own making never stand in it.
    step = {"state": [*State].index(to)}
    await note(session, request, TOLD_OF.get(to, EntryType.REQUEST_STEP), now, **step)


async def add_line(
    session: Session, keys: KeyStore, request_id: str, direction: Direction, text: str, now: datetime
) -> None:
    line = {"id": new_id(), "request_id": request_id, "at": now, "direction": direction.value}
    await store_requests.add_line(session, {**line, "sealed": keys.seal(text.encode(), SEAL)})


async def id_named(session: Session, word: str) -> str:
    """By a case number, or an id as it is. Raises NotFound."""
    parts = word.strip().upper().split("-")
    if len(parts) == 3 and parts[0] == "SL" and all(part.isascii() and part.isdigit() for part in parts[1:]):
        row = await store_requests.find_case(session, int(parts[1][:6]), int(parts[2][:9]))
        if row is not None:
            return str(row["id"])
    elif word.strip():
        return word.strip()
    raise NotFound(f"There is no request {word[:40]}; `safelight privacy requests list` shows them.")


async def receipt(session: Session, keys: KeyStore, request_id: str) -> bytes | None:
    """What proves that it was carried out; None before, or where it is proved otherwise."""
    row = await store_requests.find(session, request_id)
    return keys.open(row["receipt"], SEAL_RECEIPT) if row and row["receipt"] else None


async def keep_receipt(session: Session, keys: KeyStore, request_id: str, receipt: bytes) -> None:
    await store_requests.change(session, request_id, receipt=keys.seal(receipt, SEAL_RECEIPT))


async def lines(session: Session, keys: KeyStore, request_id: str) -> list[Line]:
    rows = await store_requests.lines_of(session, request_id, LINES_MAX)
    return [Line(row["at"], Direction(row["direction"]), line_of(keys, row)["text"]) for row in rows]


def _pause(told: Mapping[str, str | None]) -> Pause:
    until = told["until"]
    return Pause(datetime.fromisoformat(str(told["since"])), datetime.fromisoformat(until) if until else None)
