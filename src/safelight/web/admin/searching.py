"""Searching: words of a search -> its answer, for those who ask with a key and for those who have a signed address."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset
from safelight.assets.search import search, search_folders
from safelight.kernel.errors import Invalid
from safelight.ports.database import Database
from safelight.web.admin import words
from safelight.web.body import Params
from safelight.web.telling import Tell
from safelight.wire import search as wire
from safelight.wire.folder import found_json as folder_json

RESULTS_DEFAULT = 50
ANALYSED_MAX = 100
"""Most lines of a page whose pictures are asked about themselves: some of them may have to be opened for it."""
OPENED_AT_ONCE = 4


@dataclass(frozen=True)
class Searching:
    """Looks for assets or folders. Without a key, addresses in the answer open nothing that is not open anyhow."""

    database: Database
    tell: Tell
    base_url: str

    async def assets(self, cloud: Cloud, key: Key | None, params: Params, now: datetime) -> dict[str, Any]:
        began = perf_counter()
        shown = wire.shown(params)
        most = words.max_results(params, RESULTS_DEFAULT)
        asked = wire.asked(params, min(most, ANALYSED_MAX) if shown.analyses else most)
        async with self.database.transaction() as session:
            found = await search(session, cloud.id, asked, now)
        page = found.page
        # Not within the transaction: pictures may have to be opened.
        told = await self._told(page.items, shown)
        answer: dict[str, Any] = {
            "total_count": page.total_count,
            "time": _milliseconds(began),
            "resources": [
                wire.found_json(asset, cloud, base_url=self.base_url, key=key, shown=shown, told=told.get(asset.id, {}))
                for asset in page.items
            ],
        }
        if found.counts:
            answer["aggregations"] = {name: dict(counts) for name, counts in found.counts.items()}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def folders(self, cloud: Cloud, params: Params, now: datetime) -> dict[str, Any]:
        began = perf_counter()
        asked = wire.asked(params, words.max_results(params, RESULTS_DEFAULT))
        if asked.counts:
            raise Invalid("Folders are not counted by aggregate")
        async with self.database.transaction() as session:
            page = await search_folders(session, cloud.id, asked, now)
        answer: dict[str, Any] = {
            "total_count": page.total_count,
            "time": _milliseconds(began),
            "folders": [folder_json(folder) for folder in page.items],
        }
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def _told(self, found: Sequence[Asset], shown: wire.Shown) -> Mapping[str, Mapping[str, Any]]:
        """By the id of the asset."""
        if not shown.analyses:
            return {}
        gate = asyncio.Semaphore(OPENED_AT_ONCE)

        async def ask(asset: Asset) -> Mapping[str, Any]:
            async with gate:
                try:
                    return await self.tell(asset, shown.analyses)
                except Invalid:
                    # It cannot be decoded: it tells nothing, and the others still do.
                    return {}

        answers = await asyncio.gather(*map(ask, found))
        return {asset.id: answer for asset, answer in zip(found, answers, strict=True)}


def _milliseconds(began: float) -> int:
    return round((perf_counter() - began) * 1000)
