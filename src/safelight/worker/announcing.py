"""Announcing: facts -> notifications to the addresses that an upload or another call named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Key
from safelight.assets import catalogue
from safelight.assets.events import AssetChanged, AssetErased, AssetEvent, AssetRenamed
from safelight.assets.model import Asset
from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.uploads.events import EagerReady, UploadReceived
from safelight.uploads.model import Received
from safelight.webhooks.announce import announce
from safelight.wire import notification


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

    async def announce_upload(self, payload: dict[str, Any]) -> None:
        """UploadReceived. An asset that has gone meanwhile is not told of: what it was, nobody knows any more."""
        event = UploadReceived.from_payload(payload)
        if not event.notification_urls:
            return
        async with self.database.transaction() as session:
            found = await self._look(session, event.cloud_id, event.asset_id, event.version_id)
            if found is None:
                return
            scene, asset = found
            told = notification.upload(
                Received(asset, is_overwrite=event.is_overwrite, batch_id=event.batch_id),
                scene.cloud,
                base_url=self.base_url,
                key=scene.key,
                now=self.clock.now(),
            )
            await self._tell(session, event.cloud_id, event.notification_urls, told, fact=event.version_id)

    async def announce_eager(self, payload: dict[str, Any]) -> None:
        """EagerReady."""
        event = EagerReady.from_payload(payload)
        if not event.notification_urls:
            return
        async with self.database.transaction() as session:
            found = await self._look(session, event.cloud_id, event.asset_id, event.version_id)
            if found is None:
                return
            scene, asset = found
            told = notification.eager(
                event, asset, scene.cloud, base_url=self.base_url, key=scene.key, now=self.clock.now()
            )
            await self._tell(session, event.cloud_id, event.notification_urls, told, fact=event.batch_id)

    async def announce_rename(self, payload: dict[str, Any]) -> None:
        """AssetRenamed."""
        event = AssetRenamed.from_payload(payload)
        async with self.database.transaction() as session:
            key = await self._key(session, event.cloud_id)
            told = notification.rename(event, key=key, now=self.clock.now())
            await self._tell(session, event.cloud_id, _lines(event.notification_url), told, fact=_fact(event))

    async def announce_delete(self, payload: dict[str, Any]) -> None:
        """AssetErased."""
        event = AssetErased.from_payload(payload)
        async with self.database.transaction() as session:
            key = await self._key(session, event.cloud_id)
            told = notification.delete(event, key=key, now=self.clock.now())
            await self._tell(session, event.cloud_id, _lines(event.notification_url), told, fact=_fact(event))

    async def announce_change(self, payload: dict[str, Any]) -> None:
        """AssetChanged."""
        event = AssetChanged.from_payload(payload)
        if not event.notification_url:
            return
        async with self.database.transaction() as session:
            key = await self._key(session, event.cloud_id)
            for told in notification.changes(event, key=key, now=self.clock.now()):
                await self._tell(session, event.cloud_id, _lines(event.notification_url), told, fact=_fact(event))

    async def _look(
        self, session: Session, cloud_id: str, asset_id: str, version_id: str
    ) -> tuple[_Scene, Asset] | None:
        cloud = await clouds.find_by_id(session, cloud_id)
        asset = await catalogue.find_by_id(session, cloud_id, asset_id)
        if cloud is None or asset is None or asset.version_id != version_id:
            return None
        return _Scene(cloud, await self._key(session, cloud_id)), asset

    async def _key(self, session: Session, cloud_id: str) -> Key | None:
        keys = await self.keys.enabled(session, cloud_id)
        return keys[0] if keys else None

    async def _tell(
        self, session: Session, cloud_id: str, urls: Sequence[str], told: dict[str, Any], *, fact: str
    ) -> None:
        if urls:
            body, topic = notification.body_of(told), str(told["notification_type"])
            await announce(session, cloud_id, urls, topic, body, fact=fact, now=self.clock.now())


def _lines(urls: str | None) -> list[str]:
    return [line for part in (urls or "").splitlines() if (line := part.strip())]


def _fact(event: AssetEvent) -> str:
    """What happened, to which asset, and when."""
    return f"{event.asset_id}/{event.version_id}/{event.at}"
