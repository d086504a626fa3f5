"""Reach: whether every store can be looked through at this moment; one that cannot holds an answer back (PP-48)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from safelight.kernel.errors import SafelightError
from safelight.kernel.holdings import Searched

SECONDS_MAX = 20
"""Who has not answered by then is not there."""

Try = Callable[[], Awaitable[None]]
"""Asks a store for the least that it can tell. Raises where it cannot be reached."""


@dataclass(frozen=True)
class Reach:
    """`tries`: by the store's name."""

    tries: Mapping[str, Try] = field(default_factory=dict[str, Try])

    async def unreached(self) -> list[Searched]:
        """The stores that could not be asked, and why."""
        asked = await asyncio.gather(*(self._why_not(each) for each in self.tries.values()))
        return [Searched(name, why, is_unreached=True) for name, why in zip(self.tries, asked, strict=True) if why]

    async def _why_not(self, attempt: Try) -> str:
        try:
            async with asyncio.timeout(SECONDS_MAX):
                await attempt()
        except TimeoutError:
            return f"it did not answer within {SECONDS_MAX} seconds"
        except (SafelightError, OSError) as error:
            # Words of the system may name a path, which tells a reader nothing.
            return error.message if isinstance(error, SafelightError) else (error.strerror or type(error).__name__)
        return ""
