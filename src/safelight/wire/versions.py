"""Versions that are kept -> the JSON that clients know."""

from collections.abc import Iterable
from typing import Any

from safelight.assets.versions import Version
from safelight.wire.asset import stamp


def versions_json(found: Iterable[Version]) -> list[dict[str, Any]]:
    """Oldest first; the last one may be the present one."""
    return [_version(version) for version in found]


def _version(version: Version) -> dict[str, Any]:
    facts = {"format": version.facts.format, "width": version.facts.width, "height": version.facts.height}
    return {
        "version_id": version.id,
        "version": version.number,
        **{name: value for name, value in facts.items() if value is not None},
        "size": version.facts.size_bytes,
        "etag": version.facts.md5,
        "time": stamp(version.created_at),
        "restorable": True,
    }
