"""OnSuccess: the script that an upload brought along has its say about the asset that it became."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud
from safelight.assets import catalogue, metadata_values
from safelight.assets.model import Asset
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound, SafelightError, TooMuch
from safelight.ports.database import Database
from safelight.scripting.model import Run, Script
from safelight.uploads.events import ScriptBrought
from safelight.uploads.model import Received
from safelight.uploads.scripts import word_of
from safelight.wire import metadata, params
from safelight.wire.upload import received_json

logger = logging.getLogger(__name__)

Tell = Callable[[Asset, Collection[str]], Awaitable[Mapping[str, Any]]]
"""What a picture says of itself, by the words of clients (wire/analyses.py)."""

CHANGED = ("tags", "context", "metadata")
"""What a script may change."""

# Later words about the same thing count.
_BEFORE = """const asked = {};
const current_asset = Object.freeze({
  update(words) { Object.assign(asked, words); return current_asset; },
});
const event = e;"""


@dataclass(frozen=True)
class OnSuccess:
    """Reaction to ScriptBrought."""

    database: Database
    keys: Keys
    clock: Clock
    run: Run
    tell: Tell
    base_url: str

    async def run_on_success(self, payload: dict[str, Any]) -> None:
        """A script that fails, or asks for what may not be, changes nothing: the upload is long answered."""
        event = ScriptBrought.from_payload(payload)
        async with self.database.transaction() as session:
            cloud = await clouds.find_by_id(session, event.cloud_id)
            asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
        if cloud is None or asset is None or asset.version_id != event.version_id:
            return
        script = Script(event.script, {"e": await self._event(event, cloud, asset)}, "asked", self.clock.now(), _BEFORE)
        try:
            await self._change(asset, await self.run(script))
        except (Invalid, TooMuch, NotFound) as error:
            logger.warning("on_success of asset %s failed: %s", asset.id, error.message)

    async def _event(self, event: ScriptBrought, cloud: Cloud, asset: Asset) -> dict[str, Any]:
        """What the upload was answered, as far as the asset still says so."""
        told: Mapping[str, Any] = {}
        # A picture that cannot be looked into is stored all the same: then it tells nothing.
        with suppress(SafelightError):
            told = await self.tell(asset, event.asked)
        received = Received(asset, is_overwrite=event.is_overwrite)
        info = received_json(received, cloud, base_url=self.base_url, analyses=told)
        return {"event_type": "upload", "upload_info": info}

    async def _change(self, asset: Asset, asked: object) -> None:
        said = cast("dict[str, object]", asked) if isinstance(asked, dict) else {}
        if others := sorted(set(said) - set(CHANGED)):
            raise Invalid(f"current_asset.update cannot change {others[0][:50]}; only {', '.join(CHANGED)}")
        words = {name: word for name, value in said.items() if (word := word_of(value)) and word != "{}"}
        fields = metadata.said(words)
        if not words:
            return
        async with self.database.transaction() as session:
            writing = None if fields is None else await metadata_values.prepare(session, asset.cloud_id, fields)
            await catalogue.update(
                session,
                asset,
                tags=params.tags(words) if "tags" in words else None,
                context=params.pairs(words) if "context" in words else None,
                metadata=None if writing is None else writing.onto,
                now=self.clock.now(),
            )
