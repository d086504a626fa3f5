"""The SQL of requests: what people asked about their data, and what was said about it; words and addresses sealed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

_ID = not_personal("a random id made here, or nothing")
_WORD = not_personal("one of a few words")

# `sealed` is the address, the words and the secret of the link: gone with an erasure, and when nobody proved anything.
# `secret` is a hash of that secret alone: by it who has the letter sees the state and the receipt.
requests = Table(
    "privacy_requests",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False, info=_WORD),
    Column("state", Text, nullable=False, info=_WORD),
    Column("channel", Text, nullable=False, info=_WORD),
    Column("language", Text, nullable=False, info=_WORD),
    Column("regimes", ARRAY(Text), nullable=False, info=not_personal("names of laws")),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("pauses", JSONB, nullable=False, server_default="[]", info=not_personal("moments")),
    Column("verified_at", DateTime(timezone=True)),
    Column("proof", Text, info=_WORD),
    Column("extended_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("reason", Text, info=_WORD),
    Column("assignee", Text, nullable=False, server_default="", info=personal("request")),
    Column("account_id", Text, nullable=False, server_default="", info=_ID),
    Column("user_id", Text, nullable=False, server_default="", info=_ID),
    Column("export_id", Text, nullable=False, server_default="", info=_ID),
    Column("erasure_id", Text, nullable=False, server_default="", info=_ID),
    Column("letter_id", Text, nullable=False, server_default="", info=_ID),
    Column("sealed", LargeBinary),
    Column("secret", LargeBinary),
    Column("address_mark", Text, nullable=False, server_default="", info=personal("request")),
    Column("warned_days", Integer),
    Column("refers_to", Text, nullable=False, server_default="", info=_ID),
    Column("begins_at", DateTime(timezone=True)),
    Column("confirm_by", DateTime(timezone=True)),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("receipt", LargeBinary),
    UniqueConstraint("year", "number"),
    Index("ix_privacy_requests_state", "state", "due_at"),
    Index("ix_privacy_requests_secret", "secret"),
    Index("ix_privacy_requests_user_id", "user_id"),
    Index("ix_privacy_requests_address_mark", "address_mark"),
)

request_lines = Table(
    "privacy_request_lines",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("request_id", Text, nullable=False, info=_ID, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("direction", Text, nullable=False, info=_WORD),
    Column("sealed", LargeBinary, nullable=False),
)

# Who asked about a file of a customer, as its owner is told of it; `sealed` holds the address of the file, and words.
relays = Table(
    "privacy_relays",
    METADATA,
    Column("request_id", Text, primary_key=True, info=_ID),
    Column("account_id", Text, nullable=False, info=_ID, index=True),
    Column("relayed_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Column("outcome", Text, nullable=False, server_default="", info=_WORD),
    Column("sealed", LargeBinary, nullable=False),
)

BLANK: Mapping[str, Any] = {
    "sealed": None, "receipt": None, "address_mark": "", "assignee": "", "account_id": "", "user_id": "",
    "refers_to": "",
}  # fmt: skip
"""What stands in a request of which nobody shall know any more who made it."""

LOCK = 0x5AFE_CA5E
R, L, P = requests.c, request_lines.c, relays.c


async def next_number(session: Session, year: int) -> int:
    """One after the other, each year from 1 on; until the transaction ends, nobody else gets one."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    row = await session.fetch_one(select(func.coalesce(func.max(R.number) + 1, 1).label("n")).where(R.year == year))
    return int(row["n"]) if row else 1


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(requests).values(**values))


async def change(session: Session, id: str, **values: Any) -> None:
    await session.execute(update(requests).where(R.id == id).values(**values))


async def find(session: Session, id: str, *, is_locked: bool = False) -> RowMapping | None:
    mine = select(requests).where(R.id == id)
    return await session.fetch_one(mine.with_for_update() if is_locked else mine)


async def find_case(session: Session, year: int, number: int) -> RowMapping | None:
    return await session.fetch_one(select(requests).where(R.year == year, R.number == number))


async def find_secret(session: Session, digest: bytes) -> RowMapping | None:
    return await session.fetch_one(select(requests).where(R.secret == digest))


async def of_export(session: Session, export_id: str) -> RowMapping | None:
    return await session.fetch_one(select(requests).where(R.export_id == export_id).with_for_update())


async def of_person(session: Session, user_id: str, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    return await session.fetch(
        select(requests).where(R.user_id == user_id).order_by(R.received_at.desc(), R.id.desc()).limit(limit)
    )


async def of_address(session: Session, address_mark: str, states: Sequence[str], limit: int) -> Sequence[RowMapping]:
    """The oldest first."""
    mine = select(requests).where(R.address_mark == address_mark, R.state.in_(states))
    return await session.fetch(mine.order_by(R.received_at, R.id).limit(limit))


async def unproved_since(session: Session, since: datetime, address_mark: str | None = None) -> int:
    """How many came in of which nobody proved anything when they came."""
    mine = R.received_at > since if address_mark is None else (R.received_at > since) & (R.address_mark == address_mark)
    unproved = R.verified_at.is_(None) | (R.verified_at > R.received_at)
    row = await session.fetch_one(select(func.count().label("n")).select_from(requests).where(mine, unproved))
    return int(row["n"]) if row else 0


async def in_states(session: Session, states: Sequence[str], limit: int) -> Sequence[RowMapping]:
    """Those that are due first, first."""
    asked = select(requests).where(R.state.in_(states)) if states else select(requests)
    return await session.fetch(asked.order_by(R.due_at.nulls_last(), R.received_at, R.id).limit(limit))


async def pending_before(session: Session, state: str, before: datetime, limit: int) -> Sequence[RowMapping]:
    """Nobody else changes them until the transaction ends; what somebody changes at this moment is left out."""
    pending = select(requests).where(R.state == state, R.received_at < before).order_by(R.received_at).limit(limit)
    return await session.fetch(pending.with_for_update(skip_locked=True))


async def due_before(session: Session, states: Sequence[str], before: datetime, limit: int) -> Sequence[RowMapping]:
    return await session.fetch(
        select(requests).where(R.state.in_(states), R.due_at < before).order_by(R.due_at).limit(limit)
    )


async def count_due(session: Session, states: Sequence[str], before: datetime) -> int:
    row = await session.fetch_one(
        select(func.count().label("n")).select_from(requests).where(R.state.in_(states), R.due_at < before)
    )
    return int(row["n"]) if row else 0


async def unconfirmed(session: Session, states: Sequence[str], before: datetime, limit: int) -> Sequence[RowMapping]:
    """Of whose coming in nobody was told yet, though a law wants it soon."""
    waiting = R.confirmed_at.is_(None) & R.state.in_(states) & (R.confirm_by < before)
    return await session.fetch(select(requests).where(waiting).order_by(R.confirm_by).limit(limit))


async def count_unconfirmed(session: Session, states: Sequence[str], before: datetime) -> int:
    waiting = R.confirmed_at.is_(None) & R.state.in_(states) & (R.confirm_by < before)
    row = await session.fetch_one(select(func.count().label("n")).select_from(requests).where(waiting))
    return int(row["n"]) if row else 0


async def without_receipt(
    session: Session, states: Sequence[str], kinds: Sequence[str], since: datetime, limit: int
) -> Sequence[RowMapping]:
    """Carried out since then, and not proved yet; of somebody who is still known."""
    missing = R.receipt.is_(None) & R.sealed.is_not(None) & (R.ended_at > since)
    asked = select(requests).where(missing, R.state.in_(states), R.kind.in_(kinds))
    return await session.fetch(asked.order_by(R.ended_at).limit(limit))


async def unproved(session: Session, states: Sequence[str], kinds: Sequence[str]) -> int:
    """How many went on though nobody showed that it was theirs."""
    found = R.state.in_(states) & R.kind.in_(kinds) & R.verified_at.is_(None)
    row = await session.fetch_one(select(func.count().label("n")).select_from(requests).where(found))
    return int(row["n"]) if row else 0


async def sealed_in(session: Session, state: str) -> int:
    """How many in a state still say who asked."""
    found = (R.state == state) & R.sealed.is_not(None)
    row = await session.fetch_one(select(func.count().label("n")).select_from(requests).where(found))
    return int(row["n"]) if row else 0


async def add_line(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(request_lines).values(**values))


async def lines_of(session: Session, request_id: str, limit: int) -> Sequence[RowMapping]:
    """In the order in which they were said."""
    mine = select(request_lines).where(L.request_id == request_id)
    return await session.fetch(mine.order_by(L.at, L.id).limit(limit))


def is_over(kept_kind: str) -> ColumnElement[bool]:
    """Answered, and its term runs. What was said for good (`kept_kind`) stays with the data of who said it."""
    return R.ended_at.is_not(None) & ((R.kind != kept_kind) | (R.user_id == ""))


async def drop_ended(session: Session, before: datetime, kept_kind: str, limit: int) -> int:
    """Those that were answered long ago, with all that was said; how many."""
    over = select(R.id).where(R.ended_at < before, is_over(kept_kind)).limit(limit)
    old = [row["id"] for row in await session.fetch(over)]
    if not old:
        return 0
    await session.execute(delete(relays).where(P.request_id.in_(old)))
    await session.execute(delete(request_lines).where(L.request_id.in_(old)))
    return await session.execute(delete(requests).where(R.id.in_(old)))


async def put_relay(session: Session, values: Mapping[str, Any]) -> None:
    """It waits for an answer; one of the same request that nobody answered in time gives way to it."""
    added, anew = upsert(relays).values(**values), {**values, "answered_at": None, "outcome": ""}
    await session.execute(added.on_conflict_do_update(index_elements=[P.request_id], set_=anew))


async def relay(session: Session, request_id: str, *, is_locked: bool = False) -> RowMapping | None:
    one = select(relays).where(P.request_id == request_id)
    return await session.fetch_one(one.with_for_update() if is_locked else one)


async def relays_of(session: Session, account_id: str, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    mine = select(relays).where(P.account_id == account_id)
    return await session.fetch(mine.order_by(P.relayed_at.desc(), P.request_id).limit(limit))


async def change_relay(session: Session, request_id: str, **values: Any) -> None:
    await session.execute(update(relays).where(P.request_id == request_id).values(**values))


async def late_relays(session: Session, before: datetime, limit: int) -> Sequence[RowMapping]:
    """Those that their owners should have answered by then."""
    late = select(relays).where(P.answered_at.is_(None), P.due_at < before)
    return await session.fetch(late.order_by(P.due_at).limit(limit))


async def count_late_relays(session: Session, before: datetime) -> int:
    late = P.answered_at.is_(None) & (P.due_at < before)
    row = await session.fetch_one(select(func.count().label("n")).select_from(relays).where(late))
    return int(row["n"]) if row else 0


async def ended_between(
    session: Session, after: datetime, until: datetime, kept_kind: str, limit: int
) -> Sequence[RowMapping]:
    """How many of each person who is known to have an account; of those that go with their time."""
    mine = select(R.account_id, R.user_id, func.count().label("count")).where(
        R.ended_at > after, R.ended_at <= until, R.user_id != "", is_over(kept_kind)
    )
    return await session.fetch(mine.group_by(R.account_id, R.user_id).order_by(R.account_id, R.user_id).limit(limit))
