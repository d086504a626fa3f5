"""Overdue: who runs this installation is told by a letter that something is kept longer than was promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.kernel.clock import Clock
from safelight.ports.database import Database
from safelight.privacy.events import RetentionOverdue
from safelight.worker import operators

TEMPLATE = "overdue"


@dataclass(frozen=True)
class TellOverdue:
    database: Database
    clock: Clock

    async def tell_overdue(self, payload: dict[str, Any]) -> None:
        """To the masters of the oldest account: whoever set this installation up."""
        late: Mapping[str, int] = RetentionOverdue.from_payload(payload).late
        words = ", ".join(f"{number} × {entity}" for entity, number in sorted(late.items()))
        async with self.database.transaction() as session:
            await operators.tell(session, TEMPLATE, {"late": words}, self.clock.now())
