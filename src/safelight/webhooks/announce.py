"""Announce: a notification -> one delivery for each address, and the word that they are due."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from safelight.ports.database import Session
from safelight.webhooks import messages, receivers, store
from safelight.webhooks.events import WebhookDue
from safelight.webhooks.model import ANYBODY, POLL, Delivery, Message, State


async def announce(
    session: Session,
    cloud_id: str,
    urls: Sequence[str],
    topic: str,
    body: bytes,
    *,
    fact: str,
    now: datetime,
    batch_id: str | None = None,
) -> int:
    """How many deliveries were new. `fact` names what happened: for one fact each address hears once.

    What goes to `poll://` lies in its channel until it is fetched; `batch_id` finds it there where nobody named one.
    """
    added = 0
    for url in dict.fromkeys(urls):
        id = hashlib.sha256(f"{topic}\n{fact}\n{url}".encode()).hexdigest()[:32]
        if url.startswith(POLL):
            channel, batch = _channel(url, batch_id)
            # What belongs to no batch, nobody could ask for.
            if channel != ANYBODY or batch:
                added += await messages.add(session, Message(cloud_id, id, channel, batch, body, 0, now, now))
            continue
        is_paused = await receivers.is_paused(session, cloud_id, url)
        delivery = Delivery(
            cloud_id=cloud_id,
            id=id,
            url=url,
            topic=topic,
            body=body,
            state=State.HELD if is_paused else State.WAITING,
            tries=0,
            status=None,
            created_at=now,
        )
        if await store.add(session, delivery):
            added += 1
            if not is_paused:
                await session.emit(WebhookDue(cloud_id, delivery.id))
    return added


def _channel(url: str, batch_id: str | None) -> tuple[str, str]:
    """Channel and batch of a `poll://` address: after the star, the address itself may name the batch."""
    channel = url.removeprefix(POLL)
    if channel.startswith(ANYBODY):
        return ANYBODY, channel.removeprefix(ANYBODY) or batch_id or ""
    return channel, batch_id or ""
