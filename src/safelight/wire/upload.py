"""Received -> the JSON that clients know as the answer to an upload."""

from collections.abc import Mapping, Sequence
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset
from safelight.kernel.ids import new_id
from safelight.kernel.media import Kind
from safelight.uploads.asynchronous import Pending
from safelight.uploads.model import EagerItem, Received
from safelight.wire.asset import asset_json, urls


def received_json(
    received: Received,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
    shows_key: bool = True,
    analyses: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The answer to an upload that is over. `analyses`: what the picture told about itself (wire/analyses.py)."""
    answer = asset_json(
        received.asset,
        cloud,
        base_url=base_url,
        key=key,
        shows_key=shows_key,
        is_existing=received.is_existing,
        is_overwrite=received.is_overwrite,
    )
    if received.eager:
        answer["eager"] = eager_json(
            received.eager, received.asset, cloud, base_url=base_url, key=key, batch_id=received.batch_id
        )
    if received.privacy is not None:
        answer["privacy"] = dict(received.privacy)
    answer |= analyses or {}
    if received.batch_id is not None:
        answer["batch_id"] = received.batch_id
    if received.delete_token is not None:
        answer["delete_token"] = received.delete_token
    return answer


def pending_json(received: Received) -> dict[str, Any]:
    """The answer to who asked for the work to be done later."""
    asset = received.asset
    return {
        "status": "pending",
        "resource_type": asset.kind.value,
        "type": asset.access.value,
        "public_id": asset.name,
        "batch_id": received.batch_id or new_id(),
    }


def put_aside_json(pending: Pending, access: str) -> dict[str, Any]:
    """The answer to an upload that is done later as a whole."""
    answer: dict[str, Any] = {
        "status": "pending",
        "resource_type": pending.kind.value if pending.kind else "auto",
        "type": access,
    }
    if pending.name is not None:
        answer["public_id"] = pending.name
    return {**answer, "batch_id": pending.batch_id}


def waiting_json(received_bytes: int, kind: Kind | None) -> dict[str, Any]:
    """The answer to a piece of a large file, when others are still missing.

    It names no public_id: SDKs would send it back with the next piece, where a folder would be put before it again.
    """
    resource_type = kind.value if kind else "auto"
    return {"done": False, "bytes": received_bytes, "kind": "upload", "resource_type": resource_type}


def eager_json(
    items: Sequence[EagerItem],
    asset: Asset,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
    batch_id: str | None = None,
) -> list[dict[str, Any]]:
    """What became of each eager transformation. `batch_id`: they are made as a job."""
    return [_eager_item(item, asset, cloud, base_url, key, batch_id) for item in items]


def _eager_item(
    item: EagerItem, asset: Asset, cloud: Cloud, base_url: str, key: Key | None, batch_id: str | None
) -> dict[str, Any]:
    entry: dict[str, Any] = {"transformation": item.transformation}
    if item.format is not None:
        entry |= {"width": item.width, "height": item.height, "bytes": item.size_bytes, "format": item.format}
    elif item.is_processing:
        entry["status"] = "processing"
    else:
        entry |= {"status": "failed", "reason": item.reason}
    if batch_id is not None:
        entry["batch_id"] = batch_id
    extension = item.extension or item.format
    return entry | urls(
        asset, cloud, base_url=base_url, key=key, transformation=item.transformation, extension=extension
    )
