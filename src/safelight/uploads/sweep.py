"""Sweep: collects what interrupted uploads left behind. May run at any time, anywhere, as often as one likes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from safelight.assets import catalogue
from safelight.assets.originals import Originals
from safelight.kernel.clock import Clock
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.uploads import store, waiting_store
from safelight.uploads.asynchronous import WAITING
from safelight.uploads.chunks import PARTS, lock_name
from safelight.uploads.staging import Staging

T = TypeVar("T")

KnownOf = Callable[[Session, Sequence[str]], Awaitable[set[str]]]
"""Those of the keys that a row has."""

UnknownOf = Callable[[Session, Sequence[T]], Awaitable[list[T]]]
"""Those of which no row knows."""

LEFTOVER_HOURS = 24
"""What is younger may belong to an upload that is still under way."""
BATCH = 500
LEFTOVERS_MAX = 100_000
"""So many are looked at again in one round; the rest waits for the next one."""
PAUSE_SECONDS = 60
RESPITE_MINUTES = 60


@dataclass(frozen=True)
class Sweep:
    """Looks for bytes that no row knows, and for sessions whose time is over."""

    database: Database
    blobs: BlobStore
    originals: Originals
    staging: Staging
    clock: Clock
    pause_seconds: float = PAUSE_SECONDS
    """What looks left behind is looked at again after this time. A clock that jumped makes old what came in just now;
    but nobody needs so long from the bytes to the row."""
    chunk_hours: float = LEFTOVER_HOURS
    """How long a session lasts after its last piece."""
    respite_minutes: float = RESPITE_MINUTES
    """A session whose time is over goes after this time, if no piece came meanwhile: for the same reason."""

    async def sweep_chunks(self, payload: dict[str, Any]) -> None:
        """Drop expired sessions with their pieces. What a crash leaves in between, the other sweep finds."""
        del payload
        now = self.clock.now()
        respite = timedelta(minutes=self.respite_minutes)
        async with self.database.transaction() as session:
            await store.bring_back(session, now + max(timedelta(hours=self.chunk_hours), respite))
            await store.call_expired(session, now, now + respite)
        while True:
            async with self.database.transaction() as session:
                expired = await store.expired_sessions(session, now, BATCH)
            dropped = 0
            for cloud_id, session_id in expired:
                dropped += await self._drop_session(cloud_id, session_id, now)
            if not dropped:
                return

    async def _drop_session(self, cloud_id: str, session_id: str, now: datetime) -> bool:
        # Under the lock of the one who puts the file together: that may take longer than the session lasts.
        async with self.database.lock(lock_name(cloud_id, session_id)) as is_mine:
            if not is_mine:
                return False
            async with self.database.transaction() as session:
                blob_keys = await store.delete_session(session, cloud_id, session_id, now)
        for blob_key in blob_keys or ():
            await self.blobs.delete(blob_key)
        return blob_keys is not None

    async def sweep_leftovers(self, payload: dict[str, Any]) -> None:
        """Delete what writes left behind, and originals and pieces that no row knows, once they are a day old."""
        del payload
        before = self._before()
        await self.sweep_machine()
        await self._sweep(self._versions(before), _unknown_versions, self._drop_version)
        await self._sweep(self._keys(PARTS, before), _unknown(store.known_part_keys), self._drop)
        await self._sweep(self._keys(WAITING, before), _unknown(waiting_store.known_keys), self._drop)

    async def sweep_machine(self) -> None:
        """What only the machine itself can reach: staged files of killed processes, and copies that nobody reads.

        A job runs on one machine of many; so every process that serves does this, too (boot/doors.py).
        """
        before = self._before()
        left = await self.staging.old(before)
        if left:
            await asyncio.sleep(self.pause_seconds)
            await self.staging.sweep(left)
        await self.blobs.sweep(before)

    def _before(self) -> datetime:
        return self.clock.now() - timedelta(hours=LEFTOVER_HOURS)

    async def _sweep(
        self, found: AsyncIterator[T], unknown: UnknownOf[T], drop: Callable[[T], Awaitable[None]]
    ) -> None:
        """Drop what no row knows, and knows no more a while later."""
        doomed: list[T] = []
        async for batch in _batches(found):
            async with self.database.transaction() as session:
                doomed += await unknown(session, batch)
            if len(doomed) >= LEFTOVERS_MAX:
                break
        if not doomed:
            return
        await asyncio.sleep(self.pause_seconds)
        for start in range(0, len(doomed), BATCH):
            async with self.database.transaction() as session:
                still = await unknown(session, doomed[start : start + BATCH])
            for item in still:
                await drop(item)

    async def _drop_version(self, version: tuple[str, str]) -> None:
        await self.originals.drop(*version)

    async def _drop(self, key: str) -> None:
        await self.blobs.delete(key)

    async def _versions(self, before: datetime) -> AsyncIterator[tuple[str, str]]:
        """(cloud_id, version_id) of every version that the store has bytes of."""
        last: tuple[str, str] | None = None
        async for stat in self.blobs.list("c/"):
            words = stat.key.split("/")
            if len(words) < 5:
                continue
            found = (words[1], words[3])
            if found != last and (born := born_at(words[3])) is not None and born < before:
                last = found
                yield found

    async def _keys(self, prefix: str, before: datetime) -> AsyncIterator[str]:
        async for stat in self.blobs.list(prefix):
            born = born_at(stat.key.rpartition("/")[2])
            if born is not None and born < before:
                yield stat.key


async def _unknown_versions(session: Session, versions: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    known = await catalogue.known_versions(session, [version_id for _, version_id in versions])
    return [version for version in versions if version[1] not in known]


def _unknown(known_of: KnownOf) -> UnknownOf[str]:
    async def unknown(session: Session, keys: Sequence[str]) -> list[str]:
        known = await known_of(session, keys)
        return [key for key in keys if key not in known]

    return unknown


async def _batches(items: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def born_at(id: str) -> datetime | None:
    """The moment in an id of kernel/ids.py (UUID version 7); None for what is none."""
    try:
        return datetime.fromtimestamp(int(id[:12], 16) / 1000, UTC) if len(id) == 32 else None
    except (ValueError, OverflowError):
        return None
