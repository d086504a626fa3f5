"""The SQL of receivers that fail: count what was given up, pause, resume, and list them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.kernel.errors import NotFound
from safelight.ports.database import Session
from safelight.ports.queue import Job
from safelight.webhooks.model import Receiver
from safelight.webhooks.store import webhook_receivers

R = webhook_receivers.c
LIST_MAX = 1000


def id_of(url: str) -> str:
    """An address as an id that fits into a path."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


async def note_given_up(session: Session, cloud_id: str, url: str, *, most: int, now: datetime) -> Receiver | None:
    """One more in a row. With the `most`th the receiver is paused; then it is told here, once."""
    first = {"cloud_id": cloud_id, "id": id_of(url), "url": url, "given_up": 1, "failing_since": now}
    counted = insert(webhook_receivers).values(first)
    row = await session.fetch_one(
        counted.on_conflict_do_update(index_elements=[R.cloud_id, R.id], set_={"given_up": R.given_up + 1}).returning(
            *webhook_receivers.columns
        )
    )
    assert row is not None
    if row["given_up"] < most or row["paused_at"] is not None:
        return None
    mine = update(webhook_receivers).where(R.cloud_id == cloud_id, R.id == row["id"])
    paused = await session.fetch_one(mine.values(paused_at=now).returning(*webhook_receivers.columns))
    return None if paused is None else _receiver(paused)


async def is_paused(session: Session, cloud_id: str, url: str) -> bool:
    row = await session.fetch_one(_of(cloud_id, id_of(url)))
    return row is not None and row["paused_at"] is not None


async def note_success(session: Session, cloud_id: str, url: str) -> None:
    """It hears again: what was counted is forgotten, and what was held is sent."""
    gone = delete(webhook_receivers).where(R.cloud_id == cloud_id, R.id == id_of(url)).returning(R.paused_at)
    row = await session.fetch_one(gone)
    if row is not None and row["paused_at"] is not None:
        await session.defer(Job("let_go_webhooks", {"cloud_id": cloud_id, "url": url}))


async def resume(session: Session, cloud_id: str, receiver_id: str) -> Receiver:
    """Somebody says that it is mended. Raises NotFound for one that is not paused."""
    row = await session.fetch_one(_of(cloud_id, receiver_id))
    if row is None or row["paused_at"] is None:
        raise NotFound(f"Receiver {receiver_id[:100]} is not paused")
    await note_success(session, cloud_id, row["url"])
    return _receiver(row)


async def list_all(session: Session, cloud_id: str | None = None, *, paused_only: bool = False) -> Sequence[Receiver]:
    """Those that fail, of one cloud or of all; the longest first."""
    which = select(webhook_receivers)
    if cloud_id is not None:
        which = which.where(R.cloud_id == cloud_id)
    if paused_only:
        which = which.where(R.paused_at.is_not(None))
    rows = await session.fetch(which.order_by(R.failing_since, R.id).limit(LIST_MAX))
    return [_receiver(row) for row in rows]


async def forget(session: Session, before: datetime) -> int:
    """Delete those of whom nothing was heard since: by then, no delivery of theirs is left either."""
    old_news = and_(R.paused_at.is_(None), R.failing_since < before)
    return await session.execute(delete(webhook_receivers).where(or_(R.paused_at < before, old_news)))


def _of(cloud_id: str, receiver_id: str) -> Select[Any]:
    return select(webhook_receivers).where(R.cloud_id == cloud_id, R.id == receiver_id)


def _receiver(row: RowMapping) -> Receiver:
    return Receiver(
        cloud_id=row["cloud_id"],
        id=row["id"],
        url=row["url"],
        given_up=row["given_up"],
        failing_since=row["failing_since"],
        paused_at=row["paused_at"],
    )
