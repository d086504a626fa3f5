"""Listen on one channel for ever, through restarts of the server."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
from psycopg import sql

from safelight.adapters.database.connecting import CONNECT_SECONDS_MAX

CHECK_SECONDS = 30
"""A line that carried nothing for so long is tried: a dead peer says nothing either."""
WAIT_SECONDS_FIRST = 0.1
WAIT_SECONDS_MAX = 5.0


async def listen(url: str, channel: str) -> AsyncIterator[str | None]:
    """Payloads as they come; None each time the line stands anew, the first time too."""
    wait_seconds = WAIT_SECONDS_FIRST
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX, application_name="safelight listen"
            ) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                wait_seconds = WAIT_SECONDS_FIRST
                yield None
                while True:
                    async for notification in connection.notifies(timeout=CHECK_SECONDS):
                        yield notification.payload
                    await connection.execute("SELECT 1")
        except (psycopg.Error, OSError):
            await asyncio.sleep(wait_seconds)
            wait_seconds = min(wait_seconds * 2, WAIT_SECONDS_MAX)
