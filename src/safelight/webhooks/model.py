"""Trigger, Delivery, Receiver, Message: who wants to hear of what, and what is on its way to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

POLL = "poll://"
"""How an address begins whose notifications are not sent but fetched."""
ANYBODY = "*"
"""The channel of those who ask by batch_id."""
ALL = "all"
"""The topic of triggers that hear of everything."""


class State(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    """Not tried as long as its receiver is paused."""
    DONE = "done"
    GIVEN_UP = "given_up"


class UriType(StrEnum):
    """How a trigger tells."""

    WEBHOOK = "webhook"
    POLL = "poll"


@dataclass(frozen=True)
class Trigger:
    """A standing wish: whenever something of a topic happens in the cloud, tell this address."""

    cloud_id: str
    id: str
    uri: str
    uri_type: UriType
    topic: str
    created_at: datetime
    updated_at: datetime


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


@dataclass(frozen=True)
class Receiver:
    """An address that fails: how many deliveries were given up in a row, and since when it is left in peace."""

    cloud_id: str
    id: str
    url: str
    given_up: int
    failing_since: datetime
    paused_at: datetime | None


@dataclass(frozen=True)
class Message:
    """A notification that waits to be fetched. `claims` counts how often it was; the newest claim may strike it out."""

    cloud_id: str
    id: str
    channel: str
    batch_id: str
    body: bytes
    claims: int
    visible_at: datetime
    created_at: datetime

    @property
    def receipt(self) -> str:
        return f"{self.id}.{self.claims}"
