"""The SQL of webhooks: deliveries."""

from datetime import datetime

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, RowMapping, Table, Text, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal
from safelight.webhooks.model import Delivery, State

webhook_deliveries = Table(
    "webhook_deliveries",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("a hash of what happened and of the address")),
    Column("url", Text, nullable=False, info=personal("webhook-deliveries")),
    Column("topic", Text, nullable=False, info=not_personal("a word of a fixed list")),
    Column("body", LargeBinary, nullable=False, info=personal("webhook-deliveries")),
    Column("state", Text, nullable=False, info=not_personal("one of three words")),
    Column("tries", Integer, nullable=False),
    Column("status", Integer),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
D = webhook_deliveries.c
Index("ix_webhook_deliveries_created_at", D.created_at)


async def add(session: Session, delivery: Delivery) -> bool:
    """False if it is there already: a reaction that runs twice announces once."""
    added = insert(webhook_deliveries).values(vars(delivery)).on_conflict_do_nothing().returning(D.id)
    return await session.fetch_one(added) is not None


async def find(session: Session, cloud_id: str, delivery_id: str) -> Delivery | None:
    row = await session.fetch_one(select(webhook_deliveries).where(D.cloud_id == cloud_id, D.id == delivery_id))
    return None if row is None else _delivery(row)


async def note_try(
    session: Session, cloud_id: str, delivery_id: str, *, tries: int, status: int | None, state: State
) -> None:
    await session.execute(
        update(webhook_deliveries)
        .where(D.cloud_id == cloud_id, D.id == delivery_id)
        .values(tries=tries, status=status, state=state.value)
    )


async def forget(session: Session, before: datetime) -> int:
    """Delete deliveries that were made before; how many."""
    return await session.execute(delete(webhook_deliveries).where(D.created_at < before))


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        cloud_id=row["cloud_id"],
        id=row["id"],
        url=row["url"],
        topic=row["topic"],
        body=bytes(row["body"]),
        state=State(row["state"]),
        tries=row["tries"],
        status=row["status"],
        created_at=row["created_at"],
    )
