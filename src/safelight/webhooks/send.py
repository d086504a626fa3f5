"""Send: signs and posts one delivery, and sees to the next try."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from safelight.accounts.keys import Keys
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, SafelightError
from safelight.ports.database import Database
from safelight.ports.fetcher import Fetcher
from safelight.ports.queue import Job
from safelight.webhooks import backoff, signing, store
from safelight.webhooks.model import Delivery, State

KEEP_DAYS = 30
"""How long a delivery can be looked at after it was made; holdings.py promises it."""


@dataclass(frozen=True)
class Send:
    """Signed with the cloud's oldest enabled key. A receiver may hear the same twice, and must not hear less."""

    database: Database
    fetcher: Fetcher
    keys: Keys
    clock: Clock

    async def send_webhook(self, payload: dict[str, Any]) -> None:
        """Reaction to WebhookDue, and to itself: one try."""
        cloud_id, delivery_id = str(payload["cloud_id"]), str(payload["delivery_id"])
        async with self.database.lock(f"webhook/{cloud_id}/{delivery_id}") as is_mine:
            if not is_mine:
                return
            async with self.database.transaction() as session:
                delivery = await store.find(session, cloud_id, delivery_id)
                keys = await self.keys.enabled(session, cloud_id)
            if delivery is None or delivery.state is not State.WAITING or not keys:
                return
            timestamp = int(self.clock.now().timestamp())
            headers = signing.headers(delivery.body, timestamp, keys[0].secret)
            try:
                status = await self.fetcher.post(delivery.url, body=delivery.body, headers=headers)
                may_be_tried_again = True
            except SafelightError as error:
                # An address that may never be reached will not be reachable in three minutes either.
                status, may_be_tried_again = None, not isinstance(error, Invalid)
            await self._note(delivery, status, may_be_tried_again)

    async def _note(self, delivery: Delivery, status: int | None, may_be_tried_again: bool) -> None:
        tries = delivery.tries + 1
        is_done = status is not None and 200 <= status < 300
        again_at = backoff.next_try(tries, self.clock.now()) if not is_done and may_be_tried_again else None
        state = State.DONE if is_done else State.WAITING if again_at else State.GIVEN_UP
        async with self.database.transaction() as session:
            await store.note_try(session, delivery.cloud_id, delivery.id, tries=tries, status=status, state=state)
            if again_at is not None:
                payload = {"cloud_id": delivery.cloud_id, "delivery_id": delivery.id}
                await session.defer(Job("send_webhook", payload, run_at=again_at))

    async def sweep_webhooks(self, payload: dict[str, Any]) -> None:
        """Forget deliveries whose time is over."""
        del payload
        async with self.database.transaction() as session:
            await store.forget(session, self.clock.now() - timedelta(days=KEEP_DAYS))
