"""The SQL of figures: what was told across accounts, as it was told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, RowMapping, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal

_WORD = not_personal("a word of ours")

# One row for what is counted and when: so the same is never told in two cuts, nor twice.
figures = Table(
    "released_figures",
    METADATA,
    Column("metric", Text, primary_key=True, info=_WORD),
    Column("period", Text, primary_key=True, info=not_personal("a month or a year")),
    Column("cube", Text, nullable=False, info=_WORD),
    Column("told", JSONB, nullable=False, info=not_personal("rounded figures of groups of ten and more")),
    Column("released_at", DateTime(timezone=True), nullable=False),
)
F = figures.c


async def is_released(session: Session, metric: str, period: str) -> bool:
    return await session.fetch_one(select(F.metric).where(F.metric == metric, F.period == period)) is not None


async def add(session: Session, metric: str, period: str, cube: str, told: Mapping[str, Any], at: datetime) -> bool:
    """Whether it is the first."""
    row = insert(figures).values(metric=metric, period=period, cube=cube, told=dict(told), released_at=at)
    return await session.execute(row.on_conflict_do_nothing()) > 0


async def list_all(session: Session, limit: int) -> Sequence[RowMapping]:
    """The newest first."""
    return await session.fetch(select(figures).order_by(F.period.desc(), F.metric).limit(limit))
