"""Lines: connections for single statements, lent for the time of one, and given back at once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from safelight.adapters.database import rest
from safelight.adapters.database.errors import RETRY_SECONDS
from safelight.kernel.errors import Busy

Line = psycopg.AsyncConnection[Any]


class Lines:
    """The one that was used last is lent first: few are kept busy, and the others may rest."""

    def __init__(self, connect: Callable[[], Awaitable[Line]], count_max: int, seconds_max: float) -> None:
        self._connect = connect
        self._room = asyncio.Semaphore(count_max)
        self._seconds_max = seconds_max
        self._free: list[tuple[Line, float]] = []

    @asynccontextmanager
    async def lent(self) -> AsyncGenerator[Line]:
        """A line on which each statement is committed by itself. Raises Busy when none becomes free."""
        try:
            async with asyncio.timeout(self._seconds_max):
                await self._room.acquire()
        except TimeoutError as error:
            raise Busy("The database is busy.", retry_after_seconds=RETRY_SECONDS) from error
        line: Line | None = None
        try:
            line = await self._living() or await self._connect()
            yield line
        finally:
            try:
                if line is not None:
                    await self._taken_back(line)
            finally:
                self._room.release()

    async def _living(self) -> Line | None:
        """One that rests and still lives. A server that ends says so, and the word waits in the socket."""
        while self._free:
            line, rests_since = self._free.pop()
            if rest.has_word(line):
                await line.close()
            elif monotonic() - rests_since < rest.REST_SECONDS or await _answers(line):
                return line
        return None

    async def _taken_back(self, line: Line) -> None:
        # Whoever went away in the middle of a question left it open.
        if not line.closed and line.pgconn.transaction_status == TransactionStatus.IDLE:
            self._free.append((line, monotonic()))
        else:
            await line.close()

    async def close(self) -> None:
        while self._free:
            await self._free.pop()[0].close()


async def _answers(line: Line) -> bool:
    with suppress(psycopg.OperationalError):
        await line.execute("SELECT 1")
        return True
    await line.close()
    return False
