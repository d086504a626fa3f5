"""The SQL of messages: notifications that wait in a channel to be fetched, each seen by one reader at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.webhooks.model import ANYBODY, Message
from safelight.webhooks.store import webhook_messages

CHANNEL = "safelight_messages"
"""Whoever waits for messages listens here. The payload is the id of the cloud that has a new one."""
KEEP_DAYS = 3
"""How long a message waits for somebody who fetches it; holdings.py promises it."""

M = webhook_messages.c


async def add(session: Session, message: Message) -> bool:
    """False if it is there already."""
    added = insert(webhook_messages).values(vars(message)).on_conflict_do_nothing().returning(M.id)
    if await session.fetch_one(added) is None:
        return False
    await session.notify(CHANNEL, message.cloud_id)
    return True


async def claim(
    session: Session,
    cloud_id: str,
    *,
    channel: str | None,
    batch_id: str | None,
    most: int,
    seconds: int,
    now: datetime,
) -> Sequence[Message]:
    """The oldest that nobody has in hand, of a channel or of a batch; for `seconds` nobody else sees them."""
    mine = select(M.id).where(M.cloud_id == cloud_id, M.channel == (channel or ANYBODY), M.visible_at <= now)
    if channel is None:
        mine = mine.where(M.batch_id == batch_id)
    # Of their own and not inside of the update, where they might be looked for more than once: and each time others.
    oldest = mine.order_by(M.created_at, M.id).limit(most).with_for_update(skip_locked=True).cte("oldest")
    taken = (
        update(webhook_messages)
        .where(M.cloud_id == cloud_id, M.id.in_(select(oldest.c.id)))
        .values(visible_at=now + timedelta(seconds=seconds), claims=M.claims + 1)
        .returning(*webhook_messages.columns)
    )
    found = [_message(row) for row in await session.fetch(taken)]
    return sorted(found, key=lambda message: (message.created_at, message.id))


async def acknowledge(session: Session, cloud_id: str, receipt: str) -> bool:
    """Strike a message out. False for a receipt that is not of its newest claim: somebody else has it in hand."""
    message_id, _, claims = receipt.rpartition(".")
    if not (claims.isascii() and claims.isdecimal() and len(claims) < 10):
        return False
    gone = delete(webhook_messages).where(M.cloud_id == cloud_id, M.id == message_id, M.claims == int(claims))
    return await session.execute(gone) > 0


async def forget(session: Session, before: datetime) -> int:
    """Delete those that nobody fetched; how many."""
    return await session.execute(delete(webhook_messages).where(M.created_at < before))


def _message(row: RowMapping) -> Message:
    return Message(
        cloud_id=row["cloud_id"],
        id=row["id"],
        channel=row["channel"],
        batch_id=row["batch_id"],
        body=bytes(row["body"]),
        claims=row["claims"],
        visible_at=row["visible_at"],
        created_at=row["created_at"],
    )
