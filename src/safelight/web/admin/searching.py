"""Searching: words of a search -> its answer, for those who ask with a key and for those who have a signed address."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets import analyses, sights
from safelight.assets.model import Asset
from safelight.assets.search import search, search_folders
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.ports.database import Database
from safelight.web.admin import words
from safelight.web.body import Params
from safelight.web.telling import Tell
from safelight.wire import analyses as wire_analyses
from safelight.wire import search as wire
from safelight.wire.folder import found_json as folder_json

RESULTS_DEFAULT = 50
ANALYSED_MAX = 100
"""Most lines of a page whose pictures are asked about themselves: some of them may have to be opened for it."""
LOOKED_AT_MAX = 10
"""Most pictures in which faces are looked for that nobody looked at before; of others a page tells what is known."""
ASKED_AT_ONCE = 4
COSTLY_KINDS = wire_analyses.kinds(wire.COSTLY_WORDS)


@dataclass(frozen=True)
class Searching:
    """Looks for assets or folders. Without a key, addresses in the answer open nothing that is not open anyhow."""

    database: Database
    tell: Tell
    base_url: str

    async def assets(
        self, cloud: Cloud, key: Key | None, params: Params, now: datetime, *, within: tuple[str, ...] | None = None
    ) -> dict[str, Any]:
        """`within`: the folders that who asks may see; None: all."""
        began = perf_counter()
        shown = wire.shown(params)
        most = words.max_results(params, RESULTS_DEFAULT)
        asked = wire.asked(params, min(most, ANALYSED_MAX) if shown.analyses - wire.COSTLY_WORDS else most)
        async with self.database.transaction() as session:
            found = await search(session, cloud.id, replace(asked, within=within), now)
        page = found.page
        # Not within the transaction: pictures may have to be opened.
        told = await self._told(cloud, page.items, shown)
        answer: dict[str, Any] = {
            "total_count": page.total_count,
            "time": _milliseconds(began),
            "resources": [
                wire.found_json(
                    asset,
                    cloud,
                    base_url=self.base_url,
                    key=key,
                    shown=shown,
                    told=told.get(asset.id, {}),
                    backup_bytes=found.backup_bytes.get(asset.id, 0),
                )
                for asset in page.items
            ],
        }
        if found.counts:
            answer["aggregations"] = {name: dict(counts) for name, counts in found.counts.items()}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def folders(
        self, cloud: Cloud, params: Params, now: datetime, *, within: tuple[str, ...] | None = None
    ) -> dict[str, Any]:
        began = perf_counter()
        asked = wire.asked(params, words.max_results(params, RESULTS_DEFAULT))
        if asked.counts:
            raise Invalid("Folders are not counted by aggregate")
        async with self.database.transaction() as session:
            page = await search_folders(session, cloud.id, replace(asked, within=within), now)
        answer: dict[str, Any] = {
            "total_count": page.total_count,
            "time": _milliseconds(began),
            "folders": [folder_json(folder) for folder in page.items],
        }
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def _told(self, cloud: Cloud, found: Sequence[Asset], shown: wire.Shown) -> Mapping[str, Mapping[str, Any]]:
        """By the id of the asset, what its picture told."""
        if not shown.analyses:
            return {}
        costly = frozenset[str]()
        if shown.has(wire.COSTLY):
            costly = await self._too_costly(cloud, found)
        gate = asyncio.Semaphore(ASKED_AT_ONCE)

        async def ask(asset: Asset) -> Mapping[str, Any]:
            if asset.is_placeholder:
                return {}
            asked = shown.analyses - wire.COSTLY_WORDS if asset.id in costly else shown.analyses
            async with gate:
                try:
                    return await self.tell(asset, asked)
                except Invalid:
                    # It cannot be decoded: it tells nothing, and the others still do.
                    return {}

        answers = await asyncio.gather(*map(ask, found))
        return {asset.id: answer for asset, answer in zip(found, answers, strict=True)}

    async def _too_costly(self, cloud: Cloud, found: Sequence[Asset]) -> frozenset[str]:
        """Ids of those whose pictures were never looked at, and will not be for this page."""
        versions = [asset.version_id for asset in found]
        async with self.database.transaction() as session:
            known = await analyses.asked_before(session, cloud.id, versions, COSTLY_KINDS)
            known &= await sights.looked_at(session, cloud.id, versions, "face")
        pictures = [asset.id for asset in found if asset.kind is Kind.IMAGE and asset.version_id not in known]
        return frozenset(pictures[LOOKED_AT_MAX:])


def _milliseconds(began: float) -> int:
    return round((perf_counter() - began) * 1000)
