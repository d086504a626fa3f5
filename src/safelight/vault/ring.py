"""Ring: FileKeys as rows. What one process has opened it remembers for a second: so long a withdrawal takes."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Busy
from safelight.kernel.ids import random_bytes
from safelight.ports.database import Database, Session
from safelight.ports.fixed import fixed
from safelight.ports.keys import KeyStore
from safelight.vault import wrapping
from safelight.vault.store import cloud_keys, file_keys, owner_keys

HOLDS_SECONDS = 1.0
REMEMBERED_MAX = 10_000
"""So many secrets, and so many keys of clouds, one process remembers."""
TRIES_MAX = 3
EVERY_CLOUD = "*"
_PREFIX_END = "\U0010ffff"

C, F, G = cloud_keys.c, file_keys.c, owner_keys.c

_NEWEST = fixed(
    select(C.cloud_id, C.number, C.sealed.label("cloud_sealed"), C.is_owned, G.sealed.label("owner_sealed"))
    .select_from(cloud_keys.outerjoin(owner_keys, G.cloud_id == C.cloud_id))
    .where(C.cloud_id == bindparam("cloud_id"))
    .order_by(C.number.desc())
    .limit(1)
)
_FIND = fixed(
    select(
        F.cloud_id,
        F.wrapped,
        C.number,
        C.sealed.label("cloud_sealed"),
        C.is_owned,
        G.sealed.label("owner_sealed"),
    )
    .select_from(
        file_keys.join(cloud_keys, and_(C.cloud_id == F.cloud_id, C.number == F.number)).outerjoin(
            owner_keys, G.cloud_id == F.cloud_id
        )
    )
    .where(F.cloud_id == bindparam("cloud_id"), F.key == bindparam("key"))
)
# Only under a key of the cloud that is still there: a rotation may just have taken the old one away.
_ADD = fixed(
    insert(file_keys)
    .from_select(
        ["cloud_id", "key", "number", "wrapped"],
        select(
            C.cloud_id,
            bindparam("key", type_=F.key.type),
            C.number,
            bindparam("wrapped", type_=F.wrapped.type),
        )
        .where(C.cloud_id == bindparam("cloud_id"), C.number == bindparam("number"))
        .with_for_update(key_share=True, read=True),
    )
    .on_conflict_do_nothing()
)
_DESTROY = fixed(delete(file_keys).where(F.cloud_id == bindparam("cloud_id"), F.key == bindparam("key")))
_DESTROY_BELOW = fixed(
    delete(file_keys).where(F.cloud_id == bindparam("cloud_id"), F.key >= bindparam("first"), F.key < bindparam("last"))
)


@dataclass(frozen=True)
class _CloudKey:
    number: int
    key: bytes = field(repr=False)


@dataclass
class Ring:
    database: Database
    store: KeyStore
    clock: Clock
    holds_seconds: float = HOLDS_SECONDS
    _clouds: dict[str, tuple[float, _CloudKey | None]] = field(
        init=False, repr=False, default_factory=dict[str, tuple[float, _CloudKey | None]]
    )
    _files: dict[tuple[str, str], tuple[float, bytes]] = field(
        init=False, repr=False, default_factory=dict[tuple[str, str], tuple[float, bytes]]
    )

    _changes: int = field(init=False, repr=False, default=0)
    """How often something was forgotten: what was asked for before that is not remembered after it."""

    async def ensure(self, cloud_id: str, key: str) -> bytes:
        for _ in range(TRIES_MAX):
            cloud_key = await self._newest(cloud_id) or await self._make(cloud_id)
            secret = random_bytes(wrapping.KEY_BYTES)
            wrapped = wrapping.wrap(cloud_key.key, secret, wrapping.of_file(cloud_id, key))
            values = {"cloud_id": cloud_id, "key": key, "number": cloud_key.number, "wrapped": wrapped}
            async with self.database.statements() as session:
                is_new = await session.execute(_ADD, values) > 0
            if is_new:
                return secret
            self._files.pop((cloud_id, key), None)
            known = await self.find(cloud_id, key)
            if known is not None:
                return known
            self._clouds.pop(cloud_id, None)
        raise Busy("The key of this cloud is being changed; try again.", retry_after_seconds=1, cloud_id=cloud_id)

    async def find(self, cloud_id: str, key: str) -> bytes | None:
        known = self._files.get((cloud_id, key))
        if known is not None and self._is_fresh(known[0]):
            return known[1]
        changes = self._changes
        async with self.database.statements() as session:
            row = await session.fetch_one(_FIND, {"cloud_id": cloud_id, "key": key})
        if row is None:
            self._files.pop((cloud_id, key), None)
            return None
        secret = wrapping.file_secret(wrapping.cloud_key(self.store, row), cloud_id, key, row["wrapped"])
        if len(self._files) >= REMEMBERED_MAX:
            self._files.clear()
        if changes == self._changes:
            self._files[cloud_id, key] = (_now(), secret)
        return secret

    async def destroy(self, cloud_id: str, key: str) -> None:
        self._files.pop((cloud_id, key), None)
        async with self.database.statements() as session:
            await session.execute(_DESTROY, {"cloud_id": cloud_id, "key": key})

    async def destroy_below(self, cloud_id: str, prefix: str) -> int:
        for each in [each for each in self._files if each[0] == cloud_id and each[1].startswith(prefix)]:
            self._files.pop(each, None)
        bounds = {"cloud_id": cloud_id, "first": prefix, "last": prefix + _PREFIX_END}
        async with self.database.statements() as session:
            return await session.execute(_DESTROY_BELOW, bounds)

    async def check(self, cloud_id: str) -> None:
        """Raises KeyWithdrawn where nothing of the cloud may be handed out, derived files neither."""
        await self._newest(cloud_id)

    def forget(self, cloud_id: str) -> None:
        """Something of the cloud changed, or, by `*`, of any: what was remembered of it is asked for again."""
        self._changes += 1
        if cloud_id == EVERY_CLOUD:
            self._clouds.clear()
            self._files.clear()
            return
        self._clouds.pop(cloud_id, None)
        for each in [each for each in self._files if each[0] == cloud_id]:
            del self._files[each]

    async def _newest(self, cloud_id: str) -> _CloudKey | None:
        known = self._clouds.get(cloud_id)
        if known is not None and self._is_fresh(known[0]):
            return known[1]
        self._clouds.pop(cloud_id, None)
        changes = self._changes
        async with self.database.statements() as session:
            row = await session.fetch_one(_NEWEST, {"cloud_id": cloud_id})
        found = None if row is None else _CloudKey(row["number"], wrapping.cloud_key(self.store, row))
        if len(self._clouds) >= REMEMBERED_MAX:
            self._clouds.clear()
        if changes == self._changes:
            self._clouds[cloud_id] = (_now(), found)
        return found

    async def _make(self, cloud_id: str) -> _CloudKey:
        """The first key of a cloud; of two that make one at once the second takes the first one's."""
        async with self.database.transaction() as session:
            await add_first(session, self.store, cloud_id, self.clock)
        self._clouds.pop(cloud_id, None)
        made = await self._newest(cloud_id)
        if made is None:
            raise Busy("This cloud is being erased.", retry_after_seconds=1, cloud_id=cloud_id)
        return made

    def _is_fresh(self, at: float) -> bool:
        return _now() - at < self.holds_seconds


async def add_first(session: Session, store: KeyStore, cloud_id: str, clock: Clock) -> None:
    """The first key of a cloud, where there is none."""
    sealed = wrapping.sealed_cloud_key(store, cloud_id, random_bytes(wrapping.KEY_BYTES), None)
    values = {"cloud_id": cloud_id, "number": 1, "sealed": sealed, "made_at": clock.now()}
    await session.execute(insert(cloud_keys).values(values).on_conflict_do_nothing())


def _now() -> float:
    return asyncio.get_running_loop().time()
