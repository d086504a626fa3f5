"""An asset that is made of others -> the JSON that tells of it, now and as a notification."""

from collections.abc import Mapping
from typing import Any, Protocol

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset, AssetRef
from safelight.wire.archive import archived_json


class Tell(Protocol):
    """An asset and what is told of it beyond -> the answer to who had it made."""

    def __call__(
        self, asset: Asset, facts: Mapping[str, Any], cloud: Cloud, *, base_url: str, key: Key | None = None
    ) -> dict[str, Any]: ...


TELLERS: Mapping[str, Tell] = {"generate_archive": archived_json}
"""How clients and receivers know what was made -> how it is told."""


def put_aside_json(ref: AssetRef, batch_id: str) -> dict[str, Any]:
    """The answer to who asked for it to be made later."""
    return {
        "status": "pending",
        "resource_type": ref.kind.value,
        "type": ref.access.value,
        "public_id": ref.name,
        "batch_id": batch_id,
    }
