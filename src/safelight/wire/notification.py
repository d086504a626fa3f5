"""A fact -> the body of a notification, in the words that receivers know."""

import json
from datetime import datetime
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.events import AssetChanged, AssetErased, AssetEvent, AssetRenamed
from safelight.assets.model import Asset
from safelight.kernel.ids import new_id
from safelight.uploads.events import EagerReady
from safelight.uploads.model import EagerItem, Received
from safelight.wire.upload import eager_json, received_json

SOURCE = "api"


def body_of(notification: dict[str, Any]) -> bytes:
    """The exact bytes that are signed and sent."""
    return json.dumps(notification, ensure_ascii=False, separators=(",", ":")).encode()


def upload(received: Received, cloud: Cloud, *, base_url: str, key: Key | None, now: datetime) -> dict[str, Any]:
    """The fields of the answer to the upload, and what all notifications have."""
    answer = received_json(received, cloud, base_url=base_url, key=key, shows_key=False)
    return {**_common("upload", key, now), **answer}


def eager(
    event: EagerReady, asset: Asset, cloud: Cloud, *, base_url: str, key: Key | None, now: datetime
) -> dict[str, Any]:
    items = [EagerItem(**item) for item in event.items]
    return {
        **_common("eager", key, now),
        "batch_id": event.batch_id,
        "asset_id": asset.id,
        "public_id": asset.name,
        "resource_type": asset.kind.value,
        "type": asset.access.value,
        "version": asset.version,
        "eager": eager_json(items, asset, cloud, base_url=base_url, key=key),
    }


def rename(event: AssetRenamed, *, key: Key | None, now: datetime) -> dict[str, Any]:
    return {
        **_common("rename", key, now),
        **_asset(event),
        "from_public_id": event.from_name,
        "to_public_id": event.name,
    }


def delete(event: AssetErased, *, key: Key | None, now: datetime) -> dict[str, Any]:
    """As receivers know it, without a request and a time of its own."""
    common = _common("delete", key, now)
    resource = {**_asset(event), "public_id": event.name, "version": event.version}
    return {
        "notification_type": "delete",
        "resources": [resource],
        "notification_context": common["notification_context"],
        "signature_key": common["signature_key"],
    }


def changes(event: AssetChanged, *, key: Key | None, now: datetime) -> list[dict[str, Any]]:
    """One for each kind of thing that is different now."""
    found: list[dict[str, Any]] = []
    if event.tags_added or event.tags_removed:
        resource = {
            **_ref(event),
            "added": event.tags_added,
            "removed": event.tags_removed,
            "updated": list[str](),
        }
        found.append({**_common("resource_tags_changed", key, now), "source": SOURCE, "resources": [resource]})
    if event.context_added or event.context_removed or event.context_updated:
        found.append(
            _by_name(
                "resource_context_changed",
                event,
                key,
                now,
                added=event.context_added,
                removed=event.context_removed,
                updated=event.context_updated,
            )
        )
    if event.previous_display_name is not None:
        found.append(
            _by_name(
                "resource_display_name_changed",
                event,
                key,
                now,
                previous_display_name=event.previous_display_name,
                new_display_name=event.display_name,
                asset_folder=event.folder,
            )
        )
    if event.previous_folder is not None:
        found.append(
            _by_name(
                "move",
                event,
                key,
                now,
                from_asset_folder=event.previous_folder,
                to_asset_folder=event.folder,
                display_name=event.display_name,
            )
        )
    return found


def _by_name(topic: str, event: AssetChanged, key: Key | None, now: datetime, **fields: object) -> dict[str, Any]:
    resource = {**_ref(event), **fields}
    return {**_common(topic, key, now), "source": SOURCE, "resources": {event.name: resource}}


def _ref(event: AssetEvent) -> dict[str, Any]:
    return {
        "asset_id": event.asset_id,
        "public_id": event.name,
        "resource_type": event.kind,
        "type": event.access,
    }


def _asset(event: AssetEvent) -> dict[str, Any]:
    return {
        "resource_type": event.kind,
        "type": event.access,
        "asset_id": event.asset_id,
        "asset_folder": event.folder,
        "display_name": event.display_name,
    }


def _common(topic: str, key: Key | None, now: datetime) -> dict[str, Any]:
    return {
        "notification_type": topic,
        "timestamp": now.isoformat(timespec="seconds"),
        "request_id": new_id(),
        "notification_context": {
            "triggered_at": now.isoformat(timespec="seconds"),
            "triggered_by": {"source": SOURCE, "id": key.api_key if key else ""},
        },
        "signature_key": key.api_key if key else "",
    }
