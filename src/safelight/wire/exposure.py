"""What is public -> the JSON that its owner reads."""

from typing import Any

from safelight.accounts.model import Cloud
from safelight.assets.exposure import Counts, Exposed
from safelight.kernel.media import Access
from safelight.wire.asset import urls
from safelight.wire.stamp import stamp

PUBLIC, SIGNED = "public", "signed"


def delivery_of(cloud: Cloud) -> str:
    """What the owner of a cloud chose: who knows an address sees the file, or who has one that is signed."""
    return SIGNED if Access.UPLOAD.value in cloud.restricted_types else PUBLIC


def cloud_json(cloud: Cloud, counts: Counts) -> dict[str, Any]:
    return {
        "cloud_name": cloud.name,
        "delivery": delivery_of(cloud),
        "restricted_types": list(cloud.restricted_types),
        "assets": counts.all,
        "public": counts.public,
    }


def exposed_json(exposed: Exposed, cloud: Cloud, *, base_url: str) -> dict[str, Any]:
    """One asset that is public: whose, where, by which rule, since when, and until when if it ends by itself."""
    asset = exposed.asset
    scheme = "secure_url" if base_url.startswith("https:") else "url"
    told: dict[str, Any] = {
        "cloud_name": cloud.name,
        "asset_id": asset.id,
        "public_id": asset.name,
        "resource_type": asset.kind.value,
        "type": asset.access.value,
        "rule": exposed.rule.value,
        "since": stamp(exposed.since),
        "url": urls(asset, cloud, base_url=base_url)[scheme],
    }
    if exposed.until is not None:
        told["until"] = stamp(exposed.until)
    if asset.uploaded_by is not None:
        told["uploaded_by"] = asset.uploaded_by
    return told
