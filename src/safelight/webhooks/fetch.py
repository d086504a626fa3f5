"""Fetch: takes messages of a channel or a batch in hand, and waits for them where there are none."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from safelight.kernel.clock import Clock
from safelight.ports.database import Database
from safelight.webhooks import messages
from safelight.webhooks.bell import Bell, rings_within
from safelight.webhooks.model import Message

LOOK_AGAIN_SECONDS = 5
"""What somebody else had in hand and did not acknowledge comes back without the bell."""
GONE_SECONDS = 1
"""So often it is seen whether who waits has hung up."""


@dataclass(frozen=True)
class Ask:
    """What a reader wants: messages of a channel, or of a batch. `hidden_seconds` nobody else sees them."""

    cloud_id: str
    channel: str | None
    batch_id: str | None
    most: int
    wait_seconds: int
    hidden_seconds: int


async def stays() -> bool:
    """For readers of whom it is not known whether they have hung up."""
    return False


@dataclass(frozen=True)
class FetchMessages:
    """Answers as soon as there is something, or when the time is over."""

    database: Database
    clock: Clock
    bell: Bell
    pollers_max: int

    async def __call__(self, ask: Ask, is_gone: Callable[[], Awaitable[bool]] = stays) -> Sequence[Message]:
        if found := await self._claim(ask):
            return found
        if self.bell.waiting_count >= self.pollers_max:
            return []
        now = asyncio.get_running_loop().time
        ends_at = now() + ask.wait_seconds
        with self.bell.waiting(ask.cloud_id) as rung:
            looked_at = now()
            while now() < ends_at and not self.bell.is_closed and not await is_gone():
                await rings_within(rung, min(GONE_SECONDS, ends_at - now()))
                if rung.is_set() or now() - looked_at >= LOOK_AGAIN_SECONDS:
                    rung.clear()
                    looked_at = now()
                    # Whoever hung up meanwhile would keep the messages from others for nothing.
                    if not await is_gone() and (found := await self._claim(ask)):
                        return found
        return []

    async def _claim(self, ask: Ask) -> Sequence[Message]:
        async with self.database.transaction() as session:
            return await messages.claim(
                session,
                ask.cloud_id,
                channel=ask.channel,
                batch_id=ask.batch_id,
                most=ask.most,
                seconds=ask.hidden_seconds,
                now=self.clock.now(),
            )
