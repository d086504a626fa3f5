"""Open: the house for one command, which is closed when the command is done."""

import argparse
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from safelight.cli.options import settings_of

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

T = TypeVar("T")
Work = Callable[["House"], Coroutine[Any, Any, T]]
Verb = Callable[["House", "Session", argparse.Namespace], Awaitable[None]]


def at_home(args: argparse.Namespace, work: "Work[T]") -> T:
    """What the work gives back; it opens transactions itself."""
    from safelight.boot import tree

    async def run() -> T:
        async with tree.at_home(settings_of(args)) as house:
            return await work(house)

    return tree.run(run())


def in_house(verb: Verb) -> Callable[[argparse.Namespace], int]:
    """A command that is done in one transaction, or fails."""

    def run(args: argparse.Namespace) -> int:
        async def work(house: "House") -> None:
            async with house.database.transaction() as session:
                await verb(house, session, args)

        at_home(args, work)
        return 0

    return run
