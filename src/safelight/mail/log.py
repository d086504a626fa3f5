"""Log: what is known of letters that were written: for the shell, for the account page and for exports."""

from collections.abc import Mapping, Sequence

from safelight.kernel.errors import NotFound
from safelight.mail import store
from safelight.mail.model import Posted, State
from safelight.ports.database import Session


async def list_all(
    session: Session, *, state: State | None = None, user_id: str | None = None, most: int
) -> Sequence[Posted]:
    """The newest first; of everybody, or of one person."""
    return await store.list_all(session, state=state, user_id=user_id, most=most)


async def get(session: Session, letter_id: str) -> Posted:
    """Raises NotFound."""
    posted = await store.find(session, letter_id)
    if posted is None:
        raise NotFound("There is no such letter, or not any more.")
    return posted


async def counts(session: Session) -> Mapping[str, int]:
    """How many letters there are in each state."""
    found = await store.counts(session)
    return {state.value: found.get(state.value, 0) for state in State}
