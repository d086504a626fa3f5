"""A fact -> the body of a notification, in the words that receivers know."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.access import from_json
from safelight.assets.events import (
    AccessChanged,
    AssetChanged,
    AssetErased,
    AssetEvent,
    AssetModerated,
    AssetRenamed,
    AssetsErased,
    FolderCreated,
    FolderDeleted,
    FolderMoved,
    Reported,
)
from safelight.assets.model import Asset
from safelight.kernel.ids import new_id
from safelight.uploads.events import AssetComposed, EagerReady, ExplodeReady, UploadFailed
from safelight.uploads.model import EagerItem, Received
from safelight.webhooks.events import ReceiverPaused
from safelight.wire import access, insights
from safelight.wire.composed import TELLERS
from safelight.wire.upload import eager_json, received_json

SOURCE = "api"


def body_of(notification: dict[str, Any]) -> bytes:
    """The exact bytes that are signed and sent."""
    return json.dumps(notification, ensure_ascii=False, separators=(",", ":")).encode()


def upload(
    received: Received,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None,
    now: datetime,
    by: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The fields of the answer to the upload, and what all notifications have. `by`: the key of who uploaded."""
    answer = received_json(received, cloud, base_url=base_url, key=key, shows_key=False, analyses=more)
    return {**_common("upload", key, now, by), **answer}


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


def composed(
    event: AssetComposed, asset: Asset, cloud: Cloud, *, base_url: str, key: Key | None, now: datetime
) -> dict[str, Any]:
    """What who had it made is answered, and what all notifications have."""
    told = TELLERS[event.about](asset, event.facts, cloud, base_url=base_url, key=key)
    return {
        **_common(event.about, key, now),
        **told,
        **({"batch_id": event.batch_id} if event.batch_id else {}),
    }


def exploded(
    event: ExplodeReady, asset: Asset, cloud: Cloud, *, base_url: str, key: Key | None, now: datetime
) -> dict[str, Any]:
    items = [EagerItem(**item) for item in event.items]
    return {
        **_common("explode", key, now),
        "batch_id": event.batch_id,
        "asset_id": asset.id,
        "public_id": asset.name,
        "resource_type": asset.kind.value,
        "type": asset.access.value,
        "version": asset.version,
        "pages": len(items),
        "image_infos": eager_json(items, asset, cloud, base_url=base_url, key=key),
    }


def info(found: Mapping[str, Any], asset: Asset, *, key: Key | None, now: datetime) -> list[dict[str, Any]]:
    """What each that looked at an asset has to say; `found` is what uploads/insights.py keeps."""
    entries = insights.told(found, asset).get("info", {})
    return [
        {
            **_common("info", key, now),
            "info_kind": name,
            "info_status": entry["status"],
            "info_data": entry.get("data"),
            "asset_id": asset.id,
            "public_id": asset.name,
            "resource_type": asset.kind.value,
            "type": asset.access.value,
            "version": asset.version,
        }
        for sort in entries.values()
        for name, entry in sort.items()
    ]


def failure(event: UploadFailed, *, key: Key | None, now: datetime) -> dict[str, Any]:
    """Of an upload that nobody waits for."""
    told: dict[str, Any] = {
        **_common("error", key, now),
        "error": {"message": event.message},
        "resource_type": event.kind,
        "batch_id": event.batch_id,
    }
    return told | ({"public_id": event.name} if event.name is not None else {})


def paused(event: ReceiverPaused, *, key: Key | None, now: datetime) -> dict[str, Any]:
    """A receiver that does not answer, told to the others."""
    message = f"Notifications to {event.url} are held: {event.given_up} in a row could not be delivered"
    return {**_common("error", key, now), "error": {"message": message}, "receiver_id": event.receiver_id}


def rename(event: AssetRenamed, *, key: Key | None, now: datetime) -> dict[str, Any]:
    return {
        **_common("rename", key, now),
        **_asset(event),
        "from_public_id": event.from_name,
        "to_public_id": event.name,
    }


def delete(event: AssetsErased, *, key: Key | None, now: datetime) -> dict[str, Any]:
    """As receivers know it, without a request and a time of its own."""
    common = _common("delete", key, now)
    erased = [AssetErased.from_payload(asset) for asset in event.assets]
    return {
        "notification_type": "delete",
        "resources": [{**_asset(each), "public_id": each.name, "version": each.version} for each in erased],
        "notification_context": common["notification_context"],
        "signature_key": common["signature_key"],
    }


def changes(events: Sequence[AssetChanged], *, key: Key | None, now: datetime) -> list[dict[str, Any]]:
    """One for each sort of thing that is different now, with all assets of which it is."""
    told: list[dict[str, Any]] = []
    tagged = [
        {**_ref(event), "added": event.tags_added, "removed": event.tags_removed, "updated": list[str]()}
        for event in events
        if event.tags_added or event.tags_removed
    ]
    if tagged:
        told.append({**_common("resource_tags_changed", key, now), "source": SOURCE, "resources": tagged})
    for topic, difference in _DIFFERENCES.items():
        found = [(event, fields) for event in events if (fields := difference(event)) is not None]
        told += [{**_common(topic, key, now), "source": SOURCE, "resources": part} for part in _by_name(found)]
    return told


def _context(event: AssetChanged) -> dict[str, Any] | None:
    if not (event.context_added or event.context_removed or event.context_updated):
        return None
    return {"added": event.context_added, "removed": event.context_removed, "updated": event.context_updated}


def _metadata(event: AssetChanged) -> dict[str, Any] | None:
    if event.new_metadata is None:
        return None
    return {"previous_metadata": event.previous_metadata or {}, "new_metadata": event.new_metadata}


def _display_name(event: AssetChanged) -> dict[str, Any] | None:
    if event.previous_display_name is None:
        return None
    return {
        "previous_display_name": event.previous_display_name,
        "new_display_name": event.display_name,
        "asset_folder": event.folder,
    }


def _move(event: AssetChanged) -> dict[str, Any] | None:
    if event.previous_folder is None:
        return None
    return {
        "from_asset_folder": event.previous_folder,
        "to_asset_folder": event.folder,
        "display_name": event.display_name,
    }


_DIFFERENCES: Mapping[str, Callable[[AssetChanged], dict[str, Any] | None]] = {
    "resource_context_changed": _context,
    "resource_metadata_changed": _metadata,
    "resource_display_name_changed": _display_name,
    "move": _move,
}
"""Event type -> what is told of an asset; None where nothing of the sort is different."""


def access_changed(event: AccessChanged, *, key: Key | None, now: datetime) -> dict[str, Any]:
    fields = {
        "previous_access_control": access.shown(from_json(event.previous_access_control)),
        "new_access_control": access.shown(from_json(event.new_access_control)),
    }
    (resources,) = _by_name([(event, fields)])
    return {**_common("access_control_changed", key, now), "source": SOURCE, "resources": resources}


def moderation(event: AssetModerated, *, key: Key | None, now: datetime) -> dict[str, Any]:
    """One review, or what comes of all of them."""
    told: dict[str, Any] = {
        **_common("moderation" if event.review else "moderation_summary", key, now),
        **_asset(event),
        "public_id": event.name,
        "version": event.version,
        "moderation_status": event.status,
        "moderation_updated_at": event.at,
    }
    if event.review:
        told["moderation_kind"] = event.review
    return told | ({"moderation_response": event.response} if event.response else {})


def folder_created(event: FolderCreated, *, key: Key | None, now: datetime) -> dict[str, Any]:
    return {**_common("create_folder", key, now), **_folder(event.path)}


def folder_deleted(event: FolderDeleted, *, key: Key | None, now: datetime) -> dict[str, Any]:
    return {**_common("delete_folder", key, now), **_folder(event.path)}


def folder_moved(event: FolderMoved, *, key: Key | None, now: datetime) -> dict[str, Any]:
    return {
        **_common("move_or_rename_asset_folder", key, now),
        "source": SOURCE,
        "from_path": event.from_path,
        "to_path": event.to_path,
        "status": "success",
    }


def report(event: Reported, *, key: Key | None, now: datetime) -> dict[str, Any]:
    return {**_common(event.about, key, now), **event.fields}


def _folder(path: str) -> dict[str, Any]:
    return {"source": SOURCE, "folder_path": path, "folder_name": path.rpartition("/")[2]}


def _by_name(found: Iterable[tuple[AssetEvent, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Public id -> what is told of it; of several assets with one public id each is in a part of its own."""
    parts: list[dict[str, Any]] = []
    for event, fields in found:
        free = next((part for part in parts if event.name not in part), None)
        if free is None:
            parts.append(free := {})
        free[event.name] = {**_ref(event), **fields}
    return parts


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


def _common(topic: str, key: Key | None, now: datetime, by: str | None = None) -> dict[str, Any]:
    return {
        "notification_type": topic,
        "timestamp": now.isoformat(timespec="seconds"),
        "request_id": new_id(),
        "notification_context": {
            "triggered_at": now.isoformat(timespec="seconds"),
            "triggered_by": {"source": SOURCE, "id": by or (key.api_key if key else "")},
        },
        "signature_key": key.api_key if key else "",
    }
