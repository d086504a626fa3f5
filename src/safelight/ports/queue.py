"""Job and Queue: work that is done later, at least once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


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

    async def list(self, state: str | None = None, limit: int = 100) -> list[JobRow]: ...

    async def retry(self, job_id: int) -> bool:
        """Make a dead job wait again; False if it is not dead."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        ...
