"""Files: the rows of derived files: find, add, list, drop."""

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.events import CHANGED
from safelight.assets.model import Asset
from safelight.assets.originals import version_prefix
from safelight.derived.counted import ASKED_FOR, Cause
from safelight.derived.events import DerivedDropped
from safelight.derived.model import Derived
from safelight.derived.store import TRANSFORMATION_CHARS_INDEXED, derived_files, derived_of, derived_parts
from safelight.kernel.errors import Invalid
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session
from safelight.ports.fixed import fixed

D, P = derived_files.c, derived_parts.c

NO_PARTS: Mapping[str, str] = {}

_FIND = fixed(
    select(derived_files).where(
        D.cloud_id == bindparam("cloud_id"), D.version_id == bindparam("version_id"), D.key == bindparam("key")
    )
)
# Who counts what was made (usage/catalogue_triggers.py) tells by this as whose it counts.
_TELL_CAUSE = fixed(select(func.set_config("safelight.cause", bindparam("cause"), True).label("cause")))
_MADE = (*(field.name for field in fields(Derived)), "is_asked_for")


def _kept(*but: str) -> Executable:
    added = insert(derived_files)
    return added.on_conflict_do_update(
        index_elements=[D.cloud_id, D.version_id, D.key],
        set_={name: added.excluded[name] for name in _MADE if name not in but},
    ).returning(derived_files)


_KEEP_ASKED_FOR = fixed(_kept("cloud_id", "id"))
# What was asked for once stays so.
_KEEP = fixed(_kept("cloud_id", "id", "is_asked_for"))


def derived_blob_key(cloud_id: str, version_id: str, key: str, format: str) -> str:
    """Where the bytes lie: beside the original of the same version, so that one prefix drops all."""
    return f"{derived_prefix(cloud_id, version_id)}{key}.{format}"


def derived_prefix(cloud_id: str, version_id: str) -> str:
    """What the keys of all files that were made of a version begin with; its original is no such file."""
    return f"{version_prefix(cloud_id, version_id)}d/"


def place_of(blob_key: str) -> tuple[str, str, str] | None:
    """Cloud, version and key of a derived file, from where its bytes lie; None for other files of the store."""
    words = blob_key.split("/")
    if len(words) != 6 or words[0] != "c" or words[4] != "d":
        return None
    return words[1], words[3], words[5].partition(".")[0]


async def find(session: Session, cloud_id: str, version_id: str, key: str) -> Derived | None:
    row = await session.fetch_one(_FIND, {"cloud_id": cloud_id, "version_id": version_id, "key": key})
    return None if row is None else derived_of(row)


async def add(
    session: Session, derived: Derived, parts: Mapping[str, str] = NO_PARTS, cause: Cause = Cause.DELIVERY
) -> Derived:
    """Keep what was made. A row that is there already gets the new facts and keeps its id: it has been mended.

    `parts`: asset id -> version id of the other assets that it holds something of.
    """
    is_asked_for = cause in ASKED_FOR
    await session.fetch(_TELL_CAUSE, {"cause": cause.value})
    keep = _KEEP_ASKED_FOR if is_asked_for else _KEEP
    row = await session.fetch_one(keep, {**vars(derived), "is_asked_for": is_asked_for})
    stored = derived if row is None else derived_of(row)
    if parts:
        rows = [
            {"cloud_id": stored.cloud_id, "derived_id": stored.id, "asset_id": asset_id, "version_id": version_id}
            for asset_id, version_id in parts.items()
        ]
        await session.execute(insert(derived_parts).values(rows).on_conflict_do_nothing())
    return stored


async def ask_for(session: Session, derived: Derived) -> None:
    """The owner asks for what is there already: it counts as asked for from now on."""
    await session.execute(
        update(derived_files)
        .where(D.cloud_id == derived.cloud_id, D.id == derived.id, D.is_asked_for.is_(False))
        .values(is_asked_for=True)
    )


async def list(
    session: Session, cloud_id: str, asset_id: str, version_id: str, *, max_results: int = 10, cursor: str | None = None
) -> Page[Derived]:
    """What was made of a version of an asset, oldest first."""
    query = select(derived_files).where(D.cloud_id == cloud_id, D.asset_id == asset_id, D.version_id == version_id)
    return await _cut(session, query, max_results, cursor)


async def list_by(
    session: Session, cloud_id: str, transformation: str, *, max_results: int = 10, cursor: str | None = None
) -> Page[Derived]:
    """What was made by a transformation of any asset of the cloud, oldest first."""
    query = select(derived_files).where(D.cloud_id == cloud_id, _made_by(transformation))
    return await _cut(session, query, max_results, cursor)


async def drop(session: Session, cloud_id: str, ids: Sequence[str]) -> builtins.list[str]:
    """The ids of those that were there. Their bytes follow when the transaction is committed."""
    dropped = await _drop(session, cloud_id, D.id.in_(ids))
    return [derived.id for derived in dropped]


async def drop_of(session: Session, asset: Asset, transformations: Sequence[str] | None = None) -> int:
    """Drop what was made of an asset, by these transformations (as the rows say them) or by all; how many."""
    where = D.version_id == asset.version_id
    if transformations is not None:
        where = where & D.transformation.in_(transformations)
    return len(await _drop(session, asset.cloud_id, where))


async def drop_by(session: Session, cloud_id: str, transformation: str) -> int:
    """Drop what was made by a transformation of any asset of the cloud; how many."""
    return len(await _drop(session, cloud_id, _made_by(transformation)))


async def drop_holding(
    session: Session, cloud_id: str, asset_id: str, *, gone: str, present: str | None, limit: int
) -> int:
    """Drop what was made of other assets and holds something of this one: of its version `gone`, and of any that is
    not `present`; how many, not more than `limit`."""
    old = (P.version_id == gone) | P.version_id.is_distinct_from(present)
    holding = select(P.derived_id).where(P.cloud_id == cloud_id, P.asset_id == asset_id, old).limit(limit)
    return len(await _drop(session, cloud_id, D.id.in_(holding)))


async def forget(session: Session, cloud_id: str, version_id: str, key: str) -> int:
    """Delete the row of one file; who calls sees to the bytes."""
    where = (D.cloud_id == cloud_id) & (D.version_id == version_id) & (D.key == key)
    return await session.execute(delete(derived_files).where(where))


async def known(session: Session, blob_keys: Sequence[str]) -> set[str]:
    """Those of the keys of the store that a row knows."""
    places = [place for blob_key in blob_keys if (place := place_of(blob_key)) is not None]
    rows = await session.fetch(select(D.blob_key).where(tuple_(D.cloud_id, D.version_id, D.key).in_(places)))
    return {row["blob_key"] for row in rows} & {*blob_keys}


async def forget_version(session: Session, cloud_id: str, version_id: str) -> int:
    """Delete the rows of a version whose bytes go as a whole."""
    return await session.execute(delete(derived_files).where(D.cloud_id == cloud_id, D.version_id == version_id))


def after(cursor: str) -> str:
    """The id that a cursor names."""
    (position,) = position_of(cursor, 1)
    if not isinstance(position, str) or not position.isalnum():
        raise Invalid("Invalid next_cursor")
    return position


def _made_by(transformation: str) -> ColumnElement[bool]:
    """Said so that the index is used."""
    start = func.left(D.transformation, TRANSFORMATION_CHARS_INDEXED)
    return (start == transformation[:TRANSFORMATION_CHARS_INDEXED]) & (D.transformation == transformation)


async def _cut(session: Session, query: Select[Any], max_results: int, cursor: str | None) -> Page[Derived]:
    if cursor:
        query = query.where(D.id > after(cursor))
    rows = await session.fetch(query.order_by(D.id).limit(max_results + 1))
    items = [derived_of(row) for row in rows[:max_results]]
    return Page(items, cursor_of([items[-1].id]) if len(rows) > max_results else None)


async def _drop(session: Session, cloud_id: str, where: ColumnElement[bool]) -> builtins.list[Derived]:
    rows = await session.fetch(delete(derived_files).where(D.cloud_id == cloud_id, where).returning(derived_files))
    dropped = [derived_of(row) for row in rows]
    for version_id in sorted({derived.version_id for derived in dropped}):
        of_version = [derived for derived in dropped if derived.version_id == version_id]
        asset_id = of_version[0].asset_id
        await session.emit(DerivedDropped(cloud_id, asset_id, version_id, [derived.blob_key for derived in of_version]))
        await session.notify(CHANGED, f"{cloud_id}/{asset_id}")
    return dropped
