"""The SQL of notices: who has read which version of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

notice_acks = Table(
    "notice_acks",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("user_id", Text, primary_key=True, info=personal("notice-ack")),
    Column("about", Text, primary_key=True, info=not_personal("the word of a notice")),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

N = notice_acks.c


async def add(session: Session, row: Mapping[str, Any]) -> None:
    """The first time counts."""
    await session.execute(insert(notice_acks).values(dict(row)).on_conflict_do_nothing())


async def at(session: Session, account_id: str, user_id: str, about: str, version: int) -> datetime | None:
    mine = (N.account_id == account_id, N.user_id == user_id, N.about == about, N.version == version)
    row = await session.fetch_one(select(N.at).where(*mine))
    return None if row is None else row["at"]
