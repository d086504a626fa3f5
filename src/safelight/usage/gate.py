"""Gate: may a cloud still take in, make, or hand out something? What was found holds for a second."""

import asyncio
from dataclasses import dataclass, field

from safelight.kernel.clock import Clock
from safelight.kernel.errors import TooMuch
from safelight.ports.database import Database
from safelight.settings import UsageSettings
from safelight.usage import quotas, report
from safelight.usage.quota import OPEN, Verdict, verdict

HOLDS_SECONDS = 1.0
CLOUDS_MAX = 10_000
"""Clouds of which one process remembers a verdict."""


@dataclass(frozen=True)
class Gate:
    """Asked before something new, and never on the short path of stored files."""

    database: Database
    clock: Clock
    settings: UsageSettings
    holds_seconds: float = HOLDS_SECONDS
    _known: dict[str, tuple[float, Verdict]] = field(
        init=False, repr=False, default_factory=dict[str, tuple[float, Verdict]]
    )

    async def check_new(self, cloud_id: str) -> None:
        """Raises TooMuch where nothing may be taken in or made."""
        found = await self._verdict(cloud_id)
        if found.refuses_new:
            raise TooMuch(
                f"The quota of this cloud is used up: {found.words}. What is stored is "
                f"there as before; its operator raises the quota by `safelight quota set`.",
                cloud_id=cloud_id,
            )

    async def check_any(self, cloud_id: str) -> None:
        """Raises TooMuch where nothing may be handed out either."""
        found = await self._verdict(cloud_id)
        if found.refuses_all:
            raise TooMuch(
                f"The quota of this cloud is used up: {found.words}. Its operator raises it by `safelight quota set`.",
                cloud_id=cloud_id,
            )

    async def _verdict(self, cloud_id: str) -> Verdict:
        at = asyncio.get_running_loop().time()
        known = self._known.get(cloud_id)
        if known is not None and at - known[0] < self.holds_seconds:
            return known[1]
        found = await self._look(cloud_id)
        if len(self._known) >= CLOUDS_MAX:
            self._known.clear()
        self._known[cloud_id] = (at, found)
        return found

    async def _look(self, cloud_id: str) -> Verdict:
        async with self.database.statements() as session:
            quota = await quotas.get(session, cloud_id, self.settings)
            if not quota.limits:
                return OPEN
            window = report.window(self.clock.now(), quota.period)
            return verdict(quota, await report.used(session, cloud_id, *window))
