"""OneMaker: of all who ask for the same thing, one makes it, in the whole installation; the others take it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from safelight.derived.failures import Failures
from safelight.kernel.errors import Busy
from safelight.ports.database import Database

T = TypeVar("T")

WAIT_SECONDS_FIRST = 0.02
WAIT_SECONDS_MAX = 0.5
RETRY_SECONDS = 5


def waits(seconds_max: float) -> Iterator[float]:
    """How long to sleep between two looks, until all in all `seconds_max` have gone by."""
    wait, slept = WAIT_SECONDS_FIRST, 0.0
    while slept < seconds_max:
        yield wait
        slept += wait
        wait = min(wait * 1.5, WAIT_SECONDS_MAX)


@dataclass
class _Tenant:
    """What one cloud has under way in this process."""

    room: asyncio.Semaphore
    flights: int = 0


@dataclass(frozen=True)
class OneMaker:
    """In one process, who asks for what is under way joins it; of several processes one holds the lock.

    Who waits for another process holds no connection and no place: it looks, and sleeps.
    """

    making_max_each: int = 16
    """How many things this process makes at once for one cloud."""
    waiting_max: int = 256
    """How many things this process makes or waits for; beyond it Busy."""
    waiting_max_each: int = 192
    """How many of them for one cloud: a flood of one leaves room for the others."""
    waiting_min_each: int = 8
    """So many a cloud gets in any case, however many clouds flood us together."""
    seconds_max: float = 60
    """How long to wait for another process."""
    failures: Failures | None = None
    """What could not be made is not tried again for a while; None: it is."""
    _tenants: dict[str, _Tenant] = field(init=False, repr=False, default_factory=dict[str, _Tenant])
    _flights: dict[str, asyncio.Task[Any]] = field(init=False, repr=False, default_factory=dict[str, asyncio.Task[Any]])

    async def __call__(
        self,
        database: Database,
        tenant: str,
        name: str,
        look: Callable[[], Awaitable[T | None]],
        make: Callable[[], Awaitable[T]],
    ) -> T:
        """`look` finds what was made; `make` makes it and leaves it where `look` finds it.

        Raises what `make` raises, and raises it again for a while where another try would find the same. Clouds
        (`tenant`) do not stand in each other's queue.
        """
        flight: asyncio.Task[T] | None = self._flights.get(name)
        if flight is None:
            if self.failures is not None:
                self.failures.check(name)
            mine = self._admitted(tenant)
            flight = asyncio.get_running_loop().create_task(self._alone(database, mine.room, name, look, make))
            flight.add_done_callback(lambda flight: self._landed(tenant, name, flight))
            self._flights[name] = flight
        # Whoever asks may go away; what was begun is finished for the others and for the next one.
        return await asyncio.shield(flight)

    def _admitted(self, tenant: str) -> _Tenant:
        """With one flight more. Raises Busy."""
        mine = self._tenants.get(tenant) or _Tenant(asyncio.Semaphore(self.making_max_each))
        if self.is_full(tenant):
            raise Busy("Too many files are being made just now; try again.", retry_after_seconds=RETRY_SECONDS)
        mine.flights += 1
        self._tenants[tenant] = mine
        return mine

    def is_full(self, tenant: str, coming: int = 0) -> bool:
        """Whether the next one is one too many, if so many others of the same cloud come before it."""
        mine = self._tenants.get(tenant)
        flights = coming + (mine.flights if mine is not None else 0)
        if flights >= self.waiting_max_each:
            return True
        return len(self._flights) + coming >= self.waiting_max and flights >= self.waiting_min_each

    def _landed(self, tenant: str, name: str, flight: asyncio.Task[Any]) -> None:
        del self._flights[name]
        mine = self._tenants[tenant]
        mine.flights -= 1
        if not mine.flights:
            del self._tenants[tenant]
        # An error is told to those who wait; if all have gone away, to nobody.
        error = None if flight.cancelled() else flight.exception()
        if error is not None and self.failures is not None:
            self.failures.note(name, error)

    async def _alone(
        self,
        database: Database,
        room: asyncio.Semaphore,
        name: str,
        look: Callable[[], Awaitable[T | None]],
        make: Callable[[], Awaitable[T]],
    ) -> T:
        is_first = True
        for wait in waits(self.seconds_max):
            # Later on we wait for another's result: not in the queue of those who make something here.
            if is_first or not room.locked():
                async with room, database.lock(name) as is_mine:
                    if is_mine:
                        found = await look()
                        return await make() if found is None else found
            is_first = False
            await asyncio.sleep(wait)
            found = await look()
            if found is not None:
                return found
        raise Busy("The file is still being made; try again.", retry_after_seconds=RETRY_SECONDS)
