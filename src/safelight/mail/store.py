"""The tables of mail, and the SQL of letters: they wait, they leave, and a line about them stays for a while."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.mail.model import LetterClass, Posted, State
from safelight.mail.store_messages import messages
from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

__all__ = ["letters", "mail_suppressions", "messages"]

_USER = "a random id of a person"

letters = Table(
    "letters",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("template", Text, nullable=False, info=not_personal("the name of a file of this program")),
    Column("kind", Text, nullable=False, info=not_personal("one of four words")),
    Column("language", Text, nullable=False, info=not_personal("one of two words")),
    Column("state", Text, nullable=False, info=not_personal("one of a few words")),
    Column("tries", Integer, nullable=False),
    # Both are emptied as soon as the letter has left, or will not leave.
    Column("address", Text, info=personal("letter-content")),
    Column("facts", JSONB, nullable=False, info=personal("letter-content")),
    Column("user_id", Text, info=personal("mail-log")),
    Column("address_mark", Text, info=personal("mail-log")),
    Column("answer", Text, info=not_personal("codes of a mail server")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("handed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
)
L = letters.c
Index("ix_letters_created_at", L.created_at)
Index("ix_letters_handed_at", L.handed_at)
Index("ix_letters_address_mark", L.address_mark, L.handed_at)

# Addresses that want no letters, or cannot take any, known by their marks alone.
mail_suppressions = Table(
    "mail_suppressions",
    METADATA,
    Column("address_mark", Text, primary_key=True, info=personal("mail-suppression")),
    Column("list", Text, primary_key=True, info=not_personal("one of a few words, or a star for all")),
    Column("reason", Text, primary_key=True, info=not_personal("one of two words")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
S = mail_suppressions.c


async def add(session: Session, posted: Posted) -> None:
    values: dict[str, Any] = {**vars(posted), "facts": dict(posted.facts), "address": posted.to}
    del values["to"]
    await session.execute(insert(letters).values(values))


async def find(session: Session, letter_id: str) -> Posted | None:
    row = await session.fetch_one(select(letters).where(L.id == letter_id))
    return None if row is None else _posted(row)


async def note(session: Session, letter_id: str, values: Mapping[str, Any]) -> None:
    await session.execute(update(letters).where(L.id == letter_id).values(**values))


async def list_all(
    session: Session, *, state: State | None = None, user_id: str | None = None, most: int
) -> Sequence[Posted]:
    """The newest first."""
    newest = select(letters).order_by(L.created_at.desc(), L.id.desc()).limit(most)
    if state is not None:
        newest = newest.where(L.state == state.value)
    if user_id is not None:
        newest = newest.where(L.user_id == user_id)
    return [_posted(row) for row in await session.fetch(newest)]


async def counts(session: Session) -> dict[str, int]:
    rows = await session.fetch(select(L.state, func.count().label("count")).group_by(L.state))
    return {row["state"]: row["count"] for row in rows}


async def handed_since(session: Session, since: datetime, address_mark: str | None = None) -> int:
    counted = select(func.count().label("count")).where(L.handed_at > since)
    if address_mark is not None:
        counted = counted.where(L.address_mark == address_mark)
    row = await session.fetch_one(counted)
    return row["count"] if row else 0


async def older(session: Session, before: datetime, *, most: int) -> Sequence[str]:
    """Letters that were written before: their ids."""
    rows = await session.fetch(select(L.id).where(L.created_at < before).order_by(L.created_at).limit(most))
    return [row["id"] for row in rows]


async def late(session: Session, before: datetime, *, most: int) -> Sequence[str]:
    """Letters that were written before and are not over: their ids."""
    waiting = L.state.in_([State.WAITING.value, State.HANDING.value])
    rows = await session.fetch(select(L.id).where(waiting, L.created_at < before).order_by(L.created_at).limit(most))
    return [row["id"] for row in rows]


async def forget(session: Session, ids: Sequence[str]) -> int:
    return await session.execute(delete(letters).where(L.id.in_(ids)))


async def suppressions(session: Session, address_mark: str) -> Sequence[RowMapping]:
    return await session.fetch(select(mail_suppressions).where(S.address_mark == address_mark))


async def suppress(session: Session, address_mark: str, name: str, reason: str, now: datetime) -> None:
    added = insert(mail_suppressions).values(address_mark=address_mark, list=name, reason=reason, created_at=now)
    await session.execute(added.on_conflict_do_nothing())


async def unsuppress(session: Session, address_mark: str, name: str, reason: str) -> None:
    mine = (S.address_mark == address_mark, S.list == name, S.reason == reason)
    await session.execute(delete(mail_suppressions).where(*mine))


def _posted(row: RowMapping) -> Posted:
    return Posted(
        id=row["id"],
        template=row["template"],
        kind=LetterClass(row["kind"]),
        language=row["language"],
        state=State(row["state"]),
        tries=row["tries"],
        created_at=row["created_at"],
        to=row["address"],
        facts=row["facts"],
        user_id=row["user_id"],
        address_mark=row["address_mark"],
        handed_at=row["handed_at"],
        ended_at=row["ended_at"],
        answer=row["answer"],
    )
