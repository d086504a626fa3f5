"""Announcing: facts -> notifications to the addresses that a call named, and to those that triggers name."""

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Key
from safelight.assets import analyses, catalogue
from safelight.assets.events import (
    AccessChanged,
    AssetChanged,
    AssetModerated,
    AssetRenamed,
    AssetsChanged,
    AssetsErased,
    FolderCreated,
    FolderDeleted,
    FolderMoved,
    Reported,
)
from safelight.assets.model import Asset
from safelight.kernel.clock import Clock
from safelight.kernel.events import Event
from safelight.ports.database import Database, Session
from safelight.ports.queue import Handler
from safelight.uploads.events import (
    AssetComposed,
    EagerReady,
    ExplodeReady,
    InsightsFound,
    UploadFailed,
    UploadReceived,
)
from safelight.uploads.insights import FAILED
from safelight.uploads.model import Received
from safelight.webhooks import triggers
from safelight.webhooks.announce import announce
from safelight.webhooks.events import ReceiverPaused
from safelight.webhooks.signing import key_for
from safelight.wire import notification

LOG = logging.getLogger("safelight.webhooks")

Told = dict[str, Any]
More = Callable[[UploadReceived], Awaitable[Told]]
"""What was asked with an upload and is found only now."""


async def nothing_more(event: UploadReceived) -> Told:
    """Where nobody looks into pictures."""
    return {}


@dataclass(frozen=True)
class _Scene:
    """For whom something is told, and who signs it."""

    cloud: Cloud
    key: Key | None


@dataclass(frozen=True)
class Announcing:
    """One reaction for each kind of fact. Each may run twice: the row of a delivery is made once."""

    database: Database
    keys: Keys
    clock: Clock
    base_url: str
    more: More = nothing_more

    def reactions(self) -> Sequence[Handler]:
        """All of them, for the list of jobs."""
        return (
            self.announce_upload,
            self.announce_insights,
            self.announce_failure,
            self.announce_eager,
            self.announce_composed,
            self.announce_exploded,
            self.announce_rename,
            self.announce_delete,
            self.announce_change,
            self.announce_changes,
            self.announce_access,
            self.announce_moderation,
            self.announce_folder_created,
            self.announce_folder_deleted,
            self.announce_folder_moved,
            self.announce_report,
            self.announce_pause,
        )

    async def announce_upload(self, payload: dict[str, Any]) -> None:
        """UploadReceived. An asset that has gone meanwhile is not told of: what it was, nobody knows any more."""
        event = UploadReceived.from_payload(payload)
        more = await self.more(event)

        def told(scene: _Scene, asset: Asset) -> Told:
            return notification.upload(
                Received(
                    asset,
                    is_overwrite=event.is_overwrite,
                    is_existing=event.is_existing,
                    batch_id=event.batch_id,
                ),
                scene.cloud,
                base_url=self.base_url,
                key=scene.key,
                now=self.clock.now(),
                by=event.api_key,
                more=more,
            )

        await self._of_version(event, "upload", event.notification_urls, told, fact=_upload_fact(event))

    async def announce_insights(self, payload: dict[str, Any]) -> None:
        """InsightsFound: each that looked is told of by itself."""
        event = InsightsFound.from_payload(payload)
        async with self.database.transaction() as session:
            listening = await triggers.listeners(session, event.cloud_id, ["info"])
            urls = [*event.notification_urls, *listening["info"]]
            asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
            if not urls or asset is None or asset.version_id != event.version_id:
                return
            seen = await analyses.kept(session, asset, event.words)
            key = await self._key(session, event.cloud_id)
            found = {word: seen.get(word, FAILED) for word in event.words}
            for told in notification.info(found, asset, key=key, now=self.clock.now()):
                fact = f"{_fact(event)}/{told['info_kind']}"
                await self._send(session, event, urls, told, fact=fact, batch_id=None)

    async def announce_failure(self, payload: dict[str, Any]) -> None:
        """UploadFailed."""
        event = UploadFailed.from_payload(payload)
        await self._plain(
            event,
            "\n".join(event.notification_urls),
            lambda key, now: [notification.failure(event, key=key, now=now)],
            batch_id=event.batch_id,
        )

    async def announce_eager(self, payload: dict[str, Any]) -> None:
        """EagerReady."""
        event = EagerReady.from_payload(payload)

        def told(scene: _Scene, asset: Asset) -> Told:
            return notification.eager(
                event, asset, scene.cloud, base_url=self.base_url, key=scene.key, now=self.clock.now()
            )

        await self._of_version(event, "eager", event.notification_urls, told, fact=event.batch_id)

    async def announce_composed(self, payload: dict[str, Any]) -> None:
        """AssetComposed."""
        event = AssetComposed.from_payload(payload)

        def told(scene: _Scene, asset: Asset) -> Told:
            return notification.composed(
                event, asset, scene.cloud, base_url=self.base_url, key=scene.key, now=self.clock.now()
            )

        await self._of_version(event, event.about, event.notification_urls, told, fact=event.version_id)

    async def announce_exploded(self, payload: dict[str, Any]) -> None:
        """ExplodeReady."""
        event = ExplodeReady.from_payload(payload)

        def told(scene: _Scene, asset: Asset) -> Told:
            return notification.exploded(
                event, asset, scene.cloud, base_url=self.base_url, key=scene.key, now=self.clock.now()
            )

        await self._of_version(event, "explode", event.notification_urls, told, fact=event.batch_id)

    async def announce_rename(self, payload: dict[str, Any]) -> None:
        """AssetRenamed."""
        event = AssetRenamed.from_payload(payload)
        await self._plain(
            event, event.notification_url, lambda key, now: [notification.rename(event, key=key, now=now)]
        )

    async def announce_delete(self, payload: dict[str, Any]) -> None:
        """AssetsErased."""
        event = AssetsErased.from_payload(payload)
        await self._plain(
            event, event.notification_url, lambda key, now: [notification.delete(event, key=key, now=now)]
        )

    async def announce_change(self, payload: dict[str, Any]) -> None:
        """AssetChanged."""
        event = AssetChanged.from_payload(payload)
        await self._plain(
            event, event.notification_url, lambda key, now: notification.changes([event], key=key, now=now)
        )

    async def announce_changes(self, payload: dict[str, Any]) -> None:
        """AssetsChanged."""
        event = AssetsChanged.from_payload(payload)
        changes = [AssetChanged.from_payload(change) for change in event.changes]
        await self._plain(
            event, event.notification_url, lambda key, now: notification.changes(changes, key=key, now=now)
        )

    async def announce_access(self, payload: dict[str, Any]) -> None:
        """AccessChanged."""
        event = AccessChanged.from_payload(payload)
        await self._plain(
            event, event.notification_url, lambda key, now: [notification.access_changed(event, key=key, now=now)]
        )

    async def announce_moderation(self, payload: dict[str, Any]) -> None:
        """AssetModerated."""
        event = AssetModerated.from_payload(payload)
        await self._plain(
            event,
            event.notification_url,
            lambda key, now: [notification.moderation(event, key=key, now=now)],
            to_listeners=not event.is_for_asker,
        )

    async def announce_folder_created(self, payload: dict[str, Any]) -> None:
        """FolderCreated."""
        event = FolderCreated.from_payload(payload)
        await self._plain(event, None, lambda key, now: [notification.folder_created(event, key=key, now=now)])

    async def announce_folder_deleted(self, payload: dict[str, Any]) -> None:
        """FolderDeleted."""
        event = FolderDeleted.from_payload(payload)
        await self._plain(event, None, lambda key, now: [notification.folder_deleted(event, key=key, now=now)])

    async def announce_folder_moved(self, payload: dict[str, Any]) -> None:
        """FolderMoved."""
        event = FolderMoved.from_payload(payload)
        await self._plain(event, None, lambda key, now: [notification.folder_moved(event, key=key, now=now)])

    async def announce_report(self, payload: dict[str, Any]) -> None:
        """Reported."""
        event = Reported.from_payload(payload)
        await self._plain(
            event,
            event.notification_url,
            lambda key, now: [notification.report(event, key=key, now=now)],
            batch_id=event.batch_id,
        )

    async def announce_pause(self, payload: dict[str, Any]) -> None:
        """ReceiverPaused. Whoever listens to errors elsewhere hears of it, and so does who reads the log."""
        event = ReceiverPaused.from_payload(payload)
        LOG.warning(
            "A receiver of notifications is paused: %s deliveries in a row were given up. "
            "See `safelight webhooks receivers`.",
            event.given_up,
        )
        await self._plain(event, None, lambda key, now: [notification.paused(event, key=key, now=now)])

    async def _of_version(
        self,
        event: UploadReceived | EagerReady | AssetComposed | ExplodeReady,
        topic: str,
        urls: Sequence[str],
        tell: Callable[[_Scene, Asset], Told],
        *,
        fact: str,
    ) -> None:
        """Tell of an asset as it is, if it is still the version that the fact is about."""
        async with self.database.transaction() as session:
            listening = await triggers.listeners(session, event.cloud_id, [topic])
            if not (urls or listening[topic]):
                return
            cloud = await clouds.find_by_id(session, event.cloud_id)
            asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
            if cloud is None or asset is None or asset.version_id != event.version_id:
                return
            told = tell(_Scene(cloud, await self._key(session, event.cloud_id)), asset)
            await self._send(session, event, [*urls, *listening[topic]], told, fact=fact, batch_id=event.batch_id)

    async def _plain(
        self,
        event: Event,
        urls: str | None,
        tell: Callable[[Key | None, datetime], Iterable[Told]],
        *,
        batch_id: str | None = None,
        to_listeners: bool = True,
    ) -> None:
        """Tell what the fact itself knows, each sort of it to those who listen to it."""
        async with self.database.transaction() as session:
            key = await self._key(session, event.cloud_id)
            found = list(tell(key, self.clock.now()))
            listening = await triggers.listeners(session, event.cloud_id, [_topic(told) for told in found])
            for place, told in enumerate(found):
                to = [*_lines(urls), *(listening[_topic(told)] if to_listeners else ())]
                await self._send(session, event, to, told, fact=f"{_fact(event)}/{place}", batch_id=batch_id)

    async def _key(self, session: Session, cloud_id: str) -> Key | None:
        return key_for(await self.keys.enabled(session, cloud_id))

    async def _send(
        self, session: Session, event: Event, urls: Sequence[str], told: Told, *, fact: str, batch_id: str | None
    ) -> None:
        if urls:
            body, now = notification.body_of(told), self.clock.now()
            await announce(session, event.cloud_id, urls, _topic(told), body, fact=fact, now=now, batch_id=batch_id)


def _topic(told: Told) -> str:
    return str(told["notification_type"])


def _lines(urls: str | None) -> list[str]:
    return [line for part in (urls or "").splitlines() if (line := part.strip())]


def _fact(event: Event) -> str:
    """All that the fact says, in a few letters: two changes in one moment are two facts."""
    return hashlib.sha256(json.dumps(event.payload(), sort_keys=True).encode()).hexdigest()


def _upload_fact(event: UploadReceived) -> str:
    """A version comes in once; an asset that was there already may be met by many."""
    return f"{event.version_id}/{event.batch_id}" if event.is_existing else event.version_id
