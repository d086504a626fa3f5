"""The SQL of holds and cases: what is held, what was set aside for it, and on whose word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

_ID = not_personal("a random id made here, or nothing")
_WORD = not_personal("one of a few words")


def _scope() -> tuple["Column[Any]", ...]:
    """Of what: one of these words, and the ids that it takes."""
    return (
        Column("scope", Text, nullable=False, info=_WORD),
        *(
            Column(name, Text, nullable=False, server_default="", info=_ID)
            for name in ("account_id", "user_id", "cloud_id", "asset_id")
        ),
    )


holds = Table(
    "holds",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("ground", Text, nullable=False, info=_WORD),
    *_scope(),
    Column("fields", ARRAY(Text), nullable=False, info=not_personal("names of kinds of records and of fields")),
    Column("owner", Text, nullable=False, info=personal("hold")),
    Column("basis", Text, nullable=False, info=personal("hold")),
    Column("case_id", Text, nullable=False, server_default="", info=_ID),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("review_at", DateTime(timezone=True), nullable=False),
    Column("gag_until", DateTime(timezone=True)),
    Column("is_gagged", Boolean, nullable=False, server_default="false"),
    Column("warned_days", Integer),
    Column("ended_at", DateTime(timezone=True)),
    Column("end_kind", Text, info=_WORD),
    Column("dropped_at", DateTime(timezone=True)),
    Index("ix_holds_ended_at", "ended_at"),
    Index("ix_holds_account_id", "account_id"),
)

# Copies, sealed, of what would have gone; a file lies beside them in the store. `digest` is of what was copied, so that
# a record that did not change is there once.
held_records = Table(
    "held_records",
    METADATA,
    Column("hold_id", Text, primary_key=True, info=_ID),
    Column("digest", LargeBinary, primary_key=True, info=personal("held-record")),
    Column("sheet", Text, nullable=False, info=not_personal("the name of a table")),
    Column("kind", Text, nullable=False, info=not_personal("the name of a kind of records")),
    Column("sealed", LargeBinary, nullable=False, info=personal("held-record")),
    Column("blob_key", Text, nullable=False, server_default="", info=not_personal("made of a random id and a digest")),
    Column("size_bytes", BigInteger),
    Column("taken_at", DateTime(timezone=True), nullable=False),
)

# A case of enforcement: without one that is open, nobody reads for that purpose.
cases = Table(
    "enforcement_cases",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("kind", Text, nullable=False, info=_WORD),
    *_scope(),
    Column("basis", Text, nullable=False, info=personal("enforcement-case")),
    Column("opened_by", Text, nullable=False, info=personal("enforcement-case")),
    Column("outcome", Text, nullable=False, server_default="", info=personal("enforcement-case")),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("ix_enforcement_cases_ended_at", "ended_at"),
)

H, R, C = holds.c, held_records.c, cases.c


async def add_hold(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(holds).values(**values))


async def hold(session: Session, id: str, *, is_locked: bool = False) -> RowMapping | None:
    mine = select(holds).where(H.id == id)
    return await session.fetch_one(mine.with_for_update() if is_locked else mine)


async def change_hold(session: Session, id: str, **values: Any) -> None:
    await session.execute(update(holds).where(H.id == id).values(**values))


async def list_holds(session: Session, *, only_live: bool, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    wanted = select(holds).order_by(H.created_at.desc(), H.id.desc()).limit(limit)
    return await session.fetch(wanted.where(H.ended_at.is_(None)) if only_live else wanted)


async def count_live(session: Session) -> int:
    row = await session.fetch_one(select(func.count().label("count")).where(H.ended_at.is_(None)))
    return int(row["count"]) if row else 0


async def of_case(session: Session, case_id: str) -> Sequence[RowMapping]:
    return await session.fetch(select(holds).where(H.case_id == case_id, H.ended_at.is_(None)).with_for_update())


async def undropped(session: Session, limit: int) -> Sequence[str]:
    """Holds that ended, and of which something may still be kept."""
    ended = select(H.id).where(H.ended_at.is_not(None), H.dropped_at.is_(None)).order_by(H.ended_at).limit(limit)
    return [row["id"] for row in await session.fetch(ended)]


async def late(session: Session, before: datetime) -> int:
    """Holds that ended before then and still keep something."""
    kept = select(R.hold_id).where(R.hold_id == H.id).exists()
    row = await session.fetch_one(select(func.count().label("count")).where(H.ended_at < before, kept))
    return int(row["count"]) if row else 0


async def unended(session: Session, before: datetime) -> int:
    """Holds that nobody looked at again in time, and that go on."""
    row = await session.fetch_one(select(func.count().label("count")).where(H.ended_at.is_(None), H.review_at < before))
    return int(row["count"]) if row else 0


async def drop_ended(session: Session, before: datetime, limit: int) -> int:
    """Lines about holds and cases that ended before then, and keep nothing."""
    old = select(H.id).where(H.ended_at < before, H.dropped_at.is_not(None)).limit(limit)
    gone = await session.execute(delete(holds).where(H.id.in_(old)))
    closed = select(C.id).where(C.ended_at < before).limit(limit)
    return gone + await session.execute(delete(cases).where(C.id.in_(closed)))


async def known(session: Session, hold_id: str, digests: Sequence[bytes]) -> set[bytes]:
    """Which of these are kept already."""
    rows = await session.fetch(select(R.digest).where(R.hold_id == hold_id, R.digest.in_(digests)))
    return {bytes(row["digest"]) for row in rows}


async def add_records(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Those that are there already stay as they are; how many are new."""
    return await session.execute(upsert(held_records).values(list(rows)).on_conflict_do_nothing())


async def records(session: Session, hold_id: str, after: tuple[str, bytes], limit: int) -> Sequence[RowMapping]:
    """In an order that does not change, from one on."""
    mine = select(held_records).where(R.hold_id == hold_id, tuple_(R.sheet, R.digest) > tuple_(*after))
    return await session.fetch(mine.order_by(R.sheet, R.digest).limit(limit))


async def drop_records(session: Session, hold_id: str, limit: int) -> int:
    some = select(R.digest).where(R.hold_id == hold_id).limit(limit)
    return await session.execute(delete(held_records).where(R.hold_id == hold_id, R.digest.in_(some)))


async def counts_by_hold(session: Session) -> Mapping[str, int]:
    counted = select(R.hold_id, func.count().label("count")).group_by(R.hold_id)
    return {row["hold_id"]: row["count"] for row in await session.fetch(counted)}


async def counts_by_kind(session: Session) -> Mapping[str, int]:
    """How many records of each kind are kept beyond their time, or may be."""
    rows = await session.fetch(select(R.kind, func.count().label("count")).group_by(R.kind))
    return {row["kind"]: row["count"] for row in rows}


async def add_case(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(cases).values(**values))


async def case(session: Session, id: str, *, is_locked: bool = False) -> RowMapping | None:
    mine = select(cases).where(C.id == id)
    return await session.fetch_one(mine.with_for_update() if is_locked else mine)


async def change_case(session: Session, id: str, **values: Any) -> None:
    await session.execute(update(cases).where(C.id == id).values(**values))


async def list_cases(session: Session, *, only_open: bool, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    wanted = select(cases).order_by(C.opened_at.desc(), C.id.desc()).limit(limit)
    return await session.fetch(wanted.where(C.ended_at.is_(None)) if only_open else wanted)


async def with_closed_case(session: Session) -> int:
    """Holds that go on although their case was closed."""
    closed = select(C.id).where(C.id == H.case_id, C.ended_at.is_not(None)).exists()
    missing = ~select(C.id).where(C.id == H.case_id).exists()
    row = await session.fetch_one(
        select(func.count().label("count")).where(H.case_id != "", H.ended_at.is_(None), or_(closed, missing))
    )
    return int(row["count"]) if row else 0
