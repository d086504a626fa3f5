"""Job and Queue: work that is done later, at least once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Handler = Callable[[dict[str, Any]], Awaitable[None]]
"""What does the work of one job name: gets the payload; an error means: again later. It may run twice."""


@dataclass(frozen=True)
class Periodic:
    """A job by the clock: `cron` has five fields, in UTC. Its payload is the moment it was due, as `timestamp`."""

    cron: str
    name: str


@dataclass(frozen=True)
class Job:
    """One piece of work. `lock`: of jobs that wait with the same lock only one is kept."""

    name: str
    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    run_at: datetime | None = None
    lock: str | None = None


@dataclass(frozen=True)
class JobRow:
    """A job as the queue knows it. `state` is waiting, running, done or dead."""

    id: int
    name: str
    state: str
    tries: int
    payload: dict[str, Any]
    run_at: datetime | None


class Queue(Protocol):
    """Deferring happens in a transaction (`Session.defer`); these are the verbs for people who look after it."""

    async def list(self, state: str | None = None, limit: int = 100) -> list[JobRow]:
        """The newest `limit` jobs, the newest of them last."""
        ...

    async def retry(self, job_id: int) -> bool:
        """Make a dead job wait again; False if it is not dead."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        ...


class Runner(Protocol):
    """The side of the queue that does the work."""

    async def run(
        self,
        handlers: Mapping[str, Handler],
        schedule: Sequence[Periodic],
        *,
        concurrency: int,
        stop: asyncio.Event,
        stop_seconds: float,
    ) -> None:
        """Take jobs and run them until `stop` is set; what runs then has `stop_seconds` to finish.

        A job that fails waits longer each time and is dead after some tries. The jobs of a worker that was killed
        are found and run again. Losing the database ends nothing: it is tried again.
        """
        ...
