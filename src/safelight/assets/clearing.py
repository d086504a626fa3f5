"""Clearing a folder: erase all assets in it, and then the folder; a job, for there may be very many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.assets import catalogue, folders
from safelight.assets.model import Listing
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job

CHUNK = 500
"""Assets that are erased in one transaction."""


async def clear(session: Session, cloud_id: str, path: str, now: datetime) -> list[str]:
    """Ask for a folder to be cleared; the paths that will be gone. Raises NotFound."""
    doomed = await folders.paths_of_tree(session, cloud_id, path)
    await session.defer(Job("clear_folder", {"cloud_id": cloud_id, "path": path, "until": now.isoformat()}))
    return doomed


@dataclass(frozen=True)
class Clear:
    """Does what was asked. Each round is committed by itself: after a crash the next run goes on with what is left."""

    database: Database
    clock: Clock
    chunk: int = CHUNK

    async def clear_folder(self, payload: dict[str, Any]) -> None:
        """What was added after it was asked for stays, and so does then the folder."""
        cloud_id, path = str(payload["cloud_id"]), str(payload["path"])
        until = datetime.fromisoformat(payload["until"])
        while await self._erase_some(cloud_id, path, until):
            pass
        async with self.database.transaction() as session:
            try:
                await folders.delete(session, cloud_id, path, self.clock.now(), ignores_left=True)
            except (NotFound, Invalid):
                return  # Gone already, or in use again.

    async def _erase_some(self, cloud_id: str, path: str, until: datetime) -> bool:
        """Whether there was anything to erase."""
        async with self.database.transaction() as session:
            ids = await folders.asset_ids_within(session, cloud_id, path, until, self.chunk)
            if not ids:
                return False
            page = await catalogue.list(session, cloud_id, Listing(ids=tuple(ids)))
            await catalogue.delete_many(session, page.items, self.clock.now())
            return True
