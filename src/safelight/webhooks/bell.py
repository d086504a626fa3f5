"""Bell: wakes those who wait in this process for messages of a cloud."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress

from safelight.ports.database import Database
from safelight.webhooks.messages import CHANNEL


class Bell:
    """One line to the database for all who wait; it stands only while somebody does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._line: asyncio.Task[None] | None = None
        self.is_closed = False

    @property
    def waiting_count(self) -> int:
        return sum(map(len, self._waiting.values()))

    @contextmanager
    def waiting(self, cloud_id: str) -> Generator[asyncio.Event]:
        """An event that is set whenever there may be something new."""
        rung = asyncio.Event()
        self._waiting.setdefault(cloud_id, set()).add(rung)
        if self._line is None:
            self._line = asyncio.create_task(self._listen())
        try:
            yield rung
        finally:
            self._waiting[cloud_id].discard(rung)
            if not self._waiting[cloud_id]:
                del self._waiting[cloud_id]
            if not self._waiting:
                self._line.cancel()
                self._line = None

    def close(self) -> None:
        """Nobody waits any longer: the house is about to close."""
        self.is_closed = True
        self._ring(None)

    async def _listen(self) -> None:
        async for cloud_id in self._database.listen(CHANNEL):
            self._ring(cloud_id)

    def _ring(self, cloud_id: str | None) -> None:
        """None: anything may have been missed."""
        for each, rung in self._waiting.items():
            if cloud_id in (None, each):
                for event in rung:
                    event.set()


async def rings_within(rung: asyncio.Event, seconds: float) -> None:
    """Until the bell rings, but no longer than that."""
    with suppress(TimeoutError):
        await asyncio.wait_for(rung.wait(), seconds)
