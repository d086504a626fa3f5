"""Notes: what people write about many assets at once; tags and context are two kinds of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy import update as update_rows

from safelight.assets.events import call_out, changed, tell_changed
from safelight.assets.listing import Within, in_folders
from safelight.assets.model import Asset
from safelight.assets.store import A, asset_of, assets
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Session


@dataclass(frozen=True)
class Edit:
    """How to rewrite one column: from its old value in the row to the new one."""

    column: str
    """`tags`, `context` or `metadata`."""
    rewrite: Callable[[Asset], Any]


def named(
    cloud_id: str, kind: Kind, access: Access, names: Sequence[str], within: Within = None
) -> ColumnElement[bool]:
    """Those of the names that stand in folders where one may write."""
    mine = and_(A.cloud_id == cloud_id, A.kind == kind.value, A.access == access.value, A.name.in_(names))
    return and_(mine, *in_folders(A.folder, within))


async def apply(
    session: Session,
    which: ColumnElement[bool],
    edit: Edit,
    now: datetime,
    notification_url: str | None = None,
) -> list[str]:
    """Rewrite a note of all assets that are there; their names, sorted. Rows that stay as they are are not touched."""
    rows = await session.fetch(select(assets).where(which).order_by(A.id).with_for_update())
    changes: list[Mapping[str, Any]] = []
    for row in rows:
        value = edit.rewrite(asset_of(row))
        if value != row[edit.column]:
            changes.append({**row, edit.column: value, f"{edit.column}_updated_at": now, "updated_at": now})
    if changes:
        await _write(session, edit.column, changes)
        befores = {row["id"]: asset_of(row) for row in rows}
        facts = [changed(befores[change["id"]], asset_of(change), now) for change in changes]
        await tell_changed(session, facts, now, notification_url)
        await call_out(session, changes[0]["cloud_id"], [change["id"] for change in changes])
    return sorted(row["name"] for row in rows)


async def _write(session: Session, column: str, changes: Sequence[Mapping[str, Any]]) -> None:
    statement = (
        update_rows(assets)
        .where(A.cloud_id == bindparam("of_cloud"), A.id == bindparam("of_id"))
        .values(
            {
                A[column]: bindparam("new_value"),
                A[f"{column}_updated_at"]: bindparam("at"),
                A.updated_at: bindparam("at"),
            }
        )
    )
    await session.execute(
        statement,
        [
            {
                "of_cloud": change["cloud_id"],
                "of_id": change["id"],
                "new_value": change[column],
                "at": change["updated_at"],
            }
            for change in changes
        ],
    )
