"""Queue: who waits for a child, bounded, and fair between tenants: each in turn, however many jobs one of them has."""

import asyncio
from collections import OrderedDict, deque
from typing import Generic, TypeVar

from safelight.kernel.errors import Busy

T = TypeVar("T")

RETRY_AFTER_SECONDS = 2


class FairQueue(Generic[T]):
    """First in, first out for one tenant; between tenants one job each in turn."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()
        self._waiting = asyncio.Semaphore(0)

    def __len__(self) -> int:
        return self._count

    def put(self, tenant: str, item: T) -> None:
        """Raises Busy when as many wait as may."""
        if self._count >= self._most:
            raise Busy("The server is busy, try again later.", retry_after_seconds=RETRY_AFTER_SECONDS)
        self._lines.setdefault(tenant, deque()).append(item)
        self._count += 1
        self._waiting.release()

    async def get(self) -> T:
        await self._waiting.acquire()
        tenant, line = next(iter(self._lines.items()))
        item = line.popleft()
        self._count -= 1
        if line:
            self._lines.move_to_end(tenant)
        else:
            del self._lines[tenant]
        return item
