"""What search knows of versions that are kept: how many bytes they take, and the assets that were erased meanwhile."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, ColumnElement, RowMapping, Text, column, func, literal_column, select, text

from safelight.assets.kept_rows import asset_row
from safelight.assets.model import Asset
from safelight.assets.query import Anywhere, Clause, Every, Neither, Query, Range, Some
from safelight.assets.query_fields import Field, Word
from safelight.assets.store import A, asset_of, assets
from safelight.assets.versions_store import B
from safelight.ports.database import Session

STATUS = "status"
ACTIVE, DELETED = "active", "deleted"

# Named as the table itself, so that what is asked of the one is asked of both. A column that is younger than a row that
# is kept has in it what it has in a new one.
_BOTH = """
SELECT assets.*, 'active' AS status FROM assets WHERE cloud_id = :cloud_id
UNION ALL
SELECT (jsonb_populate_record(
    NULL::assets, CAST(:defaults AS jsonb) || placeholders.row || jsonb_build_object('folder', placeholders.folder)
)).*, 'deleted' FROM placeholders WHERE cloud_id = :cloud_id
"""


def wants_deleted(query: Query) -> bool:
    """Whether an expression speaks of assets that were erased: only then are they looked at."""
    match query:
        case Every(parts) | Some(parts):
            return any(map(wants_deleted, parts))
        case Neither(part):
            return wants_deleted(part)
        case Clause(subject, _, value):
            return subject.text == STATUS and not isinstance(value, Range) and value.text.lower() == DELETED
        case Anywhere():
            return False


def with_deleted(cloud_id: str) -> CTE:
    """Stands before the table for a search that looks at both."""
    defaults = {name: value for name, value in asset_row({}).items() if value is not None}
    both = text(_BOTH).bindparams(cloud_id=cloud_id, defaults=json.dumps(defaults, default=str))
    return both.columns(column(STATUS, Text)).cte(assets.name)


def status_field() -> Field:
    """Of a search that looks at both."""
    return Word(literal_column(f"{assets.name}.{STATUS}", Text))


def status_column() -> ColumnElement[Any]:
    return literal_column(f"{assets.name}.{STATUS}", Text).label(STATUS)


def item_of(row: RowMapping) -> Asset:
    asset = asset_of(row)
    if row[STATUS] == ACTIVE:
        return asset
    return replace(asset, facts=replace(asset.facts, size_bytes=0), is_placeholder=True)


BACKUP_BYTES = func.coalesce(
    select(func.sum(B.size_bytes))
    .where(B.cloud_id == A.cloud_id, B.asset_id == A.id)
    .correlate(assets)
    .scalar_subquery(),
    0,
)


async def backup_bytes(session: Session, cloud_id: str, asset_ids: Collection[str]) -> Mapping[str, int]:
    """How many bytes the kept versions of assets take, by the id; those without any are not among them."""
    rows = await session.fetch(
        select(B.asset_id, func.sum(B.size_bytes).label("total"))
        .where(B.cloud_id == cloud_id, B.asset_id.in_(asset_ids))
        .group_by(B.asset_id)
    )
    return {row["asset_id"]: int(row["total"]) for row in rows}
