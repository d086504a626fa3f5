"""The facts that identity tells."""

from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class AccountLeft(Event):
    """Somebody left, and did not come back in time. No `user_id`: the whole account. `cloud_id` is empty."""

    account_id: str
    user_id: str
    at: str
