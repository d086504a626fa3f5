"""The SQL of erasures and exports: how far they are, and what is left of them; of nobody more than hashes."""

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
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

_ID = not_personal("a random id made here")

# `sealed`: who is meant, until it is done; after that, only the marks by which a probe would know something again.
# `receipt`: what the person gets of it, sealed until it was fetched or its days are over: nobody else has its salt.
erasures = Table(
    "erasures",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("commitment", Text, nullable=False, info=personal("erasure-log")),
    Column("sealed", LargeBinary),
    Column("salt", LargeBinary, nullable=False),
    Column("marks", ARRAY(LargeBinary), nullable=False, info=personal("erasure-log")),
    Column("state", Text, nullable=False, info=not_personal("one of a few words")),
    Column("steps", JSONB, nullable=False, info=not_personal("names of tables, counts and moments")),
    Column("position", Integer, nullable=False),
    Column("rounds", Integer, nullable=False, server_default="0"),
    Column("probes", JSONB, nullable=False, server_default="[]", info=not_personal("moments, counts, names of tables")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("probe_at", DateTime(timezone=True)),
    Column("receipt", LargeBinary),
    Index("ix_erasures_probe_at", "probe_at"),
)

exports = Table(
    "exports",
    METADATA,
    Column("id", Text, primary_key=True, info=_ID),
    Column("account_id", Text, nullable=False, info=_ID),
    Column("user_id", Text, nullable=False, info=not_personal("a random id, or nothing")),
    Column("sealed", LargeBinary),
    Column("state", Text, nullable=False, info=not_personal("one of a few words")),
    Column("blob_key", Text, nullable=False, info=not_personal("made of a random id")),
    Column("size_bytes", BigInteger),
    Column("volumes", JSONB, nullable=False, server_default="[]", info=not_personal("bytes of each file")),
    Column("sha256", Text, info=personal("export-archive")),
    Column("is_complete", Boolean),
    Column("downloads", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("ix_exports_account_id", "account_id", "created_at"),
    Index("ix_exports_expires_at", "expires_at"),
)

E, X = erasures.c, exports.c


async def add_erasure(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(erasures).values(**values))


async def erasure(session: Session, id: str, *, is_locked: bool = False) -> RowMapping | None:
    mine = select(erasures).where(E.id == id)
    return await session.fetch_one(mine.with_for_update() if is_locked else mine)


async def change_erasure(session: Session, id: str, **values: Any) -> None:
    await session.execute(update(erasures).where(E.id == id).values(**values))


async def open_erasure_of(session: Session, commitment: str, done: str) -> str | None:
    """The one that is under way for somebody."""
    row = await session.fetch_one(select(E.id).where(E.commitment == commitment, E.state != done).limit(1))
    return None if row is None else str(row["id"])


async def probes_due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    due = select(E.id).where(E.probe_at <= now).order_by(E.probe_at).limit(limit)
    return [row["id"] for row in await session.fetch(due)]


async def list_erasures(session: Session, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    return await session.fetch(select(erasures).order_by(E.created_at.desc()).limit(limit))


async def add_export(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(exports).values(**values))


async def export(session: Session, id: str, *, is_locked: bool = False) -> RowMapping | None:
    mine = select(exports).where(X.id == id)
    return await session.fetch_one(mine.with_for_update() if is_locked else mine)


async def change_export(session: Session, id: str, **values: Any) -> None:
    await session.execute(update(exports).where(X.id == id).values(**values))


async def exports_of(session: Session, account_id: str, user_id: str, limit: int) -> Sequence[RowMapping]:
    """What one person asked for, the newest first."""
    mine = select(exports).where(X.account_id == account_id, X.user_id == user_id)
    return await session.fetch(mine.order_by(X.created_at.desc()).limit(limit))


async def exports_ending(
    session: Session, state: str, after: datetime, until: datetime, limit: int
) -> Sequence[RowMapping]:
    """How many of each person, of those that nobody fetched and whose time is over between two moments."""
    mine = select(X.account_id, X.user_id, func.count().label("count")).where(
        X.state == state, X.downloads == 0, X.expires_at > after, X.expires_at <= until
    )
    return await session.fetch(mine.group_by(X.account_id, X.user_id).order_by(X.account_id, X.user_id).limit(limit))


async def exports_due(session: Session, now: datetime, gone: str, limit: int) -> Sequence[RowMapping]:
    """Those whose time is over, and whose file may still be there."""
    return await session.fetch(select(exports).where(X.expires_at <= now, X.state != gone).limit(limit))
