"""Arriving: what takes letters to the address of privacy in, put together for the worker and for the shell."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from safelight.boot import letters, promising, requests
from safelight.boot.house import House
from safelight.mail.bounce import LETTER_BYTES_MAX
from safelight.mail.desk import Desk
from safelight.worker.taking_in import TakeIn


def desk_of(rooms: House) -> Desk:
    return Desk(promising.policy_of(rooms.settings).controller.contact, letters.who_writes(rooms))


def take_in_of(rooms: House) -> TakeIn:
    return TakeIn(
        rooms.database,
        rooms.keys.store,
        rooms.clock,
        desk_of(rooms),
        requests.requests_of(rooms),
        rooms.settings.mail.attachment_bytes_max,
    )


@asynccontextmanager
async def letters_taken(rooms: House) -> AsyncGenerator[None]:
    """For as long as the block lasts, where the settings say so. Raises Invalid, NotAvailable."""
    if rooms.settings.mail.listen is None:
        yield
        return
    # Only here, because most installations take no letters.
    from safelight.adapters.mailer.listener import listening, where_of

    where = where_of(rooms.settings.mail.listen)
    async with listening(where, desk_of(rooms).takes, take_in_of(rooms).take, bytes_max=LETTER_BYTES_MAX):
        yield
