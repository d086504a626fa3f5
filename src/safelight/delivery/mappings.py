"""Mappings: folders whose files are fetched from elsewhere when somebody asks for them, and are kept from then on."""

import builtins
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.model import AssetRef
from safelight.delivery.store import upload_mappings
from safelight.kernel.errors import Conflict, Invalid, NotFound, TooMuch
from safelight.kernel.media import Access, Kind
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session
from safelight.transform.url import DeliveryUrl

FOLDER_CHARS_MAX = 255
TEMPLATE_CHARS_MAX = 2048
MAPPINGS_MAX = 1000
"""Of one cloud."""
M = upload_mappings.c


@dataclass(frozen=True)
class Mapping:
    """What lies below `folder` here lies below `template`, which is a URL, elsewhere."""

    folder: str
    template: str


@dataclass(frozen=True)
class Remote:
    """A file that is not here yet, where it is, and what it will be called."""

    url: str
    ref: AssetRef


async def remote_of(session: Session, cloud_id: str, url: DeliveryUrl) -> Remote | None:
    """Where the file is that a URL means; None where no mapping covers it. Of two folders the deeper one counts."""
    if url.access is not Access.UPLOAD or "/" not in url.name:
        return None
    folders = [url.name[:at] for at, letter in enumerate(url.name) if letter == "/"]
    rows = await session.fetch(select(upload_mappings).where(M.cloud_id == cloud_id, M.folder.in_(folders)))
    if not rows:
        return None
    row = max(rows, key=lambda row: len(row["folder"]))
    ending = f".{url.extension}" if url.extension is not None else ""
    rest = url.name[len(row["folder"]) + 1 :] + ending
    # A raw file keeps its ending in its name; the others tell it by their format.
    name = url.name + ending if url.kind is Kind.RAW else url.name
    return Remote(row["template"] + rest, AssetRef(url.kind, Access.UPLOAD, name))


async def list(session: Session, cloud_id: str, *, max_results: int = 10, cursor: str | None = None) -> Page[Mapping]:
    """By folder."""
    query = select(upload_mappings).where(M.cloud_id == cloud_id)
    if cursor:
        (after,) = position_of(cursor, 1)
        if not isinstance(after, str):
            raise Invalid("Invalid next_cursor")
        query = query.where(M.folder > after)
    rows = await session.fetch(query.order_by(M.folder).limit(max_results + 1))
    items = [Mapping(row["folder"], row["template"]) for row in rows[:max_results]]
    return Page(items, cursor_of([items[-1].folder]) if len(rows) > max_results else None)


async def get(session: Session, cloud_id: str, folder: str) -> Mapping:
    """Raises NotFound."""
    row = await session.fetch_one(select(upload_mappings).where(M.cloud_id == cloud_id, M.folder == folder))
    if row is None:
        raise NotFound(f"Can't find upload mapping for folder {folder[:FOLDER_CHARS_MAX]}")
    return Mapping(row["folder"], row["template"])


async def create(session: Session, cloud_id: str, mapping: Mapping, *, now: datetime) -> None:
    """Raises Conflict for a folder that has one."""
    row = await session.fetch_one(select(func.count().label("count")).where(M.cloud_id == cloud_id))
    if row is not None and row["count"] >= MAPPINGS_MAX:
        raise TooMuch(f"A cloud may have {MAPPINGS_MAX} upload mappings.")
    values = {"cloud_id": cloud_id, "folder": mapping.folder, "template": mapping.template, "created_at": now}
    added = insert(upload_mappings).values(values).on_conflict_do_nothing().returning(M.folder)
    if await session.fetch_one(added) is None:
        raise Conflict(f"Upload mapping for folder {mapping.folder} already exists")


async def change(session: Session, cloud_id: str, mapping: Mapping) -> None:
    """Raises NotFound."""
    await get(session, cloud_id, mapping.folder)
    where = (M.cloud_id == cloud_id) & (M.folder == mapping.folder)
    await session.execute(update(upload_mappings).where(where).values(template=mapping.template))


async def delete(session: Session, cloud_id: str, folder: str) -> None:
    """What was fetched stays. Raises NotFound."""
    await get(session, cloud_id, folder)
    await session.execute(delete_rows(upload_mappings).where(M.cloud_id == cloud_id, M.folder == folder))


def checked(folder: str, template: str) -> Mapping:
    """A mapping that can be kept. Raises Invalid."""
    parts: builtins.list[str] = folder.split("/")
    if not 0 < len(folder) <= FOLDER_CHARS_MAX or "" in parts or not folder.isprintable():
        raise Invalid(f"Invalid folder: {folder[:80]}")
    if len(template) > TEMPLATE_CHARS_MAX or not template.startswith(("http://", "https://")) or " " in template:
        raise Invalid(f"Invalid template: {template[:80]}")
    return Mapping(folder, template)
