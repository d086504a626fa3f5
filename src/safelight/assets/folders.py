"""Folders: make, find, list, move and delete the places that assets stand in."""

import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, literal, or_, select
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import placeholders
from safelight.assets.events import FolderCreated, FolderDeleted, FolderMoved, call_out
from safelight.assets.listing import Within, has_prefix, in_folders, is_text, path_key
from safelight.assets.store import A, assets, folders
from safelight.kernel.errors import Busy, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.kernel.rights import Where
from safelight.ports.database import Session

F = folders.c

PATH_CHARS_MAX = 255
# Somebody may delete a folder just when we make it; so often we make it anew before we give up.
TRIES_MAX = 10


@dataclass(frozen=True)
class Folder:
    """A place for assets; `id` stays when it moves."""

    id: str
    path: str
    created_at: datetime
    updated_at: datetime

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def folder_of(row: RowMapping) -> Folder:
    return Folder(row["id"], row["path"], row["created_at"], row["updated_at"])


async def ensure(session: Session, cloud_id: str, path: str, now: datetime) -> Sequence[str]:
    """Make the folder and those around it, where they are not there; those that were made. The root always is there.

    They cannot be deleted until the end of the transaction. Rows of assets are locked before those of folders,
    or two requests could wait for each other.
    """
    wanted = _with_parents(path)
    made: builtins.list[str] = []
    if not wanted:
        return made
    keys = [path_key(one) for one in wanted]
    standing = select(F.path).where(F.cloud_id == cloud_id, func.lower(F.path).in_(keys))
    for _ in range(TRIES_MAX):
        rows = await session.fetch(standing.order_by(F.path).with_for_update(read=True, key_share=True))
        if len(rows) == len(wanted):
            return made
        spelled = {path_key(row["path"]): str(row["path"]) for row in rows}
        for one in wanted:
            if path_key(one) in spelled:
                continue
            # A folder that is there keeps its spelling, and those in it have it too.
            around, slash, name = one.rpartition("/")
            plain = spelled.get(path_key(around), around) + slash + name
            values = {"cloud_id": cloud_id, "id": new_id(), "path": plain, "created_at": now, "updated_at": now}
            if await session.execute(insert(folders).values(values).on_conflict_do_nothing()):
                made.append(plain)
                spelled[path_key(one)] = plain
    raise Busy("The folder is in use by other requests; try again", retry_after_seconds=1)


async def create(session: Session, cloud_id: str, path: str, now: datetime) -> Folder:
    """The folder, whether it was there before or not."""
    for one in await ensure(session, cloud_id, path, now):
        await session.emit(FolderCreated(cloud_id, path=one, at=now.isoformat()))
    return await get(session, cloud_id, path)


async def get(session: Session, cloud_id: str, path: str) -> Folder:
    """Raises NotFound."""
    row = await session.fetch_one(select(folders).where(F.cloud_id == cloud_id, func.lower(F.path) == path_key(path)))
    if row is None:
        raise NotFound(f"Can't find folder with path {path}")
    return folder_of(row)


async def list(
    session: Session, cloud_id: str, parent: str, max_results: int, cursor: str | None, *, within: Within = None
) -> Page[Folder]:
    """The folders in a folder, not those below them, by path. Raises NotFound where the parent is not there.

    With `within` those of these folders, and those that lead there.
    """
    if parent:
        parent = (await get(session, cloud_id, parent)).path
    depth = parent.count("/") + 2 if parent else 1
    chosen = and_(
        F.cloud_id == cloud_id,
        *([has_prefix(func.lower(F.path), _below(parent))] if parent else []),
        func.cardinality(func.string_to_array(F.path, "/")) == depth,
        *on_the_way(within),
    )
    total = await session.fetch_one(select(func.count().label("total")).where(chosen))
    page = select(folders).where(chosen)
    if cursor:
        (after,) = position_of(cursor, 1)
        if not is_text(after):
            raise Invalid("Invalid next_cursor")
        page = page.where(F.path > after)
    rows = await session.fetch(page.order_by(F.path).limit(max_results + 1))
    found = [folder_of(row) for row in rows[:max_results]]
    next_cursor = cursor_of([found[-1].path]) if len(rows) > max_results else None
    return Page(found, next_cursor, 0 if total is None else int(total["total"]))


async def move(session: Session, cloud_id: str, path: str, to_path: str, now: datetime) -> tuple[Folder, Folder]:
    """Give a folder another path, with all that is in it; how it was and how it is. Names of assets stay.

    Raises Invalid where the new path is taken, or lies inside of the folder itself.
    """
    before = await get(session, cloud_id, path)
    if not to_path:
        raise Invalid("to_folder must not be empty")
    if path_key(to_path).startswith(_below(before.path)):
        raise Invalid(f"Folder {before.path} cannot be moved into itself")
    within = _assets_within(cloud_id, before.path)
    await session.fetch(select(A.id).where(within).order_by(A.id).with_for_update())
    await session.fetch(select(F.id).where(_tree(cloud_id, before.path)).order_by(F.path).with_for_update())
    if path_key(to_path) != path_key(before.path):
        taken = select(F.id).where(F.cloud_id == cloud_id, func.lower(F.path) == path_key(to_path))
        if await session.fetch_one(taken) is not None:
            raise Invalid(f"Folder with path {to_path} already exists")
        await ensure(session, cloud_id, to_path.rpartition("/")[0], now)
    paths: dict[str, Any] = {"path": _moved(F.path, before.path, to_path), "updated_at": now}
    if await session.execute(update_rows(folders).where(_tree(cloud_id, before.path)).values(paths)) == 0:
        raise NotFound(f"Can't find folder with path {path}")
    places: dict[str, Any] = {"folder": _moved(A.folder, before.path, to_path), "updated_at": now}
    await session.execute(update_rows(assets).where(within).values(places))
    await placeholders.move(session, cloud_id, before.path, to_path)
    await session.emit(FolderMoved(cloud_id, from_path=before.path, to_path=to_path, at=now.isoformat()))
    await call_out(session, cloud_id, [""])
    return before, await get(session, cloud_id, to_path)


async def delete(
    session: Session, cloud_id: str, path: str, now: datetime, *, ignores_left: bool = False
) -> builtins.list[str]:
    """Delete a folder and those in it; their paths. Raises Invalid while assets stand in any of them.

    So do erased ones that can be restored, unless they are ignored: they come back with their folder.
    """
    folder = await get(session, cloud_id, path)
    tree = _tree(cloud_id, folder.path)
    await session.fetch(select(F.id).where(tree).order_by(F.path).with_for_update())
    if await holds_assets(session, cloud_id, folder.path):
        raise Invalid("Folder is not empty")
    if not ignores_left and await placeholders.stand_in(session, cloud_id, folder.path):
        raise Invalid("Folder is not empty: erased assets in it can be restored; skip_backup passes them over")
    rows = await session.fetch(delete_rows(folders).where(tree).returning(F.path))
    gone = sorted(row["path"] for row in rows)
    for one in gone:
        await session.emit(FolderDeleted(cloud_id, path=one, at=now.isoformat()))
    return gone


async def holds_assets(session: Session, cloud_id: str, path: str) -> bool:
    """Whether an asset stands in the folder or in one below it."""
    return await session.fetch_one(select(A.id).where(_assets_within(cloud_id, path)).limit(1)) is not None


async def asset_ids_within(session: Session, cloud_id: str, path: str, until: datetime, count: int) -> Sequence[str]:
    """Some of the assets of the folder and of those below it, which were added until then."""
    chosen = select(A.id).where(_assets_within(cloud_id, path), A.created_at <= until)
    return [row["id"] for row in await session.fetch(chosen.order_by(A.id).limit(count))]


async def paths_of_tree(session: Session, cloud_id: str, path: str) -> builtins.list[str]:
    """The folder and all below it."""
    folder = await get(session, cloud_id, path)
    rows = await session.fetch(select(F.path).where(_tree(cloud_id, folder.path)).order_by(F.path))
    return [row["path"] for row in rows]


def on_the_way(within: Within) -> Sequence[ColumnElement[bool]]:
    """What narrows a question to these folders, those below them, and those around them: one walks through these."""
    if within is None:
        return []
    around = {path_key(one) for folder in within for one in _with_parents(folder)}
    return [or_(func.lower(F.path).in_(around), *in_folders(F.path, within))]


async def first_paths(session: Session, cloud_ids: Sequence[str], most: int) -> builtins.list[str]:
    """Some folders of these clouds by path, each path once, to choose from."""
    if not cloud_ids:
        return []
    rows = await session.fetch(select(F.path).where(F.cloud_id.in_(cloud_ids)).distinct().order_by(F.path).limit(most))
    return [row["path"] for row in rows]


async def places_of(session: Session, cloud_ids: Sequence[str], ids: Sequence[str]) -> dict[str, Where]:
    """Where the folders with these ids stand now; those that are gone are not among them."""
    if not ids or not cloud_ids:
        return {}
    rows = await session.fetch(select(folders).where(F.cloud_id.in_(cloud_ids), F.id.in_(ids)))
    return {row["id"]: Where(row["cloud_id"], row["path"]) for row in rows}


def _with_parents(path: str) -> builtins.list[str]:
    """Of `a/b`: `a` and `a/b`. In this order they are locked, too."""
    words = path.split("/") if path else []
    return ["/".join(words[:length]) for length in range(1, len(words) + 1)]


def _below(path: str) -> str:
    return f"{path_key(path)}/"


def _tree(cloud_id: str, path: str) -> ColumnElement[bool]:
    key = func.lower(F.path)
    return and_(F.cloud_id == cloud_id, or_(key == path_key(path), has_prefix(key, _below(path))))


def _assets_within(cloud_id: str, path: str) -> ColumnElement[bool]:
    key = func.lower(A.folder)
    return and_(A.cloud_id == cloud_id, or_(key == path_key(path), has_prefix(key, _below(path))))


def _moved(column: ColumnElement[str], path: str, to_path: str) -> ColumnElement[str]:
    return literal(to_path).concat(func.substr(column, len(path) + 1))
