"""Versions: which of an asset's are kept when they are replaced or erased, and until when."""

import builtins
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, RowMapping, Text, any_, bindparam, func, select
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import related
from safelight.assets.events import VersionErased
from safelight.assets.model import Asset, Facts
from safelight.assets.store import A
from safelight.assets.versions_store import B, P, backups, placeholders
from safelight.ports.database import Session

KEPT = select(B.version_id).where(B.version_id == any_(bindparam("version_ids", type_=ARRAY(Text))))
"""Asks which of the `version_ids` are kept, in whatever cloud."""


@dataclass(frozen=True)
class Version:
    """A version whose bytes are kept. `ended_at` is None while it is the present one."""

    cloud_id: str
    asset_id: str
    id: str
    number: int
    """The `v…` of its URLs."""
    facts: Facts
    created_at: datetime
    ended_at: datetime | None


async def keep(session: Session, asset: Asset, now: datetime) -> None:
    """From now on this version of the asset outlives it, if it is the present one. To say it twice is no error."""
    present = select(A.id).where(A.cloud_id == asset.cloud_id, A.id == asset.id, A.version_id == asset.version_id)
    # Locked: who replaces or erases it meanwhile would not see that it is to be kept.
    if await session.fetch_one(present.with_for_update(read=True)) is None:
        return
    facts = asset.facts
    await session.execute(
        insert(backups)
        .values(
            cloud_id=asset.cloud_id,
            version_id=asset.version_id,
            asset_id=asset.id,
            kind=asset.kind.value,
            version=asset.version,
            size_bytes=facts.size_bytes,
            md5=facts.md5,
            format=facts.format,
            width=facts.width,
            height=facts.height,
            pages=facts.pages,
            has_alpha=facts.has_alpha,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


async def end(session: Session, cloud_id: str, version_ids: Collection[str], now: datetime) -> None:
    """These versions are the present ones no more."""
    ended = update_rows(backups).where(B.cloud_id == cloud_id, B.version_id.in_(version_ids))
    await session.execute(ended.values(ended_at=now))


async def with_versions(session: Session, cloud_id: str, asset_ids: Collection[str]) -> set[str]:
    """Those of the assets of which a version is kept."""
    chosen = select(B.asset_id).where(B.cloud_id == cloud_id, B.asset_id.in_(asset_ids)).distinct()
    return {row["asset_id"] for row in await session.fetch(chosen)}


async def list(session: Session, cloud_id: str, asset_id: str, limit: int) -> builtins.list[Version]:
    """The versions of an asset that are kept, oldest first; the newest of them, where there are more."""
    chosen = select(backups).where(B.cloud_id == cloud_id, B.asset_id == asset_id)
    rows = await session.fetch(chosen.order_by(B.version.desc(), B.version_id.desc()).limit(limit))
    return [version_of(row) for row in reversed(rows)]


async def find(
    session: Session, cloud_id: str, asset_id: str, version_id: str | None = None, *, holds: bool = False
) -> Version | None:
    """A version of the asset, or the newest. `holds`: it is not erased before the end of the transaction."""
    chosen = select(backups).where(B.cloud_id == cloud_id, B.asset_id == asset_id)
    if version_id is not None:
        chosen = chosen.where(B.version_id == version_id)
    chosen = chosen.order_by(B.version.desc(), B.version_id.desc()).limit(1)
    row = await session.fetch_one(chosen.with_for_update(read=True, key_share=True) if holds else chosen)
    return None if row is None else version_of(row)


async def is_kept(session: Session, cloud_id: str, version_id: str) -> bool:
    chosen = select(B.version_id).where(B.cloud_id == cloud_id, B.version_id == version_id)
    return await session.fetch_one(chosen) is not None


async def erase(
    session: Session, cloud_id: str, asset_id: str, version_ids: Collection[str] | None = None
) -> builtins.list[str]:
    """Keep these versions no longer, or none; those that were kept.

    The present version stays the present one, and is gone with the asset. Of an asset that was erased nothing is
    left when its last version goes.
    """
    doomed = delete_rows(backups).where(B.cloud_id == cloud_id, B.asset_id == asset_id)
    if version_ids is not None:
        doomed = doomed.where(B.version_id.in_(version_ids))
    rows = await session.fetch(doomed.returning(B.version_id, B.asset_id))
    await _erased(session, cloud_id, rows)
    return sorted(row["version_id"] for row in rows)


async def ended_between(session: Session, since: datetime, until: datetime) -> Mapping[str, int]:
    """How many were replaced or erased then, by cloud."""
    ended = select(B.cloud_id, func.count().label("count")).where(B.ended_at > since, B.ended_at <= until)
    return {row["cloud_id"]: row["count"] for row in await session.fetch(ended.group_by(B.cloud_id))}


async def erase_ended(session: Session, before: datetime, limit: int) -> int:
    """Keep no longer what was replaced or erased before that moment, in whatever cloud; how many, up to the limit."""
    old = select(B.cloud_id, B.version_id).where(B.ended_at < before).order_by(B.ended_at).limit(limit)
    chosen = old.with_for_update(skip_locked=True).subquery()
    rows = await session.fetch(
        delete_rows(backups)
        .where(B.cloud_id == chosen.c.cloud_id, B.version_id == chosen.c.version_id)
        .returning(B.cloud_id, B.version_id, B.asset_id)
    )
    for cloud_id in sorted({row["cloud_id"] for row in rows}):
        await _erased(session, cloud_id, [row for row in rows if row["cloud_id"] == cloud_id])
    return len(rows)


async def _erased(session: Session, cloud_id: str, rows: Sequence[RowMapping]) -> None:
    """The bytes follow, and so does what was left of assets of which no version is kept any more."""
    await session.emit(
        *(VersionErased(cloud_id, asset_id=row["asset_id"], version_id=row["version_id"]) for row in rows)
    )
    asset_ids = {row["asset_id"] for row in rows}
    bare = asset_ids - await with_versions(session, cloud_id, asset_ids)
    if bare:
        gone = delete_rows(placeholders).where(P.cloud_id == cloud_id, P.id.in_(bare)).returning(P.id)
        await related.forget(session, cloud_id, [row["id"] for row in await session.fetch(gone)])


def version_of(row: RowMapping) -> Version:
    return Version(
        cloud_id=row["cloud_id"],
        asset_id=row["asset_id"],
        id=row["version_id"],
        number=row["version"],
        facts=Facts(
            size_bytes=row["size_bytes"],
            md5=row["md5"],
            format=row["format"],
            width=row["width"],
            height=row["height"],
            pages=row["pages"],
            has_alpha=row["has_alpha"],
        ),
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )
