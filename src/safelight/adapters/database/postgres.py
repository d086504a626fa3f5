"""PostgresDatabase: SQLAlchemy's engine on psycopg, the pool and the transaction."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import Executable, RowMapping, Table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from safelight.adapters.database import copy
from safelight.adapters.database.errors import translated
from safelight.adapters.database.listen import listen
from safelight.adapters.database.locks import Locks
from safelight.adapters.database.reading import holdings_of
from safelight.adapters.database.rest import asked_after_rest
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, SafelightError
from safelight.kernel.events import Event
from safelight.kernel.purpose import Reads
from safelight.ports.database import Session
from safelight.ports.queue import Job

CONNECT_SECONDS_MAX = 10
POOL_SECONDS_MAX = 15
"""How long a transaction may wait for a connection."""
STATEMENT_SECONDS_MAX = 30
IDLE_SECONDS_MAX = 120
"""How long a transaction may stand still before the server ends it."""


class Defer(Protocol):
    """How jobs are written into the transaction of a connection."""

    async def __call__(self, connection: AsyncConnection, jobs: Sequence[Job]) -> None: ...


class PostgresSession:
    """One open transaction."""

    def __init__(
        self,
        connection: AsyncConnection,
        defer: Defer,
        reactions: Mapping[str, tuple[str, ...]],
        reads: Reads | None = None,
    ) -> None:
        self._connection = connection
        self._defer = defer
        self._reactions = reactions
        self._reads = reads

    async def fetch(self, statement: Executable, params: dict[str, Any] | None = None) -> Sequence[RowMapping]:
        self._check(statement)
        with translated():
            return (await self._connection.execute(statement, params)).mappings().all()

    async def fetch_one(self, statement: Executable, params: dict[str, Any] | None = None) -> RowMapping | None:
        self._check(statement)
        with translated():
            return (await self._connection.execute(statement, params)).mappings().first()

    def _check(self, statement: Executable) -> None:
        """Raises PurposeDenied for what must not be read for the purpose of the moment."""
        if self._reads is not None and (holdings := holdings_of(statement)):
            self._reads.check(holdings)

    async def execute(
        self, statement: Executable, params: dict[str, Any] | Sequence[dict[str, Any]] | None = None
    ) -> int:
        with translated():
            # Without this SQLAlchemy forgets the count of an INSERT.
            result = await self._connection.execute(statement, params, execution_options={"preserve_rowcount": True})
            return max(result.rowcount, 0)

    async def copy(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        with translated():
            raw = await self._connection.get_raw_connection()
            return await copy.into(raw.driver_connection, table, rows)

    async def emit(self, *events: Event) -> None:
        await self._defer_all(
            [Job(name, event.payload()) for event in events for name in self._reactions.get(event.topic(), ())]
        )

    async def defer(self, job: Job) -> None:
        await self._defer_all([job])

    async def _defer_all(self, jobs: Sequence[Job]) -> None:
        if jobs:
            with translated():
                await self._defer(self._connection, jobs)

    async def notify(self, channel: str, payload: str) -> None:
        with translated():
            await self._connection.execute(
                text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload}
            )

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None, None]:
        with translated():
            async with self._connection.begin_nested():
                yield


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
        self._reads = reads
        self._defer = defer
        self._reactions: Mapping[str, tuple[str, ...]] = {} if reactions is None else reactions
        self._engine = engine(
            url,
            pool_size=pool_size,
            pool_seconds_max=pool_seconds_max,
            statement_seconds_max=statement_seconds_max,
        )
        # The same pool; who comes by this way begins nothing and commits nothing.
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._locks = Locks(url)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Session, None]:
        with translated():
            async with self._engine.begin() as connection:
                await self._tell_time(connection)
                yield PostgresSession(connection, self._defer, self._reactions, self._reads)

    @asynccontextmanager
    async def statements(self) -> AsyncGenerator[Session, None]:
        with translated():
            async with self._single.connect() as connection:
                yield PostgresSession(connection, self._defer, self._reactions, self._reads)

    @asynccontextmanager
    async def rehearsal(self) -> AsyncGenerator[Session, None]:
        """A transaction that is never committed: for tests, and to see what would happen."""
        with translated():
            async with self._engine.connect() as connection:
                await self._tell_time(connection)
                yield PostgresSession(connection, self._defer, self._reactions, self._reads)
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
        await self._engine.dispose()


def engine(url: str, *, pool_size: int, pool_seconds_max: int, statement_seconds_max: int) -> AsyncEngine:
    """An engine whose connections find our tables and those of the queue, and never wait for ever."""
    options = {
        "search_path": "public,jobs",
        "statement_timeout": f"{statement_seconds_max}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS_MAX}s",
        "timezone": "UTC",
    }
    made = create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_seconds_max,
        # The one that was used last: few are then kept busy, and the others may rest.
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS_MAX,
            "application_name": "safelight",
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
    asked_after_rest(made.sync_engine)
    return made


def driver_url(url: str) -> URL:
    """For SQLAlchemy the same address names the driver too."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in {"postgresql", "postgres"}:
        raise Invalid("The database must be named like postgresql://user:password@host/name.")
    return parsed.set(drivername="postgresql+psycopg")
