"""Intermediates: of each large photo a smaller one, kept beside it, from which the usual sizes are cut.

Decoding is what the first request for a size costs. An intermediate is nobody's file: it has no address and no row,
lies below its version's prefix, and goes with it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safelight.assets import catalogue
from safelight.assets.model import Asset
from safelight.assets.originals import Originals, version_prefix
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.media import FORMATS, Kind
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job
from safelight.render import reduced
from safelight.render.model import Part, PartFile, Render
from safelight.transform.plan import Plan

MAKE = "make_intermediate"
TIMES_LARGER_MIN = 2
"""Of a picture that is not so much larger than its intermediate would be, none is made."""
ASKED_MAX = 10_000
"""So many versions one process remembers to have asked for."""
_DRAWN = frozenset({"svg", "pdf", "ai", "eps"})


def intermediate_key(cloud_id: str, version_id: str, side_px: int) -> str:
    return f"{version_prefix(cloud_id, version_id)}i/{side_px}.jpg"


def is_worth_one(asset: Asset, side_px: int) -> bool:
    """A still picture of one page without transparency, much larger than its intermediate."""
    facts = asset.facts
    known = FORMATS.get(facts.format or "")
    if asset.kind is not Kind.IMAGE or known is None or not known.readable or known.name in _DRAWN:
        return False
    is_plain = not facts.has_alpha and (facts.pages or 1) == 1
    side = max(facts.width or 0, facts.height or 0)
    return side_px > 0 and is_plain and side >= TIMES_LARGER_MIN * side_px


def job_of(asset: Asset) -> Job:
    payload = {"cloud_id": asset.cloud_id, "asset_id": asset.id, "version_id": asset.version_id}
    return Job(MAKE, payload, lock=f"{MAKE}/{asset.version_id}")


@dataclass(frozen=True)
class Intermediates:
    """Made in the background: nobody waits for one, and whoever finds none takes the original."""

    database: Database
    blobs: BlobStore
    originals: Originals
    render: Render
    side_px: int
    """0: none are made, and none are used."""
    _asked: OrderedDict[str, None] = field(init=False, repr=False, default_factory=OrderedDict[str, None])

    async def ask(self, session: Session, asset: Asset) -> None:
        """Have one made, if the asset is worth it, when the transaction is committed."""
        if is_worth_one(asset, self.side_px):
            self._note(asset)
            await session.defer(job_of(asset))

    @asynccontextmanager
    async def lent(self, asset: Asset, plan: Plan) -> AsyncGenerator[tuple[PartFile, ...]]:
        """The intermediate of an asset, to be handed to the darkroom with the source; nothing where there is none."""
        if not is_worth_one(asset, self.side_px) or not reduced.suits(plan, str(plan.encode.format)):
            yield ()
            return
        key = intermediate_key(asset.cloud_id, asset.version_id, self.side_px)
        async with AsyncExitStack() as stack:
            try:
                path = await stack.enter_async_context(self.originals.lent(key))
            except NotFound:
                await self._ask_later(asset)
                yield ()
            else:
                yield (PartFile(Part(reduced.INTERMEDIATE, "jpg"), path),)

    @asynccontextmanager
    async def beside_head(
        self, asset: Asset, smaller: Sequence[PartFile]
    ) -> AsyncGenerator[tuple[Path, Sequence[PartFile]] | None]:
        """The head of an original with its intermediate, where that is less to open than the whole."""
        async with AsyncExitStack() as stack:
            head = await stack.enter_async_context(self.originals.head(asset)) if smaller else None
            parts = [PartFile(Part(reduced.BESIDE_HEAD, each.part.format), each.path) for each in smaller]
            yield None if head is None else (head, parts)

    async def _ask_later(self, asset: Asset) -> None:
        """What was stored before there were intermediates gets its own once it is asked for."""
        if asset.version_id not in self._asked:
            self._note(asset)
            async with self.database.transaction() as session:
                await session.defer(job_of(asset))

    def _note(self, asset: Asset) -> None:
        self._asked[asset.version_id] = None
        while len(self._asked) > ASKED_MAX:
            self._asked.popitem(last=False)

    async def make_intermediate(self, payload: dict[str, Any]) -> None:
        """Make it once. What cannot be decoded gets none, as it gets no derived file."""
        async with self.database.statements() as session:
            asset = await catalogue.find_by_id(session, payload["cloud_id"], payload["asset_id"])
        if asset is None or asset.version_id != payload["version_id"] or not is_worth_one(asset, self.side_px):
            return
        key = intermediate_key(asset.cloud_id, asset.version_id, self.side_px)
        if await self._is_there(key):
            return
        plan = reduced.plan_of(self.side_px)
        try:
            async with self.originals.local(asset) as path:
                made = await self.render.render(
                    plan, path, source_format=str(asset.facts.format), tenant=asset.cloud_id
                )
        except (Invalid, TooMuch, NotFound):
            return
        await self.blobs.put(key, _whole(made.data))
        # It may have been erased meanwhile, and all that was below its prefix: what comes after that must not stay.
        async with self.database.statements() as session:
            known = await catalogue.known_versions(session, [asset.version_id])
        if asset.version_id not in known:
            await asyncio.shield(self.blobs.delete(key))

    async def _is_there(self, key: str) -> bool:
        try:
            await self.blobs.stat(key)
        except NotFound:
            return False
        return True


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
