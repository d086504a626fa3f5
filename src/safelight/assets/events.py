"""The facts that the catalogue tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from safelight.accounts.events import CHANGED as CHANGED
from safelight.assets.model import Asset
from safelight.kernel.events import Event
from safelight.ports.database import Session

T = TypeVar("T")

# Past so many assets in one go, "everything of the cloud" is cheaper to say and to hear.
CALLS_MAX = 100
TOLD_MAX = 100
"""Assets of one go that one fact tells of; of more there are more facts."""


@dataclass(frozen=True)
class AssetEvent(Event):
    """What all facts about one asset tell. `version_id` is the version that the fact is about."""

    asset_id: str
    version_id: str
    kind: str
    access: str
    name: str
    version: int
    folder: str
    display_name: str
    at: str
    """The moment, RFC 3339."""


@dataclass(frozen=True)
class AssetAdded(AssetEvent):
    """A name has its first version."""


@dataclass(frozen=True)
class AssetReplaced(AssetEvent):
    """A name has a new version. `version_id` is the OLD one: its bytes and what was made of them may go."""

    new_version_id: str = ""


@dataclass(frozen=True)
class AssetRenamed(AssetEvent):
    """`name` and `access` are the new ones."""

    from_name: str = ""
    from_access: str = ""
    notification_url: str | None = None


@dataclass(frozen=True)
class AssetErased(AssetEvent):
    """The row is gone; the bytes of `version_id` and what was made of them may go."""


@dataclass(frozen=True)
class AssetsErased(Event):
    """Assets were erased in one go: what is told of it once. Each has a fact of its own for what it leaves behind."""

    assets: list[dict[str, Any]]
    """The fields of AssetErased, at most TOLD_MAX."""
    at: str
    """The moment, RFC 3339."""
    notification_url: str | None = None


@dataclass(frozen=True)
class VersionErased(Event):
    """A version is kept no longer: its bytes may go, unless it is the present one."""

    asset_id: str
    version_id: str


@dataclass(frozen=True)
class AccessChanged(AssetEvent):
    """Others may see an asset now, or at other times: its rules, as they lie in the catalogue (assets/access.py)."""

    previous_access_control: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    new_access_control: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notification_url: str | None = None


@dataclass(frozen=True)
class AssetModerated(AssetEvent):
    """Somebody who looked at an asset came to an end, or all of them have."""

    review: str = ""
    """The kind of the review; empty: all together."""
    status: str = ""
    response: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """What a program found."""
    notification_url: str | None = None
    is_for_asker: bool = False
    """Told at `notification_url` alone."""


@dataclass(frozen=True)
class AssetChanged(AssetEvent):
    """What people wrote about an asset is different now. What is empty or None did not change."""

    tags_added: list[str] = field(default_factory=list[str])
    tags_removed: list[str] = field(default_factory=list[str])
    context_added: dict[str, str] = field(default_factory=dict[str, str])
    context_removed: list[str] = field(default_factory=list[str])
    context_updated: dict[str, str] = field(default_factory=dict[str, str])
    previous_metadata: dict[str, Any] | None = None
    new_metadata: dict[str, Any] | None = None
    previous_display_name: str | None = None
    previous_folder: str | None = None
    notification_url: str | None = None

    @property
    def tells_something(self) -> bool:
        """Whether anything is different at all."""
        notes = (self.tags_added, self.tags_removed, self.context_added, self.context_removed, self.context_updated)
        if self.new_metadata is not None:
            return True
        return any(notes) or self.previous_display_name is not None or self.previous_folder is not None


@dataclass(frozen=True)
class AssetsChanged(Event):
    """What people wrote about several assets was changed in one go, by a command that names them."""

    changes: list[dict[str, Any]]
    """The fields of AssetChanged, at most TOLD_MAX."""
    at: str
    notification_url: str | None = None


@dataclass(frozen=True)
class FolderCreated(Event):
    """A folder is there that was not there."""

    path: str
    at: str
    """The moment, RFC 3339."""


@dataclass(frozen=True)
class FolderDeleted(Event):
    """A folder is gone; it was empty, or its assets were erased before."""

    path: str
    at: str


@dataclass(frozen=True)
class FolderMoved(Event):
    """A folder has another path, and all that is in it."""

    from_path: str
    to_path: str
    at: str


@dataclass(frozen=True)
class Reported(Event):
    """Something was done that has no fact of its own: who listens to `about` is told `fields` as they are."""

    about: str
    """The event type that receivers know it by: `moderation`, `generate_archive`, …"""
    at: str
    """The moment, RFC 3339."""
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    notification_url: str | None = None
    batch_id: str | None = None


def facts_of(asset: Asset, now: datetime) -> dict[str, Any]:
    """The fields of AssetEvent, by name."""
    return {
        "cloud_id": asset.cloud_id,
        "asset_id": asset.id,
        "version_id": asset.version_id,
        "kind": asset.kind.value,
        "access": asset.access.value,
        "name": asset.name,
        "version": asset.version,
        "folder": asset.folder,
        "display_name": asset.display_name,
        "at": now.isoformat(),
    }


def changed(before: Asset, after: Asset, now: datetime, notification_url: str | None = None) -> AssetChanged:
    """The difference as a fact."""
    was, is_now = before.context, after.context
    return AssetChanged(
        **facts_of(after, now),
        tags_added=sorted(set(after.tags) - set(before.tags)),
        tags_removed=sorted(set(before.tags) - set(after.tags)),
        context_added={key: value for key, value in is_now.items() if key not in was},
        context_removed=[key for key in was if key not in is_now],
        context_updated={key: value for key, value in is_now.items() if key in was and was[key] != value},
        previous_metadata=dict(before.metadata) if before.metadata != after.metadata else None,
        new_metadata=dict(after.metadata) if before.metadata != after.metadata else None,
        previous_display_name=before.display_name if before.display_name != after.display_name else None,
        previous_folder=before.folder if before.folder != after.folder else None,
        notification_url=notification_url,
    )


async def tell_erased(session: Session, erased: Sequence[Asset], now: datetime, notification_url: str | None) -> None:
    """Each as a fact, and all together for who hears of it from outside."""
    facts = [AssetErased(**facts_of(asset, now)) for asset in erased]
    await session.emit(*facts)
    for part in _parts(facts):
        told = [fact.payload() for fact in part]
        await session.emit(AssetsErased(part[0].cloud_id, told, now.isoformat(), notification_url))


async def tell_changed(
    session: Session, changes: Sequence[AssetChanged], now: datetime, notification_url: str | None
) -> None:
    """All that a command changed."""
    for part in _parts(changes):
        told = [change.payload() for change in part]
        await session.emit(AssetsChanged(part[0].cloud_id, told, now.isoformat(), notification_url))


def _parts(facts: Sequence[T]) -> list[Sequence[T]]:
    return [facts[start : start + TOLD_MAX] for start in range(0, len(facts), TOLD_MAX)]


async def call_out(session: Session, cloud_id: str, asset_ids: Sequence[str]) -> None:
    """Tell all processes that what they remember of these assets is stale."""
    for asset_id in asset_ids if len(asset_ids) <= CALLS_MAX else [""]:
        await session.notify(CHANGED, f"{cloud_id}/{asset_id}")
