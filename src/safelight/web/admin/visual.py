"""Visual: assets that look like a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.assets.likeness import SCORE_MIN, Like
from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act
from safelight.uploads.resemble import Ask, Resemble
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.web.body import UploadBody, read_upload
from safelight.wire import params
from safelight.wire.asset import listed_json

PATH = "/resources/visual_search"
FILE = "image_file"
LIKE = ("image_url", "image_asset_id", "text", FILE)
RESULTS_DEFAULT = 50
NO_MODEL = (
    "Visual search by text is not available: it needs a model that puts words and pictures into one space, and your "
    "installation has none. Search by image_url, image_asset_id or image_file, or by words with resources/search."
)


@dataclass(frozen=True)
class Visual:
    """The same by GET and by POST; with POST a picture can come along."""

    door: AdminDoor
    resemble: Resemble

    def routes(self) -> list[BaseRoute]:
        """To stand before those of resources, whose patterns would swallow them."""
        return [
            self.door.route("GET", PATH, self.visual_search, needs=Act.READ),
            self.door.route("POST", PATH, self.visual_search, needs=Act.READ, read=self._read),
        ]

    async def _read(self, request: Request) -> UploadBody:
        most = self.resemble.size_bytes_max
        return await read_upload(request, self.resemble.fetch.staging, self.door.upload, size_bytes_max=most, name=FILE)

    async def visual_search(self, call: Call) -> dict[str, Any]:
        """Assets whose shapes and colours are like those of a picture, the likest first."""
        try:
            found = await self._found(call)
        finally:
            if call.staged is not None:
                await self.resemble.fetch.staging.drop(call.staged)
        lines = [
            {**listed_json(like.asset, call.cloud, base_url=self.door.base_url, key=call.key), "score": like.score}
            for like in found
        ]
        return {"total_count": len(lines), "resources": lines}

    async def _found(self, call: Call) -> Sequence[Like]:
        ask = Ask(_score_min(call), words.max_results(call.params, RESULTS_DEFAULT), call.within(Act.READ))
        given = {name: params.text(call.params, name) for name in LIKE[:3]}
        file = call.source or params.text(call.params, FILE)
        if sum(value is not None for value in (*given.values(), call.staged, file)) != 1:
            raise Invalid(f"Exactly one of {', '.join(LIKE)} is needed")
        if given["text"] is not None:
            raise Invalid(NO_MODEL)
        if call.staged is not None:
            return await self.resemble.to_file(call.cloud, call.staged, ask)
        if given["image_asset_id"] is not None:
            return await self.resemble.to_asset(call.cloud, given["image_asset_id"], ask)
        return await self.resemble.to_source(call.cloud, given["image_url"] or file or "", ask)


def _score_min(call: Call) -> float:
    said = params.text(call.params, "threshold")
    try:
        share = SCORE_MIN if said is None else float(said)
    except ValueError:
        share = -1.0
    if not (isfinite(share) and 0 <= share <= 1):
        raise Invalid("Invalid value for parameter threshold: a number from 0 to 1 is needed")
    return share
