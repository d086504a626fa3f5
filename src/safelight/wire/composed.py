"""An asset that is made of others -> the JSON that tells of it, now and as a notification."""

from collections.abc import Mapping
from typing import Any, Protocol

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset, AssetRef
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind, format_named
from safelight.uploads import explode
from safelight.uploads.explode import ExplodeAsk
from safelight.wire import params
from safelight.wire.archive import archived_json
from safelight.wire.several import multi_json, sprite_json


class Tell(Protocol):
    """An asset and what is told of it beyond -> the answer to who had it made."""

    def __call__(
        self, asset: Asset, facts: Mapping[str, Any], cloud: Cloud, *, base_url: str, key: Key | None = None
    ) -> dict[str, Any]: ...


TELLERS: Mapping[str, Tell] = {"generate_archive": archived_json, "multi": multi_json, "sprite": sprite_json}
"""How clients and receivers know what was made -> how it is told."""


def explode_ask(words: params.Words, kind: Kind) -> ExplodeAsk:
    name = params.text(words, "public_id")
    if name is None:
        raise Invalid("Missing required parameter - public_id")
    format = params.text(words, "format") or explode.FORMAT
    if format_named(format) is None:
        raise Invalid(f"Invalid format {format[:50]}")
    return ExplodeAsk(
        AssetRef(kind, params.access(words), name),
        params.text(words, "transformation") or "",
        format.lower(),
        params.urls(words, "notification_url"),
        params.batch_id(words),
    )


def put_aside_json(ref: AssetRef, batch_id: str) -> dict[str, Any]:
    """The answer to who asked for it to be made later."""
    return {
        "status": "pending",
        "resource_type": ref.kind.value,
        "type": ref.access.value,
        "public_id": ref.name,
        "batch_id": batch_id,
    }
