"""Owners: the key that the owner of a cloud gives, takes away and gives back; without it none of its files opens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.events import call_out
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.vault import wrapping
from safelight.vault.ring import add_first
from safelight.vault.store import cloud_keys, file_keys, one_at_a_time, owner_keys

C, F, G = cloud_keys.c, file_keys.c, owner_keys.c


@dataclass(frozen=True)
class Standing:
    """How a cloud's files are closed. `sealed_files`: how many; `waiting_files`: how many an older key still closes."""

    key_number: int
    is_owned: bool
    is_withdrawn: bool
    given_at: datetime | None
    sealed_files: int
    waiting_files: int


def key_of(text: str) -> bytes:
    """An owner's key, as 64 hex digits. Raises Invalid."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != wrapping.KEY_BYTES:
        raise Invalid(
            f"A key is {wrapping.KEY_BYTES * 2} hex digits: 32 random bytes, as `openssl rand -hex 32` makes."
        )
    return key


async def standing(session: Session, cloud_id: str) -> Standing:
    newest = await session.fetch_one(
        select(C.number, C.is_owned).where(C.cloud_id == cloud_id).order_by(C.number.desc()).limit(1)
    )
    given = await session.fetch_one(select(G.given_at).where(G.cloud_id == cloud_id))
    number, is_owned = (0, False) if newest is None else (newest["number"], newest["is_owned"])
    counts = await session.fetch_one(
        select(func.count().label("all"), func.count().filter(F.number < number).label("old")).where(
            F.cloud_id == cloud_id
        )
    )
    sealed, waiting = (0, 0) if counts is None else (counts["all"], counts["old"])
    at = None if given is None else given["given_at"]
    return Standing(number, is_owned, is_owned and given is None, at, sealed, waiting)


async def give(session: Session, store: KeyStore, cloud_id: str, key: bytes, clock: Clock) -> None:
    """The first time it closes what there is; after a withdrawal it opens it again. Raises Invalid for another key."""
    await one_at_a_time(session, cloud_id)
    await add_first(session, store, cloud_id, clock)
    rows = await session.fetch(select(cloud_keys).where(C.cloud_id == cloud_id))
    for row in rows:
        within = store.open(row["sealed"], wrapping.of_cloud(cloud_id))
        if row["is_owned"]:
            wrapping.opened_by_owner(cloud_id, within, key)
            continue
        sealed = wrapping.sealed_cloud_key(store, cloud_id, within, key)
        mine = (C.cloud_id == cloud_id) & (C.number == row["number"])
        await session.execute(update(cloud_keys).where(mine).values(sealed=sealed, is_owned=True))
    values = {"cloud_id": cloud_id, "sealed": store.seal(key, wrapping.of_owner(cloud_id)), "given_at": clock.now()}
    await session.execute(insert(owner_keys).values(values).on_conflict_do_nothing())
    await call_out(session, cloud_id)


async def withdraw(session: Session, cloud_id: str) -> None:
    """From now on nobody here can open the cloud's files. Twice is no error; raises Conflict without an own key."""
    await one_at_a_time(session, cloud_id)
    if not (await standing(session, cloud_id)).is_owned:
        raise Conflict("This cloud has no key of its owner's that could be withdrawn.")
    await session.execute(delete(owner_keys).where(G.cloud_id == cloud_id))
    await call_out(session, cloud_id)


async def let_go(session: Session, store: KeyStore, cloud_id: str) -> None:
    """The cloud's files are closed with the installation's key alone again. Raises NotFound without the key."""
    await one_at_a_time(session, cloud_id)
    given = await session.fetch_one(select(G.sealed).where(G.cloud_id == cloud_id))
    if given is None:
        raise NotFound("The key of this cloud's owner is not here; give it back first.")
    key = store.open(given["sealed"], wrapping.of_owner(cloud_id))
    for row in await session.fetch(select(cloud_keys).where(C.cloud_id == cloud_id, C.is_owned)):
        within = store.open(row["sealed"], wrapping.of_cloud(cloud_id))
        plain = wrapping.opened_by_owner(cloud_id, within, key)
        sealed = wrapping.sealed_cloud_key(store, cloud_id, plain, None)
        mine = (C.cloud_id == cloud_id) & (C.number == row["number"])
        await session.execute(update(cloud_keys).where(mine).values(sealed=sealed, is_owned=False))
    await session.execute(delete(owner_keys).where(G.cloud_id == cloud_id))
    await call_out(session, cloud_id)
