"""Send: signs and posts one delivery, and sees to the next try."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, SafelightError, Unauthorized
from safelight.kernel.hosts import ANYWHERE
from safelight.ports.database import Database, Session
from safelight.ports.fetcher import Fetcher
from safelight.ports.queue import Job
from safelight.settings import WebhookSettings
from safelight.webhooks import backoff, messages, receivers, signing, store
from safelight.webhooks.events import ReceiverPaused
from safelight.webhooks.model import Delivery, State

KEEP_DAYS = 30
"""How long a delivery can be looked at after it was made; holdings.py promises it."""
LET_GO_MAX = 200
"""So many held deliveries are sent at once when their receiver is resumed; the others follow."""


@dataclass(frozen=True)
class Send:
    """Signed with the key that signing.py chooses. A receiver may hear the same twice, and must not hear less.

    A receiver for whom too many deliveries in a row were given up is paused: what is for him is held, and sent when
    somebody resumes him, or as soon as one delivery that is sent again by hand reaches him.
    """

    database: Database
    fetcher: Fetcher
    keys: Keys
    clock: Clock
    settings: WebhookSettings = field(default_factory=WebhookSettings)

    async def send_webhook(self, payload: dict[str, Any]) -> None:
        """Reaction to WebhookDue, and to itself: one try. `by_hand`: also to a receiver that is paused."""
        cloud_id, delivery_id = str(payload["cloud_id"]), str(payload["delivery_id"])
        async with self.database.lock(f"webhook/{cloud_id}/{delivery_id}") as is_mine:
            if not is_mine:
                return
            async with self.database.transaction() as session:
                delivery = await store.find(session, cloud_id, delivery_id)
                cloud = await clouds.find_by_id(session, cloud_id)
                hosts = ANYWHERE if cloud is None else cloud.owners_hosts
                key = signing.key_for(await self.keys.enabled(session, cloud_id))
                if delivery is None or delivery.state is not State.WAITING:
                    return
                if key is None:
                    # Nobody could tell whether it is from us. It can be sent again when there is a key.
                    await _note(session, delivery, State.GIVEN_UP, delivery.tries, delivery.status)
                    return
                if not payload.get("by_hand") and await receivers.is_paused(session, cloud_id, delivery.url):
                    await _note(session, delivery, State.HELD, delivery.tries, delivery.status)
                    return
            timestamp = int(self.clock.now().timestamp())
            algorithm = self.settings.signature_algorithm
            headers = signing.headers(delivery.body, timestamp, key.secret, algorithm=algorithm)
            try:
                status = await self.fetcher.post(delivery.url, body=delivery.body, headers=headers, hosts=hosts)
                may_be_tried_again = True
            except SafelightError as error:
                # An address that may never be reached will not be reachable in three minutes either.
                status, may_be_tried_again = None, not isinstance(error, Invalid | Unauthorized)
            await self._judge(delivery, status, may_be_tried_again)

    def _next_try(self, tries: int, now: datetime) -> datetime | None:
        chosen = self.settings
        return backoff.next_try(tries, now, tries_max=chosen.tries_max, wait_minutes=chosen.wait_minutes)

    async def _judge(self, delivery: Delivery, status: int | None, may_be_tried_again: bool) -> None:
        now, tries = self.clock.now(), delivery.tries + 1
        async with self.database.transaction() as session:
            if status is not None and 200 <= status < 300:
                await _note(session, delivery, State.DONE, tries, status)
                await receivers.note_success(session, delivery.cloud_id, delivery.url)
                return
            again_at = self._next_try(tries, now) if may_be_tried_again else None
            if again_at is not None:
                await _note(session, delivery, State.WAITING, tries, status)
                payload = {"cloud_id": delivery.cloud_id, "delivery_id": delivery.id}
                await session.defer(Job("send_webhook", payload, run_at=again_at))
                return
            await _note(session, delivery, State.GIVEN_UP, tries, status)
            most = self.settings.given_up_max
            paused = await receivers.note_given_up(session, delivery.cloud_id, delivery.url, most=most, now=now)
            if paused is not None:
                await session.emit(
                    ReceiverPaused(paused.cloud_id, paused.id, paused.url, paused.given_up, now.isoformat())
                )

    async def let_go_webhooks(self, payload: dict[str, Any]) -> None:
        """A receiver hears again: send what was held for it, some at a time."""
        cloud_id, url = str(payload["cloud_id"]), str(payload["url"])
        async with self.database.transaction() as session:
            if await receivers.is_paused(session, cloud_id, url):
                return
            let_go = await store.let_go(session, cloud_id, url, most=LET_GO_MAX)
            for delivery_id in let_go:
                await session.defer(Job("send_webhook", {"cloud_id": cloud_id, "delivery_id": delivery_id}))
            if len(let_go) == LET_GO_MAX:
                await session.defer(Job("let_go_webhooks", {"cloud_id": cloud_id, "url": url}))

    async def sweep_webhooks(self, payload: dict[str, Any]) -> None:
        """Forget deliveries, messages and receivers whose time is over."""
        del payload
        now = self.clock.now()
        async with self.database.transaction() as session:
            await store.forget(session, now - timedelta(days=KEEP_DAYS))
            await receivers.forget(session, now - timedelta(days=KEEP_DAYS))
            await messages.forget(session, now - timedelta(days=messages.KEEP_DAYS))


async def _note(session: Session, delivery: Delivery, state: State, tries: int, status: int | None) -> None:
    await store.note_try(session, delivery.cloud_id, delivery.id, tries=tries, status=status, state=state)
