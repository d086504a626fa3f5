"""Database and Session: the connection and the transaction, nothing more."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy import Executable, RowMapping, Table

from safelight.kernel.events import Event
from safelight.ports.queue import Job


class Session(Protocol):
    """One open transaction. What it emits and defers is committed or lost with the rows it wrote."""

    async def fetch(self, statement: Executable, params: dict[str, Any] | None = None) -> Sequence[RowMapping]: ...

    async def fetch_one(self, statement: Executable, params: dict[str, Any] | None = None) -> RowMapping | None:
        """The first row, or None."""
        ...

    async def execute(
        self, statement: Executable, params: dict[str, Any] | Sequence[dict[str, Any]] | None = None
    ) -> int:
        """How many rows were touched."""
        ...

    async def copy(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        """Write many rows in one stream: how many. Every row names the same columns."""
        ...

    async def emit(self, *events: Event) -> None:
        """Tell facts: of each, one job for each reaction that worker/subscriptions.py lists."""
        ...

    async def defer(self, job: Job) -> None: ...

    async def notify(self, channel: str, payload: str) -> None:
        """Tell every listening process, when the transaction is committed."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """What fails inside is undone to here, and the transaction lives on."""
        ...


class Database(Protocol):
    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Commits at the end, rolls back when an error leaves it. Raises NotAvailable without a database."""
        ...

    def statements(self) -> AbstractAsyncContextManager[Session]:
        """Statements without a transaction around them, each committed by itself: for looks, and for a single write.

        At a third of the cost: nothing is begun and nothing committed. Raises NotAvailable without a database.
        """
        ...

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Try to be the only one in the whole installation to hold `name`; False at once if another does."""
        ...

    def listen(self, channel: str) -> AsyncIterator[str | None]:
        """Payloads of `channel` as they come, for ever.

        None each time the line stands anew, the first time too: anything before it may have been missed.
        """
        ...

    async def is_alive(self) -> bool: ...

    async def close(self) -> None: ...
