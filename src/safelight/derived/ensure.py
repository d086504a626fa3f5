"""Ensure: find the derived file, or make it. There is no other way to make one."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from safelight.assets import catalogue
from safelight.assets.model import Asset, Facts, MetadataValue
from safelight.assets.originals import Admit, Originals, admitted
from safelight.derived import files, named
from safelight.derived.counted import ASKED_FOR, Cause, transformations_of
from safelight.derived.events import DerivedDropped, DerivedMade
from safelight.derived.files import derived_blob_key
from safelight.derived.intermediates import Intermediates
from safelight.derived.maker import OneMaker
from safelight.derived.model import Derived
from safelight.derived.parts import Needed, Permit, permitted
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Internal, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.media import FORMATS, refusal
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database
from safelight.ports.queue import Job
from safelight.render.model import PartFile, Render, Rendered
from safelight.transform.auto import SourceFacts
from safelight.transform.canon import derived_key
from safelight.transform.limits import Limits, check
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference

CHUNK_BYTES = 1024 * 1024
HASHED_AT_ONCE_BYTES_MAX = 128 * 1024
"""A fifth of a millisecond; a thread is worth its price for more."""
# A file of a version that is gone was made while the version went: it is handed out once, then collected.
STALE_SECONDS = 600
INFO_FORMAT = "json"
"""Of the answer to `fl_getinfo`."""


NOTHING = Needed(Plan())
"""What a plan without layers refers to."""


def source_facts(asset: Asset) -> SourceFacts:
    """What the language must know of a stored picture. Raises Invalid for what is none."""
    found = facts_of(asset.facts, asset.tags, asset.context, asset.metadata)
    return replace(
        found,
        quality=asset.serving.quality,
        itself=Reference(asset.name, asset.kind, asset.access),
        custom_areas=len(asset.coordinates.get("custom", ())),
        region_names=tuple(asset.regions),
    )


def facts_of(
    facts: Facts, tags: tuple[str, ...], context: Mapping[str, str], metadata: Mapping[str, MetadataValue]
) -> SourceFacts:
    """The same of one that is not stored yet."""
    known = FORMATS.get(facts.format or "")
    if facts.format is None or known is None:
        raise Invalid("Unsupported source: only images can be transformed")
    if not known.readable:
        raise Invalid(refusal(known.name, is_read=True))
    return SourceFacts(
        facts.format,
        facts.width,
        facts.height,
        facts.has_alpha,
        facts.pages or 1,
        tags=tags,
        context=context,
        metadata=metadata,
    )


@dataclass(frozen=True)
class Ensure:
    """Bytes first, then the row: a crash may leave bytes that no row knows, never a row without bytes."""

    database: Database
    blobs: BlobStore
    originals: Originals
    render: Render
    clock: Clock
    limits: Limits
    maker: OneMaker = field(default_factory=OneMaker)
    admit: Admit = admitted
    intermediates: Intermediates | None = None
    """Lends smaller pictures to cut from; None: all is made of the originals."""

    async def __call__(
        self,
        asset: Asset,
        plan: Plan,
        transformation: str,
        parts: Needed = NOTHING,
        may_make: Permit = permitted,
        cause: Cause = Cause.DELIVERY,
    ) -> Derived:
        """Find or make what a settled plan asks of an asset; `transformation` is how the row will say it.

        `may_make` raises if nothing may be made; it is asked once, however many wait for the same file. What is made
        counts as that of the first who asked, by their `cause`.
        """
        found = await self.find(asset, plan, parts)
        if found is not None:
            if cause in ASKED_FOR:
                async with self.database.transaction() as session:
                    await files.ask_for(session, found)
            return found
        return await self.make(asset, plan, transformation, parts, may_make, cause)

    async def make(
        self,
        asset: Asset,
        plan: Plan,
        transformation: str,
        parts: Needed = NOTHING,
        may_make: Permit = permitted,
        cause: Cause = Cause.DELIVERY,
    ) -> Derived:
        """The same for who has just looked in vain."""
        check(plan, source_facts(asset), self.limits)
        # Not by the maker, who remembers what failed: a quota may be raised at any moment.
        await self.admit(asset.cloud_id)
        return await self.maker(
            self.database,
            asset.cloud_id,
            lock_name(_blob_key(asset, plan, parts)),
            lambda: self.find(asset, plan, parts),
            lambda: self._make(asset, plan, transformation, parts, may_make, cause),
        )

    async def find(self, asset: Asset, plan: Plan, parts: Needed = NOTHING) -> Derived | None:
        """What was made already. A row whose bytes are missing counts as nothing, so that it is mended."""
        key = derived_key(plan, parts.digest)
        async with self.database.statements() as session:
            derived = await files.find(session, asset.cloud_id, asset.version_id, key)
        return derived if derived is not None and await self._has_bytes(derived) else None

    async def _has_bytes(self, derived: Derived) -> bool:
        try:
            return (await self.blobs.stat(derived.blob_key)).size_bytes == derived.size_bytes
        except NotFound:
            return False

    async def _make(
        self, asset: Asset, plan: Plan, transformation: str, parts: Needed, may_make: Permit, cause: Cause
    ) -> Derived:
        await may_make()
        if asset.facts.format is None:
            raise Internal("A picture without a format", asset_id=asset.id)
        rendered = await self._rendered(asset, asset.facts.format, plan, parts)
        derived = await self._derived(asset, plan, transformation, parts, rendered)
        await self.blobs.put(derived.blob_key, _chunks(rendered.data))
        return await self._keep(asset, derived, parts, cause)

    async def _rendered(self, asset: Asset, format: str, plan: Plan, parts: Needed) -> Rendered:
        async def made(source: Path, more: Sequence[PartFile]) -> Rendered:
            files_of_all = [*files_of_parts, *more]
            return await self.render.render(
                plan, source, source_format=format, tenant=asset.cloud_id, parts=files_of_all
            )

        async with AsyncExitStack() as stack:
            files_of_parts = await stack.enter_async_context(parts.local(self.originals))
            smaller: Sequence[PartFile] = ()
            if self.intermediates is not None:
                smaller = await stack.enter_async_context(self.intermediates.lent(asset, plan))
                less = await stack.enter_async_context(self.intermediates.beside_head(asset, smaller))
                if less is not None:
                    # It is refused where its pixels are needed after all, or a fault of the file shows.
                    with suppress(Invalid):
                        return await made(*less)
            path = await stack.enter_async_context(self.originals.local(asset))
            return await made(path, smaller)

    async def _derived(
        self, asset: Asset, plan: Plan, transformation: str, parts: Needed, rendered: Rendered
    ) -> Derived:
        return Derived(
            id=new_id(),
            cloud_id=asset.cloud_id,
            asset_id=asset.id,
            version_id=asset.version_id,
            key=derived_key(plan, parts.digest),
            transformation=transformation,
            format=rendered.format,
            width=rendered.width,
            height=rendered.height,
            size_bytes=len(rendered.data),
            md5=await _md5_of(rendered.data),
            blob_key=_blob_key(asset, plan, parts),
            created_at=self.clock.now(),
            transformations=transformations_of(rendered.frames),
        )

    async def _keep(self, asset: Asset, derived: Derived, parts: Needed, cause: Cause) -> Derived:
        """Write the row, but only while all have the versions it was made of: what went must not come back.

        One may go just after we looked and be swept before our row is there, so we look once more when it is.
        """
        others = {asset_id: version for asset_id, version in parts.versions.items() if asset_id != asset.id}
        wanted = {asset.version_id, *others.values()}
        async with self.database.transaction() as session:
            if wanted <= await catalogue.known_versions(session, [*wanted]):
                derived = await files.add(session, derived, others, cause)
                await named.note_used(session, asset.cloud_id, derived.transformation, derived.created_at)
                await session.emit(_made(derived))
        async with self.database.statements() as session:
            known = await catalogue.known_versions(session, [*wanted])
        if not wanted <= known:
            await self._take_back(asset, derived, is_whole=asset.version_id not in known)
        return derived

    async def _take_back(self, asset: Asset, derived: Derived, *, is_whole: bool) -> None:
        """`is_whole`: all that was made of the version goes, and not this file alone."""
        async with self.database.transaction() as session:
            if is_whole:
                await files.forget_version(session, asset.cloud_id, asset.version_id)
                await session.defer(self._sweep(asset))
            else:
                await files.forget(session, asset.cloud_id, asset.version_id, derived.key)
                await session.defer(self._drop(derived))

    def _sweep(self, asset: Asset) -> Job:
        """Collects the bytes of a version that is gone, once the answers under way have been sent."""
        payload = {"cloud_id": asset.cloud_id, "asset_id": asset.id, "version_id": asset.version_id}
        return Job("drop_version", payload, run_at=self.clock.now() + timedelta(seconds=STALE_SECONDS))

    def _drop(self, derived: Derived) -> Job:
        """The same for one file, of which a layer is gone."""
        fact = DerivedDropped(derived.cloud_id, derived.asset_id, derived.version_id, [derived.blob_key])
        return Job("drop_derived", fact.payload(), run_at=self.clock.now() + timedelta(seconds=STALE_SECONDS))


def lock_name(blob_key: str) -> str:
    """The lock is on the file and not on the asset: two sizes of one picture may be made at once, one never twice."""
    return f"derived/{blob_key}"


def _blob_key(asset: Asset, plan: Plan, parts: Needed) -> str:
    ending = INFO_FORMAT if plan.wants_info else str(plan.encode.format)
    return derived_blob_key(asset.cloud_id, asset.version_id, derived_key(plan, parts.digest), ending)


def _made(derived: Derived) -> DerivedMade:
    return DerivedMade(
        cloud_id=derived.cloud_id,
        asset_id=derived.asset_id,
        version_id=derived.version_id,
        derived_id=derived.id,
        format=derived.format,
        size_bytes=derived.size_bytes,
    )


async def _md5_of(data: bytes) -> str:
    if len(data) <= HASHED_AT_ONCE_BYTES_MAX:
        return hashlib.md5(data, usedforsecurity=False).hexdigest()
    return (await asyncio.to_thread(hashlib.md5, data, usedforsecurity=False)).hexdigest()


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]
