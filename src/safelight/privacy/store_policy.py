"""The SQL of the policy: its versions as they were posted; none is ever changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal

_PUBLIC = not_personal("published by the operator")

policy_versions = Table(
    "policy_versions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("class", Text, nullable=False, info=not_personal("one of four words")),
    Column("hash", Text, nullable=False, info=not_personal("a hash of what is public")),
    Column("content", JSONB, nullable=False, info=_PUBLIC),
    Column("documents", JSONB, nullable=False, info=_PUBLIC),
    Column("citation", Text, nullable=False, info=_PUBLIC),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    Column("effective_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False, info=not_personal("the signed hash of what is public")),
)

assessments = Table(
    "assessments",
    METADATA,
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("results", JSONB, nullable=False, info=not_personal("clauses, and what was found of each; published")),
    Column("note", Text, nullable=False, info=not_personal("the signed hash of what is public")),
)

V, A = policy_versions.c, assessments.c


async def add(session: Session, row: Mapping[str, Any]) -> None:
    await session.execute(insert(policy_versions).values(dict(row)))


async def all_versions(session: Session, most: int) -> Sequence[Mapping[str, Any]]:
    """The newest first."""
    rows = await session.fetch(select(policy_versions).order_by(V.number.desc()).limit(most))
    return [{str(name): value for name, value in row.items()} for row in rows]


async def version(session: Session, number: int) -> Mapping[str, Any] | None:
    row = await session.fetch_one(select(policy_versions).where(V.number == number))
    return None if row is None else {str(name): value for name, value in row.items()}


async def add_assessment(session: Session, row: Mapping[str, Any]) -> None:
    """Of two that were made at the same moment the first stays."""
    await session.execute(insert(assessments).values(dict(row)).on_conflict_do_nothing())


async def last_assessments(session: Session, most: int) -> Sequence[Mapping[str, Any]]:
    """The newest first."""
    rows = await session.fetch(select(assessments).order_by(A.at.desc()).limit(most))
    return [{str(name): value for name, value in row.items()} for row in rows]


async def drop_assessments(session: Session, before: datetime) -> int:
    return await session.execute(delete(assessments).where(A.at < before))
