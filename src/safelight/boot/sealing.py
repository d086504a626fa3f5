"""Sealing: what closes the files of clouds with keys, put together for HTTP, for jobs and for the shell."""

from collections.abc import AsyncGenerator, Sequence

from starlette.routing import BaseRoute

from safelight.boot.house import House
from safelight.kernel.errors import NotFound
from safelight.ports.queue import Handler
from safelight.vault.places import PREFIXES
from safelight.vault.rotate import Rotate
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.own_key import OwnKeys


def routes(rooms: House, door: AdminDoor) -> Sequence[BaseRoute]:
    return OwnKeys(door, rooms.keys.store).routes()


def handlers(rooms: House) -> Sequence[Handler]:
    return [rotate_of(rooms).rewrap_files]


def rotate_of(rooms: House) -> Rotate:
    return Rotate(rooms.database, rooms.keys.store, rooms.clock)


async def plain_files(rooms: House) -> int:
    """How many files should be sealed, and are not yet."""
    count = 0
    for prefix in PREFIXES:
        async for _ in rooms.blobs.plain(prefix):
            count += 1
    return count


async def seal_all(rooms: House) -> AsyncGenerator[bool]:
    """Seal what is still plain, one file after the other: whether each was still there."""
    for prefix in PREFIXES:
        async for stat in rooms.blobs.plain(prefix):
            try:
                yield await rooms.blobs.seal(stat.key)
            except NotFound:
                yield False
