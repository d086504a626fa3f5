"""Record: collects what was answered in memory, and writes it once a second; never in the path of the bytes."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from safelight.activity.beacon import Beacon
from safelight.activity.model import Ask, Client, Line
from safelight.activity.tally import NOBODY, Sums, Tally
from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotAvailable
from safelight.kernel.ids import new_id

LOG = logging.getLogger("safelight.activity")

EACH_SECONDS = 1.0
LINES_MAX = 50_000
"""Lines that one process keeps while the database is away; further ones lose who asked, and then are lost."""
TRIES_MAX = 5
"""So often a batch is tried that the database is there for and does not take."""
CLOSE_SECONDS_MAX = 10
"""So long a stop waits for the last batch."""


@dataclass
class Batch:
    """What is written in one transaction. Its id says whether it was: a commit may be lost on its way back."""

    id: str = field(default_factory=new_id)
    tally: Tally = field(default_factory=Tally)
    lost: int = 0
    """Answers of which who asked, or all, was lost because there was no room."""
    lost_on: dict[date, datetime] = field(default_factory=dict[date, datetime])
    """The first moment of each day of which something was lost: all that is left of them is of that moment."""
    tries: int = 0
    until: int = 0
    """All answers of the process up to that one are in this batch or in one before it."""


class Write(Protocol):
    """Writes a batch; writing one again that was written is no error and changes nothing (write.py)."""

    async def __call__(self, batch_id: str, tally: Tally, lost: int) -> None: ...


@dataclass(frozen=True)
class Recorded:
    """What one process has recorded since it began."""

    requests: int = 0
    lost: int = 0


Source = Callable[[datetime], Iterable[tuple[Ask, dict[Client, Sums]]]]
"""Who collects by himself (the short path of stored files), asked once a second with the moment for what he has."""


class Recorder:
    """The one collector of a process."""

    def __init__(self, write: Write, clock: Clock, *, lines_max: int = LINES_MAX, beacon: Beacon | None = None) -> None:
        self.beacon = beacon or Beacon(None)
        """Counts every answer; who collects by himself does so at once."""
        self.sources: list[Source] = []
        self.moment = clock.now().replace(microsecond=0)
        """For the lines of this second."""
        self._write = write
        self._clock = clock
        self._lines_max = lines_max
        self._open = Batch()
        self._closed: Batch | None = None
        self._writing: asyncio.Task[None] | None = None
        self._recorded = Recorded()

    def note(self, line: Line) -> None:
        """An answer was given. Takes no time and no more room than it may."""
        self.beacon.count(line.requests)
        self._add(line.ask, line.client, [line.requests, line.bytes_sent, line.bytes_received])

    def _add(self, ask: Ask, client: Client, sums: Sums) -> None:
        batch = self._open
        if self._pending() >= self._lines_max and not batch.tally.has(ask, client):
            batch.lost += sums[0]
            # What is counted for a cloud and a day is still counted, by few lines.
            at = batch.lost_on.setdefault(ask.at.date(), ask.at)
            ask, client = ask._replace(at=at, user_id="", key_id="", asset_id=""), NOBODY
            if self._pending() >= 2 * self._lines_max and not batch.tally.has(ask, client):
                return
        batch.tally.count(ask, client, *sums)

    def lose(self, requests: int) -> None:
        """Of so many answers who asked was lost before they came here."""
        self._open.lost += requests

    def recorded(self) -> Recorded:
        return self._recorded

    def tell_lost(self, requests: int) -> None:
        """Somebody else, who was killed, lost so many (losses.py)."""
        self._recorded = replace(self._recorded, lost=self._recorded.lost + requests)

    async def keep(self) -> None:
        """For ever: a batch a second. While one is being written, the next one waits and grows."""
        while True:
            await asyncio.sleep(EACH_SECONDS)
            self._tick()

    async def close(self) -> None:
        """At a clean stop: all that was noted is written, unless the database is away for long."""
        self._collect()
        try:
            async with asyncio.timeout(CLOSE_SECONDS_MAX):
                while self._writing is not None or self._closed is not None or len(self._open.tally):
                    self._tick()
                    if self._writing is not None:
                        await asyncio.wait({self._writing})
                        self._settle()
                        if self._closed is not None:
                            await asyncio.sleep(EACH_SECONDS / 4)
            self.beacon.close()
        except TimeoutError:
            # The beacon stays, and the next process counts what is lost.
            if self._writing is not None:
                self._writing.cancel()
            for batch in (self._closed, self._open):
                if batch is not None:
                    self._lose(batch, "the process stopped")

    async def flush(self) -> None:
        """Write now all that was noted until now; for who cannot wait a second."""
        self._tick()
        while self._writing is not None:
            await asyncio.wait({self._writing})
            self._settle()

    def _tick(self) -> None:
        self._collect()
        self.moment = self._clock.now().replace(microsecond=0)
        self._settle()
        if self._writing is not None:
            return
        if self._closed is None and (len(self._open.tally) or self._open.lost):
            self._closed, self._open = self._open, Batch()
            self._closed.until = self.beacon.answered
        if self._closed is not None:
            self.beacon.writing(self._closed.id, self._closed.until)
            self._writing = asyncio.create_task(self._try(self._closed))

    def _collect(self) -> None:
        for source in self.sources:
            for ask, clients in source(self.moment):
                if self._pending() + len(clients) <= self._lines_max:
                    self._open.tally.take(ask, clients)
                    continue
                for client, sums in clients.items():
                    self._add(ask, client, sums)

    def _pending(self) -> int:
        return len(self._open.tally) + (len(self._closed.tally) if self._closed else 0)

    async def _try(self, batch: Batch) -> None:
        batch.tries += 1
        await self._write(batch.id, batch.tally, batch.lost)

    def _settle(self) -> None:
        """What became of the batch that was being written."""
        task, batch = self._writing, self._closed
        if task is None or batch is None or not task.done():
            return
        self._writing = None
        error = task.exception()
        if error is None:
            requests = batch.tally.requests()
            self._closed = None
            self.beacon.settled(batch.until)
            self._recorded = Recorded(self._recorded.requests + requests, self._recorded.lost + batch.lost)
        elif not isinstance(error, NotAvailable) and batch.tries >= TRIES_MAX:
            self._lose(batch, type(error).__name__)
            self._closed = None
            self.beacon.settled(batch.until)
        elif batch.tries == 1:
            LOG.warning("What was answered cannot be written now and is kept in memory: %s", type(error).__name__)

    def _lose(self, batch: Batch, why: str) -> None:
        lost = batch.tally.requests()
        self._recorded = Recorded(self._recorded.requests, self._recorded.lost + max(lost, batch.lost))
        if lost:
            LOG.error("The record of %d answers is lost: %s", lost, why)
