"""Note: what the doors learn of a request (whose cloud, which key, which asset) for the one line that is kept of it."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, cast

from safelight.activity.model import Act
from safelight.assets.model import Asset
from safelight.delivery.model import Media
from safelight.kernel.media import Kind

NOTES = "notes"
SENT = frozenset({200, 206})
"""Answers that hand out a file; one that says that nothing has changed does not."""


@dataclass
class Notes:
    """Of one request, filled by whoever knows."""

    cloud_id: str = ""
    user_id: str = ""
    key_id: str = ""
    asset_id: str = ""
    kind: str = ""
    act: Act = Act.NONE
    is_derived: bool = False
    bytes_received: int = 0

    def of_caller(self, cloud_id: str, key_id: str) -> None:
        """Who asks has proved it; without a key, it is somebody who needs none."""
        self.cloud_id, self.key_id = cloud_id, key_id

    def of_upload(self, asset: Asset) -> None:
        """A file was taken in."""
        self.cloud_id, self.asset_id, self.kind = asset.cloud_id, asset.id, asset.kind
        self.act, self.bytes_received = Act.UPLOAD, asset.facts.size_bytes

    def of_original(self, asset: Asset, *, method: str) -> None:
        """The file of an asset is handed out by a call."""
        self.cloud_id, self.asset_id, self.kind = asset.cloud_id, asset.id, asset.kind
        self.is_derived, self.act = False, act_of(method, 200)

    def of_packed(self, cloud_id: str, *, method: str) -> None:
        """Something is handed out that was put together for this answer, and is no asset."""
        self.cloud_id, self.kind, self.is_derived = cloud_id, Kind.RAW, True
        self.act = act_of(method, 200)

    def of_media(self, media: Media, *, method: str, status: int) -> None:
        """A file is handed out."""
        self.cloud_id, self.asset_id, self.kind = media.cloud_id, media.asset_id, media.kind
        self.is_derived = media.is_derived
        self.act = act_of(method, status)


def notes_of(scope: MutableMapping[str, Any]) -> Notes:
    """Those of the request; without the envelope (web/app.py) nobody reads them."""
    found = cast("dict[str, Any]", scope.get("state", {})).get(NOTES)
    return found if isinstance(found, Notes) else Notes()


def act_of(method: str, status: int) -> Act:
    return Act.DOWNLOAD if method == "GET" and status in SENT else Act.NONE
