"""Spread: a field has a default now, or is gone: all assets of the cloud follow, some at once and the rest as a job."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import JSONB

from safelight.assets import metadata_fields
from safelight.assets.events import CHANGED
from safelight.assets.store import A, assets
from safelight.kernel.errors import NotFound
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job

ASSETS_AT_ONCE = 1000
"""In one transaction."""
JOB = "spread_metadata"


async def begin(session: Session, cloud_id: str, field_id: str) -> None:
    """The first assets follow in the transaction that changed the field: a small cloud never sees the old state."""
    if await _step(session, cloud_id, field_id) == ASSETS_AT_ONCE:
        await session.defer(Job(JOB, {"cloud_id": cloud_id, "field_id": field_id}))


@dataclass(frozen=True)
class Spread:
    """Goes by what the field is when it runs, so that it may run twice, and late."""

    database: Database

    async def spread_metadata(self, payload: dict[str, Any]) -> None:
        """Job: one piece of the assets, and another job where there are more."""
        async with self.database.transaction() as session:
            await begin(session, payload["cloud_id"], payload["field_id"])


async def _step(session: Session, cloud_id: str, field_id: str) -> int:
    """How many assets followed."""
    try:
        field = await metadata_fields.get(session, cloud_id, field_id)
    except NotFound:
        return await _rewrite(session, cloud_id, A.metadata.has_key(field_id), A.metadata.op("-")(field_id))
    if field.given is None:
        return 0
    default = A.metadata.op("||")(literal({field_id: field.given}, JSONB))
    return await _rewrite(session, cloud_id, ~A.metadata.has_key(field_id), default)


async def _rewrite(session: Session, cloud_id: str, which: ColumnElement[bool], value: ColumnElement[Any]) -> int:
    chosen = select(A.id).where(A.cloud_id == cloud_id, which).order_by(A.id).limit(ASSETS_AT_ONCE).with_for_update()
    # Nobody wrote about these assets: when they were changed stays as it is, and nobody is told.
    count = await session.execute(
        update_rows(assets)
        .where(A.cloud_id == cloud_id, A.id.in_(chosen.scalar_subquery()))
        .values({A.metadata: func.coalesce(value, A.metadata)})
    )
    if count:
        await session.notify(CHANGED, f"{cloud_id}/")
    return count
