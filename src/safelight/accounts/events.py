"""The facts that accounts tell, and the channel on which every change is called out."""

from dataclasses import dataclass

from safelight.kernel.events import Event
from safelight.ports.database import Session

# Every process that remembers a cloud, a key or an asset listens here. The payload is `{cloud_id}/{asset_id}`, or
# `{cloud_id}/` when everything of the cloud may have changed.
CHANGED = "safelight_changed"


@dataclass(frozen=True)
class CloudCreated(Event):
    """There is a new tenant."""

    name: str


@dataclass(frozen=True)
class CloudClosed(Event):
    """Every door refuses the cloud from now on; what it holds is still there."""

    name: str


@dataclass(frozen=True)
class KeyIssued(Event):
    """A cloud has another key."""

    api_key: str


@dataclass(frozen=True)
class KeyRotated(Event):
    """The key has a new secret; the old one is worth nothing any more."""

    api_key: str
    at: str


@dataclass(frozen=True)
class KeyDisabled(Event):
    """Whoever uses the key is refused from now on."""

    api_key: str
    at: str


@dataclass(frozen=True)
class KeyEnabled(Event):
    """A key that was disabled works again."""

    api_key: str
    at: str


async def call_out(session: Session, cloud_id: str) -> None:
    """Tell all processes that what they remember of the cloud may be stale."""
    await session.notify(CHANGED, f"{cloud_id}/")
