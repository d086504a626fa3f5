"""Restore: a version that was kept becomes the present one, of an asset that is there or of one that was erased."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import catalogue, folders, placeholders, versions
from safelight.assets.events import AssetAdded, AssetReplaced, call_out, facts_of
from safelight.assets.metadata_values import prepare
from safelight.assets.model import Asset, AssetRef, MetadataValue
from safelight.assets.originals import Originals
from safelight.assets.store import A, asset_of, assets
from safelight.assets.versions import Version
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.rights import EVERYTHING, Act, Rights, Where
from safelight.ports.database import Database, Session


class Refusal(StrEnum):
    """Why something stays as it is, in the words of clients."""

    NO_BACKUP = "no_backup"
    FAILED = "failed"


@dataclass(frozen=True)
class Restore:
    """Bytes first, then the row, as with an upload. What was kept stays kept: it can be restored again."""

    database: Database
    originals: Originals
    clock: Clock

    async def __call__(
        self, cloud_id: str, which: AssetRef | str, version_id: str | None = None, *, rights: Rights = EVERYTHING
    ) -> Asset | Refusal:
        """`which`: a name, or the id of an asset. Without a version, an erased asset gets its newest.

        An asset that has the version already, or is there and for which none is named, is given back as it is.
        """
        async with self.database.transaction() as session:
            asset = await _subject(session, cloud_id, which)
            version = None if asset is None else await versions.find(session, cloud_id, asset.id, version_id)
        if asset is None or version is None or not rights.may(Act.READ, Where(cloud_id, asset.folder)):
            return Refusal.NO_BACKUP
        rights.check(Act.CHANGE, Where(cloud_id, asset.folder))
        if not asset.is_placeholder and version_id in (None, asset.version_id):
            return asset
        to_version_id = new_id()
        try:
            await self.originals.copy(cloud_id, version.id, to_version_id)
            async with self.database.transaction() as session:
                return await _bring_back(session, asset, version, to_version_id, self.clock.now())
        except BaseException as error:
            await self.originals.drop(cloud_id, to_version_id)
            if isinstance(error, (NotFound, Conflict)):
                return Refusal.FAILED
            raise


async def _subject(session: Session, cloud_id: str, which: AssetRef | str) -> Asset | None:
    """The asset, or what is left of it."""
    for _ in range(2):  # It may come back, or go, just between the two questions.
        if isinstance(which, AssetRef):
            there = await catalogue.find(session, cloud_id, which)
            found = there or await placeholders.find(session, cloud_id, which)
        else:
            there = await catalogue.find_by_id(session, cloud_id, which)
            found = there or await placeholders.find_by_id(session, cloud_id, which)
        if found is not None:
            return found
    return None


async def _bring_back(session: Session, asset: Asset, version: Version, version_id: str, now: datetime) -> Asset:
    """The row for bytes that are there. Raises Conflict where the asset has come, or gone, in the meantime."""
    held = await versions.find(session, version.cloud_id, version.asset_id, version.id, holds=True)
    if held is None:
        raise Conflict("The version was erased")
    values = {**asdict(held.facts), "version_id": version_id, "updated_at": now}
    # Nothing came in: what counts uploads (usage/catalogue_triggers.py) passes it over.
    await session.fetch(select(func.set_config("safelight.restores", "yes", True)))
    restored = await (_put_back if asset.is_placeholder else _replace)(session, asset, values, now)
    await versions.keep(session, restored, now)
    await folders.ensure(session, restored.cloud_id, restored.folder, now)
    await call_out(session, restored.cloud_id, [restored.id])
    return restored


async def _replace(session: Session, asset: Asset, values: Mapping[str, Any], now: datetime) -> Asset:
    """The next version of an asset that is there. What people wrote about it stays."""
    mine = (A.cloud_id == asset.cloud_id) & (A.id == asset.id)
    row = await session.fetch_one(select(assets).where(mine).with_for_update())
    if row is None:
        raise Conflict("The asset was erased")
    old = asset_of(row)
    number = func.greatest(int(now.timestamp()), A.version + 1)
    changed = update_rows(assets).where(mine).values(**values, version=number).returning(assets)
    after = await session.fetch_one(changed)
    if after is None:
        raise Conflict("The asset was erased")
    await versions.end(session, old.cloud_id, [old.version_id], now)
    await session.emit(AssetReplaced(**facts_of(old, now), new_version_id=after["version_id"]))
    return asset_of(after)


async def _put_back(session: Session, asset: Asset, values: Mapping[str, Any], now: datetime) -> Asset:
    """An erased asset is there again, under its id and its name, with what was written about it."""
    left = await placeholders.take(session, asset.cloud_id, asset.id)
    if left is None:
        raise Conflict("Somebody else restored the asset")
    number = max(int(now.timestamp()), left["version"] + 1)
    metadata = await _metadata(session, asset.cloud_id, left["metadata"])
    row = await session.fetch_one(
        insert(assets)
        .values({**left, **values, "version": number, "metadata": metadata})
        .on_conflict_do_nothing()
        .returning(assets)
    )
    if row is None:
        raise Conflict("Another asset has the name now")
    restored = asset_of(row)
    await session.emit(AssetAdded(**facts_of(restored, now)))
    return restored


async def _metadata(
    session: Session, cloud_id: str, before: Mapping[str, MetadataValue]
) -> Mapping[str, MetadataValue]:
    """What stood in fields that are gone since, or change what they take, is gone with them."""
    writing = await prepare(session, cloud_id, {}, clears_invalid=True)
    try:
        return writing.onto(before)
    except Invalid:  # A rule asks for what the asset never had: better so than not at all.
        return {name: value for name, value in before.items() if name in writing.fields}
