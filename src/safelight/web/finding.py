"""Finding: what is found out about an asset for its owner, beyond what it tells of itself, in the words of clients."""

from dataclasses import dataclass, replace
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid
from safelight.uploads.breakpoints import Breakpoints
from safelight.uploads.insights import Insights
from safelight.uploads.model import InsightsAsk, Received
from safelight.wire import breakpoints, insights


@dataclass(frozen=True)
class Finding:
    """What programs and models see in it, and the widths that are worth having."""

    insights: Insights
    breakpoints: Breakpoints

    def check(self, ask: InsightsAsk) -> None:
        """Raises Invalid for what nothing here can see."""
        self.insights.check(ask)

    async def of_upload(
        self, received: Received, cloud: Cloud, *, base_url: str, key: Key | None
    ) -> tuple[Received, dict[str, Any]]:
        """What was asked with an upload. The asset may have more tags then."""
        asset, seen = await self.insights(received.asset, received.insights)
        found = await self.breakpoints(asset, received.breakpoints)
        told = insights.told(seen, asset) | breakpoints.told(found, asset, cloud, base_url=base_url, key=key)
        return replace(received, asset=asset), told

    async def of_update(self, asset: Asset, ask: InsightsAsk) -> tuple[Asset, dict[str, Any]]:
        """What was asked of a stored asset, and all that was asked before."""
        if ask.tags_from is not None and not ask.words and not await self.insights.kept(asset):
            raise Invalid(f"Must use {insights.AUTO_TAGGING} with categorization or detection")
        asset, found = await self.insights(asset, ask)
        return asset, insights.told({**await self.insights.kept(asset), **found}, asset)

    async def kept(self, asset: Asset) -> dict[str, Any]:
        """`info` of all that was asked before."""
        return insights.told(await self.insights.kept(asset), asset)
