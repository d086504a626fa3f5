"""The catalogue: add, find, list, update, rename and delete assets."""

import builtins
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, bindparam, func, select, tuple_, union_all
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import access as rules
from safelight.assets import display_names, folders, moderation, moderation_rows, placeholders, related, versions
from safelight.assets.events import (
    AccessChanged,
    AssetAdded,
    AssetRenamed,
    AssetReplaced,
    call_out,
    changed,
    facts_of,
    tell_erased,
)
from safelight.assets.listing import Within, cut, in_folders
from safelight.assets.model import (
    Added,
    Asset,
    AssetRef,
    Corner,
    Listing,
    MetadataValue,
    NewAsset,
    Rectangle,
    Serving,
)
from safelight.assets.store import A, asset_of, assets, reviews_json, values_of
from safelight.kernel.errors import Busy, Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access
from safelight.kernel.page import Page
from safelight.ports.database import Session
from safelight.ports.fixed import fixed

# Two requests may take and free one name in turn; so often we look again before we give up.
TRIES_MAX = 10

_FIND = fixed(
    select(assets).where(
        A.cloud_id == bindparam("cloud_id"),
        A.kind == bindparam("kind"),
        A.access == bindparam("access"),
        A.name == bindparam("name"),
    )
)
_FIND_BY_ID = fixed(select(assets).where(A.cloud_id == bindparam("cloud_id"), A.id == bindparam("id")))
_KNOWN_VERSIONS = fixed(
    union_all(
        select(A.version_id).where(A.version_id == any_(bindparam("version_ids", type_=ARRAY(Text)))),
        versions.KEPT,
    )
)


async def add(session: Session, new: NewAsset, *, may_overwrite: bool, now: datetime) -> Added:
    """Put a version into the catalogue: the first of its name, or the next.

    Of two that come at the same moment one is first and the other finds it there.
    """
    ref = AssetRef(new.kind, new.access, new.name)
    if new.is_display_name_unique:
        free = await display_names.free(session, new.cloud_id, ref, new.folder, new.display_name)
        new = replace(new, display_name=free)
    # What counts uploads (usage/catalogue_triggers.py) tells by this those that were changed on their way in.
    if new.is_developed:
        await session.fetch(select(func.set_config("safelight.develops", "yes", True)))
    for _ in range(TRIES_MAX):
        left, asset = await _insert(session, new, now)
        if asset is not None:
            await folders.ensure(session, asset.cloud_id, asset.folder, now)
            await session.emit(AssetAdded(**facts_of(asset, now)))
            await call_out(session, asset.cloud_id, [asset.id])
            return Added(asset, before=left)
        old = await _lock(session, _named(new.cloud_id, ref))
        if old is None:
            continue
        if not may_overwrite:
            return Added(old, is_existing=True)
        return Added(await _replace(session, old, new, now), is_overwrite=True, before=old)
    raise Busy("The name is in use by other requests; try again", retry_after_seconds=1)


async def _insert(session: Session, new: NewAsset, now: datetime) -> tuple[Asset | None, Asset | None]:
    """What was left of the name, and the asset. No asset: the name is taken. Waits for whoever is taking it just now.

    What is left of an erased asset of that name comes back: its versions are those of the new one.
    """
    left = await placeholders.hold(session, new.cloud_id, AssetRef(new.kind, new.access, new.name))
    row = await session.fetch_one(
        insert(assets)
        .values(
            cloud_id=new.cloud_id,
            id=left.id if left else new_id(),
            kind=new.kind.value,
            access=new.access.value,
            name=new.name,
            version=max(int(now.timestamp()), left.version + 1 if left else 0),
            created_at=now,
            updated_at=now,
            **values_of(new),
        )
        .on_conflict_do_nothing(index_elements=[A.cloud_id, A.kind, A.access, A.name])
        .returning(assets)
    )
    if row is not None and left is not None:
        await placeholders.take(session, new.cloud_id, left.id)
    return left, None if row is None else asset_of(row)


async def _replace(session: Session, old: Asset, new: NewAsset, now: datetime) -> Asset:
    """The next version of a locked row. What was written about the old one is gone, unless it was given again."""
    values = values_of(new) | {
        "version": func.greatest(int(now.timestamp()), A.version + 1),
        "updated_at": now,
        "tags_updated_at": None,
        "context_updated_at": None,
        "metadata_updated_at": None,
    }
    asset = await _change(session, old, values)
    await versions.end(session, old.cloud_id, [old.version_id], now)
    await folders.ensure(session, asset.cloud_id, asset.folder, now)
    await session.emit(AssetReplaced(**facts_of(old, now), new_version_id=asset.version_id))
    await _tell_access(session, old, asset, now)
    await call_out(session, asset.cloud_id, [asset.id])
    return asset


async def find(session: Session, cloud_id: str, ref: AssetRef) -> Asset | None:
    asked = {"cloud_id": cloud_id, "kind": ref.kind.value, "access": ref.access.value, "name": ref.name}
    row = await session.fetch_one(_FIND, asked)
    return None if row is None else asset_of(row)


async def find_each(
    session: Session, cloud_id: str, refs: Collection[AssetRef], *, within: Within = None
) -> dict[AssetRef, Asset]:
    """Those that are there, in one question."""
    if not refs:
        return {}
    names = tuple_(A.kind, A.access, A.name).in_([(ref.kind.value, ref.access.value, ref.name) for ref in refs])
    mine = select(assets).where(A.cloud_id == cloud_id, names, *in_folders(A.folder, within))
    found = [asset_of(row) for row in await session.fetch(mine)]
    return {AssetRef(asset.kind, asset.access, asset.name): asset for asset in found}


async def get(session: Session, cloud_id: str, ref: AssetRef) -> Asset:
    """Raises NotFound."""
    asset = await find(session, cloud_id, ref)
    if asset is None:
        raise NotFound(f"Resource not found - {ref.name}")
    return asset


async def find_by_id(session: Session, cloud_id: str, asset_id: str) -> Asset | None:
    row = await session.fetch_one(_FIND_BY_ID, {"cloud_id": cloud_id, "id": asset_id})
    return None if row is None else asset_of(row)


async def list(session: Session, cloud_id: str, listing: Listing) -> Page[Asset]:
    """One page; see Listing."""
    return await cut(session, cloud_id, listing)


async def update(
    session: Session,
    asset: Asset,
    *,
    tags: Sequence[str] | None = None,
    context: Mapping[str, str] | None = None,
    metadata: Callable[[Mapping[str, MetadataValue]], Mapping[str, MetadataValue]] | None = None,
    display_name: str | None = None,
    folder: str | None = None,
    is_display_name_unique: bool = False,
    coordinates: Mapping[str, tuple[Rectangle, ...]] | None = None,
    regions: Mapping[str, tuple[Corner, ...]] | None = None,
    access_control: rules.Rules | None = None,
    reviews: Callable[[moderation.Reviews], moderation.Reviews] | None = None,
    serving: Callable[[Serving], Serving] | None = None,
    now: datetime,
    notification_url: str | None = None,
) -> Asset:
    """Write about an asset; None leaves a thing as it is. Raises NotFound if the asset has gone meanwhile."""
    if is_display_name_unique:
        ref, wanted = AssetRef(asset.kind, asset.access, asset.name), display_name or asset.display_name
        place = asset.folder if folder is None else folder
        display_name = await display_names.free(session, asset.cloud_id, ref, place, wanted)
    before = await _lock(session, and_(A.cloud_id == asset.cloud_id, A.id == asset.id))
    if before is None:
        raise NotFound(f"Resource not found - {asset.name}")
    values: dict[str, Any] = {"updated_at": now}
    if tags is not None:
        values |= {"tags": sorted(set(tags)), "tags_updated_at": now}
    if context is not None:
        values |= {"context": dict(context), "context_updated_at": now}
    if metadata is not None:
        values |= {"metadata": dict(metadata(before.metadata)), "metadata_updated_at": now}
    if display_name is not None:
        values["display_name"] = display_name
    if folder is not None:
        values["folder"] = folder
    if coordinates is not None:
        # Of `custom` and `faces` only those that are told are replaced.
        values["coordinates"] = {**before.coordinates, **coordinates}
    if regions is not None:
        values["regions"] = dict(regions)
    if access_control is not None:
        values |= {"access_control": rules.to_json(access_control), "access_control_updated_at": now}
    if reviews is not None:
        values["moderation"] = reviews_json(reviews(before.moderation))
    if serving is not None:
        values["serving"] = asdict(serving(before.serving))
    after = await _change(session, before, values)
    if folder is not None:
        await folders.ensure(session, after.cloud_id, folder, now)
    fact = changed(before, after, now, notification_url)
    if fact.tells_something:
        await session.emit(fact)
    await _tell_access(session, before, after, now, notification_url)
    await moderation_rows.tell(session, before.moderation, after, now, notification_url)
    if fact.tells_something or _looks_other(before, after):
        await call_out(session, after.cloud_id, [after.id])
    return after


def _looks_other(before: Asset, after: Asset) -> bool:
    """Whether what is delivered of it may be different now."""
    was, is_now = ((one.coordinates, one.regions, one.moderation, one.serving) for one in (before, after))
    return was != is_now


async def _tell_access(
    session: Session, before: Asset, after: Asset, now: datetime, notification_url: str | None = None
) -> None:
    """Other rules are heard of by every process at once, or one of them would still show what nobody may see."""
    if before.access_control == after.access_control:
        return
    await session.emit(
        AccessChanged(
            **facts_of(after, now),
            previous_access_control=rules.to_json(before.access_control),
            new_access_control=rules.to_json(after.access_control),
            notification_url=notification_url,
        )
    )
    await call_out(session, after.cloud_id, [after.id])


async def rename(
    session: Session,
    asset: Asset,
    name: str,
    *,
    access: Access | None = None,
    folder: str | None = None,
    may_overwrite: bool = False,
    now: datetime,
    notification_url: str | None = None,
) -> Asset:
    """Give an asset another name or access; what stood there is erased, if it may be, and else Invalid is raised."""
    ref = AssetRef(asset.kind, access or asset.access, name)
    for _ in range(TRIES_MAX):
        before, there = await _lock_both(session, asset, ref)
        if there is not None and not may_overwrite:
            raise Invalid(f"to_public_id {name} already exists")
        if there is not None and there.id != before.id:
            await delete(session, there, now)
        values: dict[str, Any] = {
            "name": name,
            "access": ref.access.value,
            "public_id_updated_at": now,
            "updated_at": now,
        }
        if folder is not None:
            values["folder"] = folder
        try:
            async with session.savepoint():
                after = await _change(session, before, values)
        except Conflict:
            continue  # Someone took the name after we looked: look again.
        if folder is not None:
            await folders.ensure(session, after.cloud_id, folder, now)
        await session.emit(
            AssetRenamed(
                **facts_of(after, now),
                from_name=before.name,
                from_access=before.access.value,
                notification_url=notification_url,
            )
        )
        await call_out(session, after.cloud_id, [after.id])
        return after
    raise Busy("The name is in use by other requests; try again", retry_after_seconds=1)


async def _lock_both(session: Session, asset: Asset, ref: AssetRef) -> tuple[Asset, Asset | None]:
    """The row that moves and the one in its way; locked in the order of ids, so that nobody waits in a ring."""
    mine = and_(A.cloud_id == asset.cloud_id, A.id == asset.id)
    rows = await session.fetch(
        select(assets).where(mine | _named(asset.cloud_id, ref)).order_by(A.id).with_for_update()
    )
    found = [asset_of(row) for row in rows]
    before = next((one for one in found if one.id == asset.id), None)
    if before is None:
        raise NotFound(f"Resource not found - {asset.name}")
    return before, next((one for one in found if AssetRef(one.kind, one.access, one.name) == ref), None)


async def delete(session: Session, asset: Asset, now: datetime, *, notification_url: str | None = None) -> None:
    """Erase an asset; its bytes follow. One that is gone already is no error."""
    await delete_many(session, [asset], now, notification_url=notification_url)


async def delete_many(
    session: Session, doomed: Sequence[Asset], now: datetime, *, notification_url: str | None = None
) -> builtins.list[Asset]:
    """Erase assets of one cloud; those that were still there, as they were at the end."""
    if not doomed:
        return []
    cloud_id = doomed[0].cloud_id
    ids = [asset.id for asset in doomed]
    locked = select(A.id).where(A.cloud_id == cloud_id, A.id.in_(ids)).order_by(A.id).with_for_update()
    rows = await session.fetch(delete_rows(assets).where(A.cloud_id == cloud_id, A.id.in_(locked)).returning(assets))
    erased = [asset_of(row) for row in rows]
    left = await placeholders.leave(session, cloud_id, rows, now)
    await related.forget(session, cloud_id, [asset.id for asset in erased if asset.id not in left])
    await tell_erased(session, erased, now, notification_url)
    await call_out(session, cloud_id, [asset.id for asset in erased])
    return erased


async def _lock(session: Session, which: ColumnElement[bool]) -> Asset | None:
    row = await session.fetch_one(select(assets).where(which).with_for_update())
    return None if row is None else asset_of(row)


async def _change(session: Session, asset: Asset, values: Mapping[str, Any]) -> Asset:
    """Write into a row that is locked, and so is there."""
    row = await session.fetch_one(
        update_rows(assets).where(A.cloud_id == asset.cloud_id, A.id == asset.id).values(**values).returning(assets)
    )
    if row is None:
        raise NotFound(f"Resource not found - {asset.name}")
    return asset_of(row)


def _named(cloud_id: str, ref: AssetRef) -> ColumnElement[bool]:
    return and_(A.cloud_id == cloud_id, A.kind == ref.kind.value, A.access == ref.access.value, A.name == ref.name)


async def known_versions(session: Session, version_ids: Sequence[str]) -> set[str]:
    """Those of the versions that a row has, in whatever cloud: what else lies in the store is a leftover."""
    rows = await session.fetch(_KNOWN_VERSIONS, {"version_ids": [*version_ids]})
    return {row["version_id"] for row in rows}
