"""The facts that people tell. Nobody is named in them but by an id; `cloud_id` is empty."""

from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class UserDisabled(Event):
    """Somebody is shut out, and what they are is kept."""

    account_id: str
    user_id: str
    at: str


@dataclass(frozen=True)
class ChoiceMade(Event):
    """Somebody decided something about their data; it holds already, and is to be written into the ledger."""

    user_id: str
    choice_id: str


@dataclass(frozen=True)
class UserRemoved(Event):
    """Somebody does not belong to the account any more; whoever knows more of them forgets it."""

    account_id: str
    user_id: str
