"""The SQL of uploads that are done later: what was asked, and where the bytes wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, RowMapping, Table, Text, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

waiting_uploads = Table(
    "waiting_uploads",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("asked", JSONB, nullable=False, info=personal("upload-waiting")),
    Column("blob_key", Text, nullable=False, info=not_personal("made of random ids")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
Index("ix_waiting_uploads_created_at", waiting_uploads.c.created_at)

W = waiting_uploads.c


async def add(
    session: Session, cloud_id: str, id: str, asked: dict[str, Any], blob_key: str, created_at: datetime
) -> None:
    values = {"cloud_id": cloud_id, "id": id, "asked": asked, "blob_key": blob_key, "created_at": created_at}
    await session.execute(insert(waiting_uploads).values(values))


async def find(session: Session, cloud_id: str, id: str) -> RowMapping | None:
    return await session.fetch_one(select(waiting_uploads).where(W.cloud_id == cloud_id, W.id == id))


async def remove(session: Session, cloud_id: str, id: str) -> bool:
    """False where it is gone already: somebody else has done the work."""
    return bool(await session.execute(delete(waiting_uploads).where(W.cloud_id == cloud_id, W.id == id)))


async def overdue(session: Session, before: datetime, limit: int) -> Sequence[RowMapping]:
    """Those that have waited since before that moment, the oldest first."""
    return await session.fetch(select(waiting_uploads).where(W.created_at < before).order_by(W.created_at).limit(limit))


async def known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys whose bytes are still waited for."""
    rows = await session.fetch(select(W.blob_key).where(W.blob_key.in_(keys)))
    return {row["blob_key"] for row in rows}
