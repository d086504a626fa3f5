"""Deliveries: list and show what was told, and send it again."""

from safelight.kernel.errors import Conflict, NotFound
from safelight.kernel.page import Page
from safelight.ports.database import Session
from safelight.ports.queue import Job
from safelight.webhooks import store
from safelight.webhooks.model import Delivery, State


async def list(
    session: Session, cloud_id: str, *, state: State | None = None, max_results: int, cursor: str | None = None
) -> Page[Delivery]:
    """The newest first."""
    return await store.list_all(session, cloud_id, state=state, max_results=max_results, cursor=cursor)


async def get(session: Session, cloud_id: str, delivery_id: str) -> Delivery:
    """Raises NotFound."""
    delivery = await store.find(session, cloud_id, delivery_id)
    if delivery is None:
        raise NotFound(f"Delivery {delivery_id[:100]} not found")
    return delivery


async def redeliver(session: Session, cloud_id: str, delivery_id: str) -> Delivery:
    """Send the same bytes once more, with tries of their own. Raises NotFound, or Conflict for what is on its way."""
    delivery = await get(session, cloud_id, delivery_id)
    if delivery.state is State.WAITING:
        raise Conflict(f"Delivery {delivery_id} is on its way already")
    await store.note_try(session, cloud_id, delivery.id, tries=0, status=delivery.status, state=State.WAITING)
    again = {"cloud_id": cloud_id, "delivery_id": delivery_id, "by_hand": True}
    await session.defer(Job("send_webhook", again))
    return await get(session, cloud_id, delivery_id)
