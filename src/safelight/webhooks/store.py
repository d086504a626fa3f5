"""The tables of webhooks, and the SQL of deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import listing
from safelight.kernel.errors import Invalid
from safelight.kernel.page import Page, cursor_of, position_of
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
    Column("state", Text, nullable=False, info=not_personal("one of four words")),
    Column("tries", Integer, nullable=False),
    Column("status", Integer),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
D = webhook_deliveries.c
Index("ix_webhook_deliveries_created_at", D.created_at)
Index("ix_webhook_deliveries_cloud_id_created_at", D.cloud_id, D.created_at, D.id)

webhook_triggers = Table(
    "webhook_triggers",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("uri", Text, nullable=False, info=personal("webhook-triggers")),
    Column("uri_type", Text, nullable=False, info=not_personal("one of two words")),
    Column("topic", Text, nullable=False, info=not_personal("a word of a fixed list")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
Index("ix_webhook_triggers_topic", webhook_triggers.c.cloud_id, webhook_triggers.c.topic)

webhook_receivers = Table(
    "webhook_receivers",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("a hash of the address")),
    Column("url", Text, nullable=False, info=personal("webhook-receivers")),
    Column("given_up", Integer, nullable=False),
    Column("failing_since", DateTime(timezone=True), nullable=False),
    Column("paused_at", DateTime(timezone=True)),
)

webhook_messages = Table(
    "webhook_messages",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("id", Text, primary_key=True, info=not_personal("a hash of what happened and of the channel")),
    Column("channel", Text, nullable=False, info=personal("webhook-messages")),
    Column("batch_id", Text, nullable=False, info=personal("webhook-messages")),
    Column("body", LargeBinary, nullable=False, info=personal("webhook-messages")),
    Column("claims", Integer, nullable=False),
    Column("visible_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
_M = webhook_messages.c
Index("ix_webhook_messages_channel", _M.cloud_id, _M.channel, _M.batch_id, _M.created_at)
Index("ix_webhook_messages_created_at", _M.created_at)


async def add(session: Session, delivery: Delivery) -> bool:
    """False if it is there already: a reaction that runs twice announces once."""
    added = insert(webhook_deliveries).values(vars(delivery)).on_conflict_do_nothing().returning(D.id)
    return await session.fetch_one(added) is not None


async def find(session: Session, cloud_id: str, delivery_id: str) -> Delivery | None:
    row = await session.fetch_one(select(webhook_deliveries).where(D.cloud_id == cloud_id, D.id == delivery_id))
    return None if row is None else _delivery(row)


async def list_all(
    session: Session, cloud_id: str, *, state: State | None = None, max_results: int, cursor: str | None = None
) -> Page[Delivery]:
    """The newest first."""
    which: list[ColumnElement[bool]] = [D.cloud_id == cloud_id]
    if state is not None:
        which.append(D.state == state.value)
    if cursor is not None:
        which.append(tuple_(D.created_at, D.id) < _place(cursor))
    newest = select(webhook_deliveries).where(*which).order_by(D.created_at.desc(), D.id.desc())
    found = [_delivery(row) for row in await session.fetch(newest.limit(max_results + 1))]
    items = found[:max_results]
    has_more = len(found) > max_results
    return Page(items, cursor_of([items[-1].created_at.isoformat(), items[-1].id]) if has_more else None)


def _place(cursor: str) -> Any:
    moment, delivery_id = position_of(cursor, 2)
    if not listing.is_text(moment) or not listing.is_text(delivery_id):
        raise Invalid("Invalid next_cursor")
    return tuple_(listing.moment_of(moment), delivery_id)


async def note_try(
    session: Session, cloud_id: str, delivery_id: str, *, tries: int, status: int | None, state: State
) -> None:
    await session.execute(
        update(webhook_deliveries)
        .where(D.cloud_id == cloud_id, D.id == delivery_id)
        .values(tries=tries, status=status, state=state.value)
    )


async def let_go(session: Session, cloud_id: str, url: str, *, most: int) -> Sequence[str]:
    """The oldest `most` deliveries that are held for an address wait to be sent again; their ids."""
    held = (
        select(D.id)
        .where(D.cloud_id == cloud_id, D.url == url, D.state == State.HELD.value)
        .order_by(D.created_at, D.id)
        .limit(most)
    )
    waiting = (
        update(webhook_deliveries)
        .where(D.cloud_id == cloud_id, D.id.in_(held))
        .values(state=State.WAITING.value, tries=0)
        .returning(D.id)
    )
    return [row["id"] for row in await session.fetch(waiting)]


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
