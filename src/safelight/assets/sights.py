"""Sights: what was seen in pictures and where, found once for each version, kind and eye, and kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.model import Asset
from safelight.assets.store import A, assets, sights
from safelight.ports.database import Session
from safelight.transform.source import Region

S = sights.c

_DIGITS = 5


async def kept(session: Session, asset: Asset, eyes: Mapping[str, str]) -> dict[str, tuple[Region, ...]]:
    """What is known of the version of an asset, by kind; only what was found by the eye that `eyes` names for it.

    A kind that was looked for and is not there has no regions; one that was not looked for is not among the answers.
    """
    if not eyes:
        return {}
    rows = await session.fetch(
        select(sights).where(S.cloud_id == asset.cloud_id, S.version_id == asset.version_id, S.kind.in_(eyes))
    )
    return {row["kind"]: _regions(row["kind"], row["regions"]) for row in rows if row["eye"] == eyes[row["kind"]]}


async def looked_at(session: Session, cloud_id: str, version_ids: Collection[str], kind: str) -> frozenset[str]:
    """The versions in which somebody looked for this kind, whichever eye it was."""
    rows = await session.fetch(
        select(S.version_id).where(S.cloud_id == cloud_id, S.version_id.in_(version_ids), S.kind == kind)
    )
    return frozenset(row["version_id"] for row in rows)


async def keep(session: Session, asset: Asset, found: Mapping[str, Sequence[Region]], eyes: Mapping[str, str]) -> None:
    """Keep what was found, kind by kind, in place of what another eye found.

    Nothing is kept of a version that is gone; while this transaction lasts, it does not go.
    """
    present = select(A.id).where(A.cloud_id == asset.cloud_id, A.id == asset.id, A.version_id == asset.version_id)
    if not found or await session.fetch_one(present.with_for_update(read=True, of=assets)) is None:
        return
    rows: list[dict[str, Any]] = [
        {
            "cloud_id": asset.cloud_id,
            "version_id": asset.version_id,
            "kind": kind,
            "eye": eyes[kind],
            "regions": [_facts(region) for region in regions],
        }
        for kind, regions in sorted(found.items())
    ]
    statement = insert(sights).values(rows)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[S.cloud_id, S.version_id, S.kind],
            set_={"eye": statement.excluded.eye, "regions": statement.excluded.regions},
        )
    )


async def forget(session: Session, cloud_id: str, version_id: str, kinds: Collection[str] | None = None) -> None:
    """What was seen in a version that goes, or some kinds of it. What is gone already is no error."""
    where = (S.cloud_id == cloud_id) & (S.version_id == version_id)
    await session.execute(delete(sights).where(where if kinds is None else where & S.kind.in_(kinds)))


def _facts(region: Region) -> list[float]:
    shares = (region.x, region.y, region.width, region.height, region.certainty)
    return [round(share, _DIGITS) for share in shares]


def _regions(kind: str, facts: Sequence[Sequence[float]]) -> tuple[Region, ...]:
    return tuple(Region(kind, *map(float, shares)) for shares in facts)
