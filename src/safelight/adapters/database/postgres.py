"""PostgresDatabase: SQLAlchemy's engine on psycopg, the pool and the transaction."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

import psycopg
from sqlalchemy import Executable, RowMapping, Table, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from safelight.adapters.database import copy, where
from safelight.adapters.database.connecting import CONNECT_SECONDS_MAX
from safelight.adapters.database.errors import translated
from safelight.adapters.database.lines import Line, Lines
from safelight.adapters.database.listen import listen
from safelight.adapters.database.locks import Locks
from safelight.adapters.database.reading import holdings_of
from safelight.adapters.database.ready import Readies
from safelight.adapters.database.rest import asked_after_rest
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Internal, Invalid, SafelightError
from safelight.kernel.events import Event
from safelight.kernel.purpose import Reads
from safelight.ports.database import Session
from safelight.ports.fixed import is_fixed
from safelight.ports.queue import Job

POOL_SECONDS_MAX = 15
"""How long a transaction may wait for a connection."""
LINES_MAX = 4
"""Connections beside those of the pool, on which fixed statements are asked one by one."""
STATEMENT_SECONDS_MAX = 30
IDLE_SECONDS_MAX = 120
"""How long a transaction may stand still before the server ends it."""


class Defer(Protocol):
    """How jobs are written into the transaction of a connection."""

    async def __call__(self, connection: AsyncConnection, jobs: Sequence[Job]) -> None: ...


@dataclass(frozen=True)
class _Ways:
    """What all sessions of one database have in common."""

    defer: Defer
    reactions: Mapping[str, tuple[str, ...]]
    reads: Reads | None
    readies: Readies


class PostgresSession:
    """One open transaction."""

    def __init__(self, connection: AsyncConnection | None, ways: _Ways) -> None:
        self._connection: AsyncConnection | None = connection
        self._ways = ways
        self._driver: Line | None = None

    async def fetch(self, statement: Executable, params: dict[str, Any] | None = None) -> Sequence[RowMapping]:
        if is_fixed(statement):
            return await self._fetch_fixed(statement, params or {})
        self._check(holdings_of(statement))
        with translated():
            return (await (await self._opened()).execute(statement, params)).mappings().all()

    async def fetch_one(self, statement: Executable, params: dict[str, Any] | None = None) -> RowMapping | None:
        if is_fixed(statement):
            return next(iter(await self._fetch_fixed(statement, params or {})), None)
        self._check(holdings_of(statement))
        with translated():
            return (await (await self._opened()).execute(statement, params)).mappings().first()

    async def _fetch_fixed(self, statement: Executable, values: dict[str, Any]) -> Sequence[RowMapping]:
        ready = self._ways.readies.of(statement, [*values])
        self._check(ready.holdings)
        with translated():
            async with self._line() as line:
                return await ready.fetch(line, values)

    def _check(self, holdings: frozenset[str]) -> None:
        """Raises PurposeDenied for what must not be read for the purpose of the moment."""
        if self._ways.reads is not None and holdings:
            self._ways.reads.check(holdings)

    async def _opened(self) -> AsyncConnection:
        if self._connection is None:
            raise Internal("The session has not begun.")
        return self._connection

    def _line(self) -> AbstractAsyncContextManager[Line]:
        return self._own_line()

    @asynccontextmanager
    async def _own_line(self) -> AsyncGenerator[Line]:
        """The driver's own connection, below the one of the transaction."""
        if self._driver is None:
            found = (await (await self._opened()).get_raw_connection()).driver_connection
            if not isinstance(found, psycopg.AsyncConnection):
                raise Internal("Only psycopg is spoken to.")
            self._driver = cast("Line", found)
        yield self._driver

    async def execute(
        self, statement: Executable, params: dict[str, Any] | Sequence[dict[str, Any]] | None = None
    ) -> int:
        with translated():
            connection = await self._opened()
            # Without this SQLAlchemy forgets the count of an INSERT.
            result = await connection.execute(statement, params, execution_options={"preserve_rowcount": True})
            return max(result.rowcount, 0)

    async def copy(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        with translated():
            raw = await (await self._opened()).get_raw_connection()
            return await copy.into(raw.driver_connection, table, rows)

    async def emit(self, *events: Event) -> None:
        await self._defer_all(
            [Job(name, event.payload()) for event in events for name in self._ways.reactions.get(event.topic(), ())]
        )

    async def defer(self, job: Job) -> None:
        await self._defer_all([job])

    async def _defer_all(self, jobs: Sequence[Job]) -> None:
        if jobs:
            with translated():
                await self._ways.defer(await self._opened(), jobs)

    async def notify(self, channel: str, payload: str) -> None:
        with translated():
            connection = await self._opened()
            await connection.execute(
                text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload}
            )

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None, None]:
        with translated():
            async with (await self._opened()).begin_nested():
                yield


class _Single(PostgresSession):
    """Statements that each stand for themselves: a connection of the pool is taken for those that are not fixed."""

    def __init__(self, opening: Callable[[], Awaitable[AsyncConnection]], lines: Lines, ways: _Ways) -> None:
        super().__init__(None, ways)
        self._opening = opening
        self._lines = lines

    async def _opened(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._opening()
        return self._connection

    def _line(self) -> AbstractAsyncContextManager[Line]:
        return self._lines.lent()


class PostgresDatabase:
    """Any PostgreSQL by URL. It retries nothing: who asks knows whether asking twice is safe."""

    def __init__(
        self,
        url: str,
        *,
        defer: Defer,
        reactions: Mapping[str, tuple[str, ...]] | None = None,
        pool_size: int = 8,
        pool_seconds_max: int = POOL_SECONDS_MAX,
        statement_seconds_max: int = STATEMENT_SECONDS_MAX,
        clock: Clock | None = None,
        reads: Reads | None = None,
    ) -> None:
        """`clock`: one that is set by hand, which the server must be told; None: time runs there as it does here.

        `reads` says what may be read for which purpose; None: nobody asks.
        """
        self._url = url
        self._clock = clock
        self._statement_seconds_max = statement_seconds_max
        self._engine = engine(
            url,
            pool_size=pool_size,
            pool_seconds_max=pool_seconds_max,
            statement_seconds_max=statement_seconds_max,
        )
        # The same pool; who comes by this way begins nothing and commits nothing.
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._ways = _Ways(defer, {} if reactions is None else reactions, reads, Readies(self._engine.dialect))
        self._lines = Lines(self._line, min(LINES_MAX, pool_size), pool_seconds_max)
        self._locks = Locks(url)

    async def _line(self) -> Line:
        """With the manners of the pool's."""
        arguments, options = self._engine.dialect.create_connect_args(driver_url(self._url))
        told = {**options, **_manners(self._statement_seconds_max)}
        made = await psycopg.AsyncConnection.connect(*arguments, autocommit=True, **told)
        return await where.checked(self._url, made)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Session, None]:
        with translated():
            async with self._engine.begin() as connection:
                await self._tell_time(connection)
                yield PostgresSession(connection, self._ways)

    @asynccontextmanager
    async def statements(self) -> AsyncGenerator[Session, None]:
        with translated():
            async with AsyncExitStack() as stack:
                yield _Single(lambda: stack.enter_async_context(self._single.connect()), self._lines, self._ways)

    @asynccontextmanager
    async def rehearsal(self) -> AsyncGenerator[Session, None]:
        """A transaction that is never committed: for tests, and to see what would happen."""
        with translated():
            async with self._engine.connect() as connection:
                await self._tell_time(connection)
                yield PostgresSession(connection, self._ways)
                await connection.rollback()

    async def _tell_time(self, connection: AsyncConnection) -> None:
        """What the server counts by itself falls on the day that our clock shows."""
        if self._clock is not None:
            now = {"now": self._clock.now().isoformat()}
            await connection.execute(text("SELECT set_config('safelight.now', :now, true)"), now)

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        return self._locks.hold(name)

    def listen(self, channel: str) -> AsyncIterator[str | None]:
        return listen(self._url, channel)

    async def is_alive(self) -> bool:
        try:
            async with self.transaction() as session:
                return await session.fetch_one(text("SELECT 1 AS one")) is not None
        except SafelightError:
            return False

    async def close(self) -> None:
        await self._locks.close()
        await self._lines.close()
        await self._engine.dispose()


def engine(url: str, *, pool_size: int, pool_seconds_max: int, statement_seconds_max: int) -> AsyncEngine:
    """An engine whose connections find our tables and those of the queue, and never wait for ever."""
    made = create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_seconds_max,
        # The one that was used last: few are then kept busy, and the others may rest.
        pool_use_lifo=True,
        connect_args=_manners(statement_seconds_max),
    )
    asked_after_rest(made.sync_engine)
    event.listen(made.sync_engine, "connect", partial(_check_where, url))
    return made


def _check_where(url: str, connection: Any, _record: object) -> None:
    where.check(url, connection.driver_connection.info.host)


def _manners(statement_seconds_max: int) -> dict[str, Any]:
    options = {
        "search_path": "public,jobs",
        "statement_timeout": f"{statement_seconds_max}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS_MAX}s",
        "timezone": "UTC",
    }
    return {
        "connect_timeout": CONNECT_SECONDS_MAX,
        "application_name": "safelight",
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def driver_url(url: str) -> URL:
    """For SQLAlchemy the same address names the driver too."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in {"postgresql", "postgres"}:
        raise Invalid("The database must be named like postgresql://user:password@host/name.")
    return parsed.set(drivername="postgresql+psycopg")
