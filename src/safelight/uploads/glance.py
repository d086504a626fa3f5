"""Glance: what programs and models see in a picture that is not stored: fetched, looked into, and dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safelight.accounts.model import Cloud
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind, sniff
from safelight.uploads.fetch import Fetch
from safelight.uploads.insights import Insights
from safelight.uploads.model import InsightsAsk


@dataclass(frozen=True)
class Glanced:
    """What was found, and the size of the picture in px."""

    facts: Mapping[str, Any]
    width: int
    height: int


@dataclass(frozen=True)
class Glance:
    """Nothing of it stays."""

    fetch: Fetch
    insights: Insights
    size_bytes_max: int

    async def __call__(self, cloud: Cloud, uri: str, word: str) -> Glanced:
        """Raises Invalid for what cannot be had, is no picture, or cannot be seen here."""
        self.insights.check(InsightsAsk((word,)))
        most = self.size_bytes_max
        source = await self.fetch(uri, size_bytes_max=most, cloud=cloud.name, hosts=cloud.owners_hosts)
        try:
            format = sniff(source.staged.head)
            if format is None or format.kind is not Kind.IMAGE or not format.readable:
                raise Invalid("Unsupported source: only images can be analyzed")
            render = self.insights.look.render
            probed = await render.probe(source.staged.path, format=format.name, tenant=cloud.id)
            facts = await self.insights.at(source.staged.path, format.name, word, cloud.id)
        finally:
            await self.fetch.staging.drop(source.staged)
        return Glanced(facts, probed.width, probed.height)
