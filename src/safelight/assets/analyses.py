"""Analyses: what pictures told about themselves, found once for each version and kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.assets.store import A, analyses, assets
from safelight.kernel.media import FORMATS, Kind
from safelight.ports.database import Database, Session
from safelight.render.model import Render

C = analyses.c


async def forget(session: Session, cloud_id: str, version_id: str) -> None:
    """What was found about a version that goes. What is gone already is no error."""
    await session.execute(delete(analyses).where(C.cloud_id == cloud_id, C.version_id == version_id))


async def kept(session: Session, asset: Asset, kinds: Collection[str] | None = None) -> dict[str, Mapping[str, Any]]:
    """What was found about the version of an asset, by its kind; all of it, or of some kinds."""
    known = select(analyses).where(C.cloud_id == asset.cloud_id, C.version_id == asset.version_id)
    rows = await session.fetch(known if kinds is None else known.where(C.kind.in_(kinds)))
    return {row["kind"]: row["facts"] for row in rows}


async def of_kind(session: Session, kind: str, facts: Mapping[str, Any], most: int) -> Sequence[str]:
    """Versions of which something of a kind is known, with these facts among it."""
    wanted = (C.kind == kind, C.facts.op("@>")(literal(dict(facts), JSONB)))
    rows = await session.fetch(select(C.version_id).where(*wanted).limit(most))
    return [row["version_id"] for row in rows]


async def keep(session: Session, asset: Asset, kind: str, facts: Mapping[str, Any]) -> None:
    """In place of what was found before. Nothing is kept of a version that is gone."""
    present = select(A.id).where(A.cloud_id == asset.cloud_id, A.id == asset.id, A.version_id == asset.version_id)
    if await session.fetch_one(present.with_for_update(read=True, of=assets)) is None:
        return
    values = {"cloud_id": asset.cloud_id, "version_id": asset.version_id, "kind": kind, "facts": dict(facts)}
    statement = insert(analyses).values(values)
    key = [C.cloud_id, C.version_id, C.kind]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_={"facts": statement.excluded.facts}))


async def asked_before(
    session: Session, cloud_id: str, version_ids: Collection[str], kinds: Collection[str]
) -> frozenset[str]:
    """The versions of which all these kinds are known."""
    rows = await session.fetch(
        select(C.version_id)
        .where(C.cloud_id == cloud_id, C.version_id.in_(version_ids), C.kind.in_(kinds))
        .group_by(C.version_id)
        .having(func.count() == len(set(kinds)))
    )
    return frozenset(row["version_id"] for row in rows)


@dataclass(frozen=True)
class Analyse:
    """Find what a picture tells about itself, or look it up."""

    database: Database
    originals: Originals
    render: Render

    async def __call__(self, asset: Asset, kinds: Collection[str]) -> Mapping[str, Any]:
        """The facts of these kinds (render/analysis), all in one; of what is no picture there are none.

        Raises Invalid for a picture that cannot be decoded.
        """
        known = FORMATS.get(asset.facts.format or "")
        if not kinds or asset.kind is not Kind.IMAGE or known is None or not known.readable:
            return {}
        found = await self._kept(asset, kinds)
        for kind in sorted(set(kinds) - found.keys()):
            # One by one, so that each is kept as what it is; a picture is opened quickly.
            found[kind] = await self._found(asset, kind, known.name)
        return {name: value for kind in sorted(found) for name, value in found[kind].items()}

    async def _kept(self, asset: Asset, kinds: Collection[str]) -> dict[str, Mapping[str, Any]]:
        async with self.database.transaction() as session:
            return await kept(session, asset, kinds)

    async def _found(self, asset: Asset, kind: str, format: str) -> Mapping[str, Any]:
        async with self.originals.local(asset) as path:
            facts = await self.render.analyse(path, format=format, kinds=(kind,), tenant=asset.cloud_id)
        values = {"cloud_id": asset.cloud_id, "version_id": asset.version_id, "kind": kind, "facts": dict(facts)}
        async with self.database.transaction() as session:
            await session.execute(insert(analyses).values(values).on_conflict_do_nothing())
        return facts
