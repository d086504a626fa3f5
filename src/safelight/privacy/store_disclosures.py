"""The SQL of disclosures: who outside got which kinds of records of whom, and which recipients are told of or off."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal
from safelight.privacy.store_policy import policy_versions

_NAME = not_personal("a name that the operator gave to a recipient, or a host of theirs")

# A line a day, so that what leaves often does not fill the store; `count` is how often it did.
disclosures = Table(
    "disclosures",
    METADATA,
    Column("recipient", Text, primary_key=True, info=_NAME),
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("user_id", Text, primary_key=True, info=not_personal("a random id of a person")),
    Column("address_mark", Text, primary_key=True, info=personal("disclosure")),
    Column("purpose", Text, primary_key=True, info=not_personal("a purpose of the policy")),
    Column("entities", Text, primary_key=True, info=not_personal("names of kinds of records")),
    Column("day", Date, primary_key=True),
    Column("is_marketing", Boolean, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("count", Integer, nullable=False),
    Index("ix_disclosures_user_id", "user_id", "day"),
    Index("ix_disclosures_account_id", "account_id", "day"),
    Index("ix_disclosures_address_mark", "address_mark", "day"),
    Index("ix_disclosures_last_at", "last_at"),
)

# Of a recipient: since when people were told of it, and whether the operator switched it off.
recipients = Table(
    "recipients",
    METADATA,
    Column("name", Text, primary_key=True, info=_NAME),
    Column("told_at", DateTime(timezone=True)),
    Column("warned_on", Date),
    Column("off_at", DateTime(timezone=True)),
    Column("off_why", Text, nullable=False, server_default="", info=not_personal("the operator's reason")),
)
D, R, V = disclosures.c, recipients.c, policy_versions.c


async def add(session: Session, row: Mapping[str, Any]) -> None:
    """One more of the same day is counted."""
    added = insert(disclosures).values(**row, count=1)
    again = {"count": D.count + 1, "last_at": func.greatest(D.last_at, added.excluded.last_at)}
    await session.execute(added.on_conflict_do_update(index_elements=[*disclosures.primary_key.columns], set_=again))


async def of_subject(
    session: Session,
    *,
    user_ids: Sequence[str],
    account_id: str,
    marks: Sequence[str],
    since: date,
    until: date,
    most: int,
) -> Sequence[RowMapping]:
    """Of these people, these addresses, or of that account as a whole; the newest first."""
    whose: list[ColumnElement[bool]] = [D.user_id.in_(user_ids), D.address_mark.in_([each for each in marks if each])]
    if account_id:
        whose.append((D.account_id == account_id) & (D.user_id == ""))
    found = select(disclosures).where(or_(*whose), D.day.between(since, until))
    return await session.fetch(found.order_by(D.last_at.desc(), D.recipient, D.entities, D.purpose).limit(most))


async def drop_before(session: Session, before: datetime, most: int) -> int:
    key = tuple(disclosures.primary_key.columns)
    old = select(*key).where(D.last_at < before).limit(most)
    return await session.execute(delete(disclosures).where(tuple_(*key).in_(old)))


async def recipient(session: Session, name: str) -> RowMapping | None:
    return await session.fetch_one(select(recipients).where(R.name == name))


async def all_recipients(session: Session) -> Mapping[str, RowMapping]:
    return {row["name"]: row for row in await session.fetch(select(recipients))}


async def note_recipient(session: Session, name: str, **values: Any) -> None:
    added = insert(recipients).values(name=name, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[R.name], set_=values))


async def switch_on(session: Session, name: str) -> None:
    await session.execute(update(recipients).where(R.name == name).values(off_at=None, off_why=""))


async def posted(session: Session, names: Sequence[str]) -> Sequence[RowMapping]:
    """Of each version of the policy: when it was posted, and which of these recipients it names; the oldest first."""
    there = [V.content["recipients"].has_key(name).label(f"has_{at}") for at, name in enumerate(names)]
    return await session.fetch(select(V.number, V.posted_at, *there).order_by(V.number))
