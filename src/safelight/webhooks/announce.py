"""Announce: a notification -> one delivery for each address, and the word that they are due."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from safelight.ports.database import Session
from safelight.webhooks import store
from safelight.webhooks.events import WebhookDue
from safelight.webhooks.model import Delivery, State


async def announce(
    session: Session, cloud_id: str, urls: Sequence[str], topic: str, body: bytes, *, fact: str, now: datetime
) -> int:
    """How many deliveries were new. `fact` names what happened: for one fact each address hears once."""
    added = 0
    for url in dict.fromkeys(urls):
        delivery = Delivery(
            cloud_id=cloud_id,
            id=hashlib.sha256(f"{topic}\n{fact}\n{url}".encode()).hexdigest()[:32],
            url=url,
            topic=topic,
            body=body,
            state=State.WAITING,
            tries=0,
            status=None,
            created_at=now,
        )
        if await store.add(session, delivery):
            await session.emit(WebhookDue(cloud_id, delivery.id))
            added += 1
    return added
