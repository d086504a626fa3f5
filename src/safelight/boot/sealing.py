"""Sealing: what closes the files of clouds with keys, put together for HTTP, for jobs and for the shell."""

from collections.abc import AsyncGenerator, Sequence

from starlette.routing import BaseRoute

from safelight.adapters.blobs.sealed import SealedBlobs
from safelight.boot.house import House
from safelight.kernel.errors import KeyWithdrawn, NotFound
from safelight.kernel.ids import new_id, random_bytes
from safelight.ports.queue import Handler
from safelight.privacy.selfcheck import Finding, judged, passed
from safelight.vault.places import EXPORTS, PREFIXES
from safelight.vault.rotate import Rotate
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.own_key import OwnKeys

CANARY_BYTES = 64


def routes(rooms: House, door: AdminDoor) -> Sequence[BaseRoute]:
    return OwnKeys(door, rooms.keys.store).routes()


def handlers(rooms: House) -> Sequence[Handler]:
    return [rotate_of(rooms).rewrap_files]


def rotate_of(rooms: House) -> Rotate:
    return Rotate(rooms.database, rooms.keys.store, rooms.clock)


async def are_sealed(blobs: SealedBlobs) -> Finding:
    """For PP-62: store a file as an upload is stored, look at what lies there, and destroy its secret."""
    if not blobs.is_on:
        return passed("new files are stored plain: so the operator wants it (SAFELIGHT_BLOBS_SEALED)")
    word, key = random_bytes(CANARY_BYTES), f"{EXPORTS}selfcheck-{new_id()}/000"
    try:
        await blobs.put(key, _once(word))
        opened = b"".join([chunk async for chunk in blobs.open(key)])
        lying = [
            b"".join([chunk async for chunk in blobs.below.open(each.key)]) async for each in blobs.below.list(key)
        ]
        faults = ["a file does not open again"] if opened != word else []
        if not lying or any(word in each for each in lying):
            faults.append("a file that should be sealed lies in the store as it is")
    finally:
        await blobs.delete(key)
    return judged(faults, "a file of a trial was sealed, opened, and forgotten with its secret")


async def _once(data: bytes) -> AsyncGenerator[bytes]:
    yield data


async def plain_files(rooms: House) -> int:
    """How many files should be sealed, and are not yet."""
    count = 0
    for prefix in PREFIXES:
        async for _ in rooms.blobs.plain(prefix):
            count += 1
    return count


async def seal_all(rooms: House) -> AsyncGenerator[bool]:
    """Seal what is still plain, one file after the other: whether it was done. One that went meanwhile is not, nor one
    of a cloud whose key is not here."""
    for prefix in PREFIXES:
        async for stat in rooms.blobs.plain(prefix):
            try:
                yield await rooms.blobs.seal(stat.key)
            except (NotFound, KeyWithdrawn):
                yield False
