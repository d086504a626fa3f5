"""The SQL of what people write to us and we to them: threads of sealed letters, found by marks and never by words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    LargeBinary,
    RowMapping,
    Select,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

_ID = not_personal("a random id made here")
_MINE = personal("message")

# `sealed`: addresses, subject, words and small attachments. `message_mark`: of the id that the letter bears.
messages = Table(
    "messages",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("direction", Text, nullable=False, info=not_personal("one of two words")),
    Column("channel", Text, nullable=False, info=not_personal("one of a few words")),
    Column("topic", Text, nullable=False, info=not_personal("what sort of request it is: one of a few words")),
    Column("case_id", Text, nullable=False, info=_ID),
    Column("case_number", Text, nullable=False, info=not_personal("a number that is counted here")),
    Column("address_mark", Text, nullable=False, info=_MINE),
    Column("message_mark", Text, info=_MINE),
    Column("sealed", LargeBinary, nullable=False, info=_MINE),
    Column("size_bytes", BigInteger, nullable=False),
    Column("proofs", Text, nullable=False, server_default="", info=not_personal("words of RFC 8601: spf=pass")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Index("ix_messages_address_mark", "address_mark", "created_at"),
    Index("uq_messages_message_mark", "message_mark", unique=True),
    Index("ix_messages_case_id", "case_id", "created_at"),
    Index("ix_messages_closed_at", "closed_at"),
    Index("ix_messages_created_at", "created_at"),
)
M = messages.c


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(messages).values(**values))


async def is_known(session: Session, message_mark: str) -> bool:
    return await session.fetch_one(select(M.id).where(M.message_mark == message_mark).limit(1)) is not None


async def one_of(
    session: Session, address_mark: str, message_marks: Sequence[str], case: str | None
) -> RowMapping | None:
    """The newest letter of that address that is meant; an id says it better than a number that was typed."""
    for condition in ([M.message_mark.in_(message_marks)] if message_marks else [],
                      [M.case_number == case] if case else []):  # fmt: skip
        if condition:
            mine = select(messages).where(M.address_mark == address_mark, *condition)
            row = await session.fetch_one(mine.order_by(M.created_at.desc(), M.id.desc()).limit(1))
            if row is not None:
                return row
    return None


async def of_case(session: Session, case_id: str, most: int) -> Sequence[RowMapping]:
    """The newest first. Of one moment, what goes out answers what came in."""
    mine = select(messages).where(M.case_id == case_id)
    return await session.fetch(mine.order_by(M.created_at.desc(), M.direction.desc(), M.id.desc()).limit(most))


async def of_address(session: Session, address_mark: str, most: int) -> Sequence[RowMapping]:
    return await session.fetch(select(messages).where(M.address_mark == address_mark).limit(most))


async def count_since(session: Session, since: datetime, direction: str, address_mark: str | None = None) -> int:
    counted = select(func.count().label("count")).where(M.created_at > since, M.direction == direction)
    return await _count(session, counted, address_mark)


async def cases_since(session: Session, since: datetime, address_mark: str) -> int:
    counted = select(func.count(M.case_id.distinct()).label("count")).where(M.created_at > since)
    return await _count(session, counted, address_mark)


async def _count(session: Session, counted: Select[Any], address_mark: str | None) -> int:
    row = await session.fetch_one(counted if address_mark is None else counted.where(M.address_mark == address_mark))
    return row["count"] if row else 0


async def close(session: Session, case_ids: Sequence[str], now: datetime) -> None:
    """What is closed already stays as it is."""
    still = update(messages).where(M.case_id.in_(case_ids), M.closed_at.is_(None))
    await session.execute(still.values(closed_at=now))


async def reopen(session: Session, case_id: str) -> None:
    closed = update(messages).where(M.case_id == case_id, M.closed_at.is_not(None))
    await session.execute(closed.values(closed_at=None))


async def silent(session: Session, before: datetime, most: int) -> Sequence[str]:
    """Threads that are open and in which nobody has written since."""
    asked = (
        select(M.case_id)
        .where(M.closed_at.is_(None))
        .group_by(M.case_id)
        .having(func.max(M.created_at) < before)
        .limit(most)
    )
    return [row["case_id"] for row in await session.fetch(asked)]


async def drop_closed(session: Session, before: datetime, most: int) -> int:
    old = select(M.id).where(M.closed_at < before).limit(most)
    return await session.execute(delete(messages).where(M.id.in_(old)))
