"""Forget: derived files go with what they were made from; the reactions to facts about assets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from safelight.assets import analyses, catalogue, sights, versions
from safelight.assets.originals import Originals
from safelight.derived import files
from safelight.derived.ensure import lock_name
from safelight.derived.events import DerivedDropped
from safelight.kernel.errors import Busy
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database
from safelight.ports.edge import Edge

BATCH = 500
"""A logo may lie on all pictures of a cloud: so many files are dropped, or looked for, in one transaction."""


@dataclass(frozen=True)
class Forget:
    """Every verb may be called twice, and may be called late."""

    database: Database
    blobs: BlobStore
    originals: Originals
    edge: Edge
    batch: int = BATCH

    async def drop_version(self, payload: dict[str, Any]) -> None:
        """AssetReplaced, AssetErased, VersionErased: a version goes, its original and what was made of it.

        Of one that is kept to be brought back, the original stays.
        """
        cloud_id, asset_id, version_id = payload["cloud_id"], payload["asset_id"], payload["version_id"]
        async with self.database.transaction() as session:
            asset = await catalogue.find_by_id(session, cloud_id, asset_id)
            if asset is not None and asset.version_id == version_id:
                return  # It is the present version: whoever said that it went was wrong.
            await files.forget_version(session, cloud_id, version_id)
            await analyses.forget(session, cloud_id, version_id)
            await sights.forget(session, cloud_id, version_id)
            is_kept = await versions.is_kept(session, cloud_id, version_id)
        if is_kept:
            await self.blobs.delete_prefix(files.derived_prefix(cloud_id, version_id))
        else:
            await self.originals.drop(cloud_id, version_id)
        await self.edge.purge([asset_id])

    async def drop_derived(self, payload: dict[str, Any]) -> None:
        """DerivedDropped: the bytes follow their rows, unless they have been made again in the meantime."""
        event = DerivedDropped.from_payload(payload)
        for blob_key in event.blob_keys:
            if not await self.drop_unknown(blob_key):
                raise Busy("A derived file is being made again; look later.", blob_key=blob_key)
        await self.edge.purge([event.asset_id])

    async def sweep_derived(self, payload: dict[str, Any]) -> None:
        """Delete the bytes of derived files that no row knows.

        Whoever was stopped between bytes and row left them, and they may show a layer that was erased since.
        """
        del payload
        async for blob_keys in self._batches():
            async with self.database.transaction() as session:
                known = await files.known(session, blob_keys)
            for blob_key in blob_keys:
                if blob_key not in known:
                    # One that is being made has its lock taken; the next sweep looks at it again.
                    await self.drop_unknown(blob_key)

    async def _batches(self) -> AsyncIterator[list[str]]:
        """The keys of all derived files in the store."""
        batch: list[str] = []
        async for stat in self.blobs.list("c/"):
            if files.place_of(stat.key) is not None:
                batch.append(stat.key)
            if len(batch) == self.batch:
                yield batch
                batch = []
        if batch:
            yield batch

    async def drop_unknown(self, blob_key: str) -> bool:
        """Delete the bytes unless a row knows them; False if they are being made just now."""
        async with self.database.lock(lock_name(blob_key)) as is_mine:
            if not is_mine:
                return False
            async with self.database.transaction() as session:
                is_known = bool(await files.known(session, [blob_key]))
            if not is_known:
                await self.blobs.delete(blob_key)
        return True

    async def drop_holding(self, payload: dict[str, Any]) -> None:
        """AssetReplaced, AssetRenamed, AssetErased: what was made of others with this as a layer, font or table."""
        cloud_id, asset_id, gone = payload["cloud_id"], payload["asset_id"], payload["version_id"]
        dropped = self.batch
        while dropped == self.batch:
            async with self.database.transaction() as session:
                asset = await catalogue.find_by_id(session, cloud_id, asset_id)
                present = asset.version_id if asset else None
                dropped = await files.drop_holding(
                    session, cloud_id, asset_id, gone=gone, present=present, limit=self.batch
                )

    async def purge_edge(self, payload: dict[str, Any]) -> None:
        """AssetRenamed, AccessChanged: what the cache in front of us has of the asset is forgotten."""
        await self.edge.purge([payload["asset_id"]])
