"""Holding: whoever runs this installation is told by a letter that somebody must look at a hold again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.kernel.clock import Clock
from safelight.ports.database import Database
from safelight.privacy.events import HoldsDue
from safelight.worker import operators

TEMPLATE = "holds_due"


@dataclass(frozen=True)
class TellHolds:
    database: Database
    clock: Clock

    async def tell_holds(self, payload: dict[str, Any]) -> None:
        """To the masters of the oldest account: whoever set this installation up."""
        due: Mapping[str, str] = HoldsDue.from_payload(payload).due
        words = ", ".join(f"{id}: {day}" for id, day in sorted(due.items()))
        async with self.database.transaction() as session:
            await operators.tell(session, TEMPLATE, {"due": words}, self.clock.now())
