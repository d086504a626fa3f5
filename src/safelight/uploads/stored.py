"""Stored: an asset, and perhaps what to make of it -> the file in the store. For owners, who need no signed address."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from safelight.accounts.model import Cloud
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.derived.choice import wants_original
from safelight.derived.counted import Cause
from safelight.derived.ensure import Ensure
from safelight.ports.blobs import BlobStore
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import normal
from safelight.uploads.eager import Eager
from safelight.uploads.model import EagerAsk


@dataclass(frozen=True)
class StoredFile:
    """What lies in the store. `derived_id`: it was made for this, just now."""

    blob_key: str
    size_bytes: int
    md5: str
    format: str | None
    """A name of kernel/media.py; None for raw files."""
    is_original: bool
    made_id: str | None = None


@dataclass(frozen=True)
class Stored:
    """Finds the file, or makes it."""

    originals: Originals
    blobs: BlobStore
    eager: Eager
    ensure: Ensure

    def original(self, asset: Asset) -> StoredFile:
        facts = asset.facts
        key = self.originals.key(asset.cloud_id, asset.version_id)
        return StoredFile(key, facts.size_bytes, facts.md5, facts.format, is_original=True)

    async def __call__(
        self, cloud: Cloud, asset: Asset, ask: EagerAsk | None = None, *, sees_all: bool = True
    ) -> StoredFile:
        """Raises Invalid for what cannot be made of the asset; `sees_all` as eager.py has it."""
        if ask is None or not (ask.transformation or ask.extension):
            return self.original(asset)
        plan = await self.eager.plan(cloud.id, ask.transformation)
        if wants_original(asset, plan, ask.extension):
            return self.original(asset)
        plan = settle(plan, Hints(), await self.eager.look(asset, plan), ask.extension)
        if plan.is_empty:
            return self.original(asset)
        if not sees_all:
            self.eager.parts.check_open(plan)
        # Who asks has a key of the cloud: that is as good as a signed address.
        needed = await self.eager.parts(cloud, plan, is_signed=True)
        found = await self.ensure.find(asset, needed.plan, needed)
        made = found or await self.ensure(asset, needed.plan, normal(ask.transformation), needed, cause=Cause.ARCHIVE)
        made_id = made.id if found is None else None
        return StoredFile(made.blob_key, made.size_bytes, made.md5, made.format, is_original=False, made_id=made_id)

    async def open(self, file: StoredFile, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises NotFound at the first step."""
        async for chunk in self.blobs.open(file.blob_key, start, None if end == file.size_bytes else end):
            yield chunk
