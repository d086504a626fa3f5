"""Rotate: a new key for a cloud, and all that the old ones closed closed with it, in pieces; and for the master key."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.kernel.clock import Clock
from safelight.kernel.ids import random_bytes
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.ports.queue import Job
from safelight.vault import wrapping
from safelight.vault.store import cloud_keys, file_keys, one_at_a_time, owner_keys

BATCH_ROWS = 500
JOB = "rewrap_files"

C, F, G = cloud_keys.c, file_keys.c, owner_keys.c


@dataclass(frozen=True)
class Rotate:
    database: Database
    store: KeyStore
    clock: Clock
    batch_rows: int = BATCH_ROWS

    async def begin(self, session: Session, cloud_id: str) -> int:
        """A new key, which closes all new files from now on; the others follow. Its number. Raises KeyWithdrawn."""
        await one_at_a_time(session, cloud_id)
        rows = await self._keys(session, cloud_id)
        number = max((row["number"] for row in rows), default=0) + 1
        owner_key, is_owned = None, any(row["is_owned"] for row in rows)
        for row in rows:
            wrapping.cloud_key(self.store, row)
            if row["owner_sealed"] is not None:
                owner_key = self.store.open(row["owner_sealed"], wrapping.of_owner(cloud_id))
        made = random_bytes(wrapping.KEY_BYTES)
        sealed = wrapping.sealed_cloud_key(self.store, cloud_id, made, owner_key)
        values = {"cloud_id": cloud_id, "number": number, "sealed": sealed}
        more = {"is_owned": is_owned, "made_at": self.clock.now()}
        await session.execute(insert(cloud_keys).values({**values, **more}))
        await session.defer(Job(JOB, {"cloud_id": cloud_id}, lock=f"{JOB}/{cloud_id}"))
        return number

    async def rewrap_files(self, payload: dict[str, Any]) -> None:
        """The job: every secret closed with the newest key, then the old keys go. Stopped anywhere, it goes on."""
        async for _ in self.rewrap(payload["cloud_id"]):
            pass

    async def rewrap(self, cloud_id: str) -> AsyncIterator[int]:
        """How many were done with each batch."""
        # Not from the beginning for each batch: of many files most are done, and would be looked at again.
        after = ""
        while True:
            async with self.database.transaction() as session:
                keys = {row["number"]: row for row in await self._keys(session, cloud_id)}
                if not keys:
                    return
                newest = max(keys)
                old = select(file_keys).where(F.cloud_id == cloud_id, F.number < newest)
                rows = await session.fetch(
                    old.where(F.key > after).order_by(F.key).limit(self.batch_rows).with_for_update()
                )
                for row in rows:
                    await self._rewrap(session, row, keys[row["number"]], keys[newest])
                is_whole = not rows and not after
                after = rows[-1]["key"] if rows else ""
                if is_whole:
                    # Whoever still writes with an old key holds it (ring.py): who is waited for is then seen.
                    mine = (C.cloud_id == cloud_id) & (C.number < newest)
                    await session.fetch(select(C.number).where(mine).with_for_update())
                    used = exists().where(F.cloud_id == C.cloud_id, F.number == C.number)
                    await session.execute(delete(cloud_keys).where(mine, ~used))
                    left = await session.fetch_one(old.limit(1))
                    if left is None:
                        return
            yield len(rows)

    async def _rewrap(self, session: Session, row: RowMapping, before: RowMapping, after: RowMapping) -> None:
        cloud_id, key = row["cloud_id"], row["key"]
        secret = wrapping.file_secret(wrapping.cloud_key(self.store, before), cloud_id, key, row["wrapped"])
        wrapped = wrapping.wrap(wrapping.cloud_key(self.store, after), secret, wrapping.of_file(cloud_id, key))
        mine = (F.cloud_id == cloud_id) & (F.key == key)
        await session.execute(update(file_keys).where(mine).values(number=after["number"], wrapped=wrapped))

    async def _keys(self, session: Session, cloud_id: str) -> list[RowMapping]:
        found = await session.fetch(
            select(C.cloud_id, C.number, C.sealed.label("cloud_sealed"), C.is_owned, G.sealed.label("owner_sealed"))
            .select_from(cloud_keys.outerjoin(owner_keys, G.cloud_id == C.cloud_id))
            .where(C.cloud_id == cloud_id)
        )
        return list(found)


async def clouds_with_keys(session: Session) -> list[str]:
    rows = await session.fetch(select(C.cloud_id).distinct().order_by(C.cloud_id))
    return [row["cloud_id"] for row in rows]
