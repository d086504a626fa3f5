"""Job name -> function: the list that boot builds, and the check that nothing is missing in it."""

from collections.abc import Iterable, Mapping

from safelight.kernel.errors import Internal
from safelight.ports.queue import Handler
from safelight.worker.schedule import SCHEDULE
from safelight.worker.subscriptions import REACTIONS


def named(*handlers: Handler) -> dict[str, Handler]:
    """Each under the name it has as a function: so a job is found by searching for its name."""
    return {handler.__name__: handler for handler in handlers}  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


def wanted() -> frozenset[str]:
    """Every name that a fact or the clock may ask for."""
    reactions = {name for names in REACTIONS.values() for name in names}
    return frozenset(reactions | {periodic.name for periodic in SCHEDULE})


def check(handlers: Mapping[str, Handler], names: Iterable[str]) -> None:
    """A job that nobody does would be found dead one day; better not to start."""
    if missing := sorted(set(names) - set(handlers)):
        raise Internal(f"Nobody does these jobs: {', '.join(missing)}.")
