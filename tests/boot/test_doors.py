"""What a process does beside answering, as long as its door is open."""

import asyncio

from safelight.boot.keeping import keep_machine_swept
from safelight.kernel.errors import NotAvailable


class Sweep:
    """Fails the first times, and tells when it has been asked often enough."""

    def __init__(self) -> None:
        self.count = 0
        self.enough = asyncio.Event()

    async def sweep_machine(self) -> None:
        self.count += 1
        if self.count == 1:
            raise NotAvailable("The storage cannot be reached.")
        if self.count == 2:
            raise OSError("the disk is gone")
        self.enough.set()


async def test_the_machine_goes_on_being_swept_when_once_it_could_not_be():
    sweep = Sweep()
    keeper = asyncio.create_task(keep_machine_swept(sweep, each_seconds=0))
    async with asyncio.timeout(10):
        await sweep.enough.wait()
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
