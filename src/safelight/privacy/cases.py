"""Case: a request as its row keeps it: who asks and in which words is sealed; each step has a line in the ledger."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.errors import Internal
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
UNREADABLE = "The key that this was sealed with is gone."
CLAUSE = "PP-42"
CLAUSE_OF: Mapping[Kind, str] = {
    Kind.ACCESS: "PP-44",
    Kind.PORTABILITY: "PP-45",
    Kind.RECTIFICATION: "PP-46",
    Kind.ERASURE: "PP-47",
    Kind.OPT_OUT: "PP-33",
    Kind.DISCLOSURES: "PP-41",
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
}
"""What the ledger calls a step to a state; all others are a `request.step`."""


@dataclass(frozen=True)
class Line:
    """What was said about a request, by whom and when."""

    at: datetime
    direction: Direction
    text: str


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret[:200].encode(errors="replace")).digest()


def sealed(keys: KeyStore, *, email: str, text: str, hint: str, secret: str) -> bytes:
    said = {"email": email, "text": text, "hint": hint, "secret": secret}
    return keys.seal(json.dumps(said).encode(), SEAL)


def said_in(keys: KeyStore, row: RowMapping) -> dict[str, str]:
    """Who asks, and in which words; nothing where it was forgotten."""
    if row["sealed"] is None:
        return {"email": "", "text": "", "hint": "", "secret": ""}
    return json.loads(keys.open(row["sealed"], SEAL))


def words_of(keys: KeyStore, row: RowMapping) -> dict[str, str]:
    """For an export: all of it but the secret."""
    try:
        said = said_in(keys, row)
    except Internal:
        said = {"email": "", "text": UNREADABLE, "hint": ""}
    return {name: said[name] for name in ("email", "text", "hint")}


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
        "ended_at", "assignee", "account_id", "user_id", "export_id", "erasure_id",
    )  # fmt: skip
    return Request(
        **{name: row[name] for name in names},
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        channel=Channel(row["channel"]),
        pauses=[_pause(each) for each in row["pauses"]],
        proof=Proof(row["proof"]) if row["proof"] else None,
        reason=Reason(row["reason"]) if row["reason"] else None,
        email=said["email"],
        text=said["text"],
        hint=said["hint"],
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


async def lines(session: Session, keys: KeyStore, request_id: str) -> list[Line]:
    rows = await store_requests.lines_of(session, request_id, LINES_MAX)
    return [Line(row["at"], Direction(row["direction"]), line_of(keys, row)["text"]) for row in rows]


def _pause(told: Mapping[str, str | None]) -> Pause:
    until = told["until"]
    return Pause(datetime.fromisoformat(str(told["since"])), datetime.fromisoformat(until) if until else None)
