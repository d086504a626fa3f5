"""Delivery: one notification to one address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Delivery:
    """A notification on its way: `body` are the exact bytes that are signed and sent, at each try the same."""

    cloud_id: str
    id: str
    url: str
    topic: str
    """What it tells of (`notification_type` on the wire)."""
    body: bytes
    state: State
    tries: int
    status: int | None
    """What the receiver answered to the last try; None if it was not reached."""
    created_at: datetime
