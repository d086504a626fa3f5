"""Changes -> dropped hits: heard of from every process, and at once in the process whose own transaction it was."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, RowMapping

from safelight.assets.events import CHANGED
from safelight.kernel.events import Event
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job
from safelight.web.hit_table import Hits


async def watch(database: Database, hits: Hits) -> None:
    """For ever. The table stays off until the line stands, and begins anew each time it stands again."""
    try:
        async for payload in database.listen(CHANGED):
            if payload is None:
                hits.drop_all()
                hits.is_on = True
            else:
                drop(hits, payload)
    finally:
        hits.is_on = False
        hits.drop_all()


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

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Session]:
        told: list[str] = []
        try:
            async with self.database.transaction() as session:
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

    async def emit(self, event: Event) -> None:
        await self.session.emit(event)

    async def defer(self, job: Job) -> None:
        await self.session.defer(job)

    async def notify(self, channel: str, payload: str) -> None:
        if channel == CHANGED:
            self.told.append(payload)
        await self.session.notify(channel, payload)

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        return self.session.savepoint()
