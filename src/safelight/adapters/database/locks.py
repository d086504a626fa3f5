"""Locks: who is the only one in the whole installation, by advisory locks of one connection."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import psycopg

from safelight.adapters.database.connecting import CONNECT_SECONDS_MAX
from safelight.adapters.database.errors import translated


class Locks:
    """All locks of this process live on one connection: a lock is held while a picture is made, and a connection
    for each would leave none for the rows. Without that connection the server frees them all.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._held: set[str] = set()
        self._connection: psycopg.AsyncConnection | None = None
        self._talking = asyncio.Lock()
        self._giving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncGenerator[bool, None]:
        # The server would give one connection the same lock twice.
        if name in self._held:
            yield False
            return
        self._held.add(name)
        trying = asyncio.create_task(self._try(name))
        try:
            with translated():
                holder = await asyncio.shield(trying)
            yield holder is not None
        finally:
            # In a task of its own: who gives up while the server is asked must not leave it locked for ever.
            giving = asyncio.create_task(self._give_back(name, trying))
            self._giving.add(giving)
            giving.add_done_callback(self._giving.discard)
            await asyncio.shield(giving)

    async def _give_back(self, name: str, trying: asyncio.Task[psycopg.AsyncConnection | None]) -> None:
        try:
            with suppress(psycopg.Error):
                holder = await trying
                if holder is not None:
                    async with self._talking:
                        await holder.execute("SELECT pg_advisory_unlock(%s)", (number(name),))
        finally:
            self._held.discard(name)

    async def _try(self, name: str) -> psycopg.AsyncConnection | None:
        """The connection that holds the lock now; None if another process holds it."""
        async with self._talking:
            if self._connection is None or self._connection.closed or self._connection.broken:
                self._connection = await self._connect()
            try:
                return await _ask(self._connection, name)
            except psycopg.OperationalError:
                # It was cut while nobody looked. What it held is free, as after any cut.
                await self._connection.close()
                self._connection = await self._connect()
                return await _ask(self._connection, name)

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, application_name="safelight locks"
        )

    async def close(self) -> None:
        await asyncio.gather(*self._giving, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def _ask(connection: psycopg.AsyncConnection, name: str) -> psycopg.AsyncConnection | None:
    row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (number(name),))).fetchone()
    return connection if row is not None and row[0] else None


def number(name: str) -> int:
    """64 bits of the name, as PostgreSQL's signed bigint."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
