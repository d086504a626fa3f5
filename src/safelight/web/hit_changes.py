"""Changes -> dropped hits: heard of from every process, and at once in the process whose own transaction it was."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, RowMapping, Table

from safelight.assets.events import CHANGED
from safelight.kernel.errors import SafelightError
from safelight.kernel.events import Event
from safelight.kernel.ids import random_token
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job
from safelight.web import logs
from safelight.web.hit_table import Hits

STALE_SECONDS = 30
BEATS = 3
"""So often within the time after which silence means that nothing is heard any more."""
BEAT = "beat/"
"""What begins so tells of no change. The id of a cloud never does."""


async def watch(database: Database, hits: Hits, *, stale_seconds: float = STALE_SECONDS) -> None:
    """For ever. The table stays off until the line stands, and begins anew each time it stands again.

    A line may die without a word, and what changes is then not heard of. So each process also says something itself,
    and listens whether it comes back.
    """
    line = _Line(hits, stale_seconds)
    beating = asyncio.create_task(_beat(database, line))
    try:
        async for payload in database.listen(CHANGED):
            line.hear(payload)
    finally:
        beating.cancel()
        line.cut()


class _Line:
    """What was heard, and until when therefore every change is known."""

    def __init__(self, hits: Hits, stale_seconds: float) -> None:
        self.beat_seconds = stale_seconds / BEATS
        self._hits = hits
        self._stale_seconds = stale_seconds
        self._sent_at: OrderedDict[str, float] = OrderedDict()
        self._known_until = 0.0

    def hear(self, payload: str | None) -> None:
        if payload is None:
            self._begin(_now())
        elif payload in self._sent_at:
            # Notifications come in the order of their commits: all that was written before has been heard.
            self._known_until = self._sent_at.pop(payload)
            if not self._hits.is_on and not self._is_stale():
                self._begin(self._known_until)
        elif not payload.startswith(BEAT):
            drop(self._hits, payload)

    def beat(self) -> str:
        """What to say next, so that it is heard."""
        payload = BEAT + random_token()
        self._sent_at[payload] = _now()
        while len(self._sent_at) > BEATS:
            self._sent_at.popitem(last=False)
        return payload

    def look(self) -> None:
        if self._hits.is_on and self._is_stale():
            logs.logger().warning("changes are not heard of", until_then="stored answers are looked up each time")
            self.cut()

    def cut(self) -> None:
        self._hits.is_on = False
        self._hits.drop_all()

    def _begin(self, known_until: float) -> None:
        self._known_until = known_until
        self._hits.drop_all()
        self._hits.is_on = True

    def _is_stale(self) -> bool:
        return _now() - self._known_until > self._stale_seconds


async def _beat(database: Database, line: _Line) -> None:
    """Says something now and then. Never waits for an answer: without one it is `look` that matters."""
    saying: asyncio.Task[None] | None = None
    try:
        while True:
            await asyncio.sleep(line.beat_seconds)
            line.look()
            if saying is None or saying.done():
                saying = asyncio.create_task(_say(database, line.beat()))
    finally:
        if saying is not None:
            saying.cancel()


async def _say(database: Database, payload: str) -> None:
    # Without a database there is nothing to say, and nothing changes that one could hear of.
    with suppress(SafelightError):
        async with database.transaction() as session:
            await session.notify(CHANGED, payload)


def _now() -> float:
    return asyncio.get_running_loop().time()


def drop(hits: Hits, payload: str) -> None:
    """`{cloud_id}/{asset_id}`, or `{cloud_id}/` for all of the cloud."""
    cloud_id, _, asset_id = payload.partition("/")
    hits.drop(cloud_id, asset_id)


@dataclass(frozen=True)
class DroppingDatabase:
    """A Database whose own changes are dropped from the table of this process before their transaction returns.

    Who has just been told that a picture was replaced, and asks again, must not get the old one from here.
    """

    database: Database
    hits: Hits

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        return self._overheard(self.database.transaction())

    def statements(self) -> AbstractAsyncContextManager[Session]:
        return self._overheard(self.database.statements())

    @asynccontextmanager
    async def _overheard(self, opening: AbstractAsyncContextManager[Session]) -> AsyncGenerator[Session]:
        told: list[str] = []
        try:
            async with opening as session:
                yield _Overhearing(session, told)
        finally:
            # Also when the commit failed: the server may have carried it out before the line was cut.
            for payload in told:
                drop(self.hits, payload)

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        return self.database.lock(name)

    def listen(self, channel: str) -> AsyncIterator[str | None]:
        return self.database.listen(channel)

    async def is_alive(self) -> bool:
        return await self.database.is_alive()

    async def close(self) -> None:
        await self.database.close()


@dataclass(frozen=True)
class _Overhearing:
    """A Session that notes what is told on CHANGED."""

    session: Session
    told: list[str] = field(default_factory=list[str])

    async def fetch(self, statement: Executable, params: dict[str, Any] | None = None) -> Any:
        return await self.session.fetch(statement, params)

    async def fetch_one(self, statement: Executable, params: dict[str, Any] | None = None) -> RowMapping | None:
        return await self.session.fetch_one(statement, params)

    async def execute(self, statement: Executable, params: Any = None) -> int:
        return await self.session.execute(statement, params)

    async def copy(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        return await self.session.copy(table, rows)

    async def emit(self, *events: Event) -> None:
        await self.session.emit(*events)

    async def defer(self, job: Job) -> None:
        await self.session.defer(job)

    async def notify(self, channel: str, payload: str) -> None:
        if channel == CHANGED:
            self.told.append(payload)
        await self.session.notify(channel, payload)

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        return self.session.savepoint()
