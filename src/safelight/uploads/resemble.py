"""Resemble: a picture, stored, sent along or at an address -> the assets of a cloud that look like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from safelight.accounts.model import Cloud
from safelight.assets import catalogue, likeness
from safelight.assets.analyses import Analyse
from safelight.assets.likeness import Like
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.folders import is_within
from safelight.kernel.media import Kind, sniff
from safelight.render.likeness import KIND, Likeness
from safelight.uploads.fetch import Fetch
from safelight.uploads.staging import Staged

NO_PICTURE = "Unsupported source: only images can be compared by what they look like"


@dataclass(frozen=True)
class Ask:
    """How much alike they must be, how many are wanted, and in which folders one may look."""

    score_min: float = likeness.SCORE_MIN
    count_max: int = 50
    within: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Resemble:
    """Nothing stays of a picture that is not stored."""

    analyse: Analyse
    fetch: Fetch
    size_bytes_max: int

    async def to_asset(self, cloud: Cloud, asset_id: str, ask: Ask) -> Sequence[Like]:
        """The asset itself is among them. Raises NotFound where there is none, Invalid for what is no picture."""
        async with self.analyse.database.transaction() as session:
            asset = await catalogue.find_by_id(session, cloud.id, asset_id)
        if asset is None or not (ask.within is None or any(is_within(asset.folder, place) for place in ask.within)):
            raise NotFound(f"Resource not found - {asset_id[:100]}")
        facts = await self.analyse(asset, [KIND])
        if KIND not in facts:
            raise Invalid(NO_PICTURE)
        return await self._like(cloud, Likeness.read(facts[KIND]), ask)

    async def to_source(self, cloud: Cloud, uri: str, ask: Ask) -> Sequence[Like]:
        """An address, or a data URI. Raises Invalid for what cannot be had or is no picture."""
        source = await self.fetch(uri, size_bytes_max=self.size_bytes_max, cloud=cloud.name, hosts=cloud.owners_hosts)
        return await self.to_file(cloud, source.staged, ask)

    async def to_file(self, cloud: Cloud, staged: Staged, ask: Ask) -> Sequence[Like]:
        """The staged file is gone afterwards. Raises Invalid for what is no picture."""
        try:
            format = sniff(staged.head)
            if format is None or format.kind is not Kind.IMAGE or not format.readable:
                raise Invalid(NO_PICTURE)
            facts = await self.analyse.render.analyse(staged.path, format=format.name, kinds=(KIND,), tenant=cloud.id)
        finally:
            await self.fetch.staging.drop(staged)
        return await self._like(cloud, Likeness.read(facts[KIND]), ask)

    async def _like(self, cloud: Cloud, found: Likeness, ask: Ask) -> Sequence[Like]:
        async with self.analyse.database.transaction() as session:
            return await likeness.find(
                session, cloud.id, found, count_max=ask.count_max, score_min=ask.score_min, within=ask.within
            )
