"""Sweep: what is over in identity goes: sign-ups, links, tickets, sessions; and who left for good is told of."""

from dataclasses import dataclass
from typing import Any

from safelight.identity import leaving, links, registration, remember, sessions, tickets
from safelight.identity.failures import Failures
from safelight.kernel.clock import Clock
from safelight.ports.database import Database


@dataclass(frozen=True)
class SweepIdentity:
    """Each in a transaction of its own; all of it may run twice."""

    database: Database
    clock: Clock
    failures: Failures

    async def sweep_identity(self, _payload: dict[str, Any]) -> None:
        now = self.clock.now()
        each = (registration, links, tickets, remember, sessions, leaving, self.failures)
        for part in each:
            async with self.database.transaction() as session:
                await part.sweep(session, now)
