"""Tags: add, remove, replace and list the words that group assets."""

import builtins
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import and_, collate, func, select

from safelight.assets.listing import PAGE_MAX, Within, has_prefix, in_folders, is_text
from safelight.assets.model import Asset
from safelight.assets.notes import Edit, apply, named
from safelight.assets.store import A
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session


async def add(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    tags: Sequence[str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> builtins.list[str]:
    """The names of those that are there."""
    change = _tagging(lambda old: old | set(tags))
    return await apply(session, named(cloud_id, kind, access, names, within), change, now, notification_url)


async def remove(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    tags: Sequence[str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> builtins.list[str]:
    """The names of those that are there, whether they had the tags or not."""
    change = _tagging(lambda old: old - set(tags))
    return await apply(session, named(cloud_id, kind, access, names, within), change, now, notification_url)


async def replace(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    tags: Sequence[str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> builtins.list[str]:
    """These tags and no others; the names of those that are there."""
    change = _tagging(lambda _: set(tags))
    return await apply(session, named(cloud_id, kind, access, names, within), change, now, notification_url)


async def remove_all(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> builtins.list[str]:
    return await replace(
        session, cloud_id, kind, access, names, (), now, notification_url=notification_url, within=within
    )


async def set_exclusive(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    tags: Sequence[str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> builtins.list[str]:
    """These assets have the tags and no others of their kind and access do; the names of those that are there."""
    others = and_(
        A.cloud_id == cloud_id,
        A.kind == kind.value,
        A.access == access.value,
        A.tags.overlap([*tags]),
        A.name.not_in(names),
        *in_folders(A.folder, within),
    )
    await apply(session, others, _tagging(lambda old: old - set(tags)), now, notification_url)
    return await add(
        session, cloud_id, kind, access, names, tags, now, notification_url=notification_url, within=within
    )


async def list(
    session: Session,
    cloud_id: str,
    kind: Kind,
    prefix: str | None,
    max_results: int,
    cursor: str | None,
    *,
    within: Within = None,
) -> Page[str]:
    """The tags that assets of a kind have, each once, sorted byte by byte."""
    mine = (A.cloud_id == cloud_id, A.kind == kind.value, *in_folders(A.folder, within))
    used = select(func.unnest(A.tags).label("tag")).where(*mine).subquery()
    tag = collate(used.c.tag, "C")
    chosen = select(tag.label("tag")).distinct()
    if prefix is not None:
        chosen = chosen.where(has_prefix(tag, prefix))
    if cursor:
        chosen = chosen.where(tag > _place(cursor))
    size = min(PAGE_MAX, max(1, max_results))
    rows = await session.fetch(chosen.order_by(tag).limit(size + 1))
    found = [str(row["tag"]) for row in rows[:size]]
    return Page(found, cursor_of([found[-1]]) if len(rows) > size else None)


def _place(cursor: str) -> str:
    (tag,) = position_of(cursor, 1)
    if not is_text(tag):
        raise Invalid("Invalid next_cursor")
    return tag


def _tagging(change: Callable[[set[str]], set[str]]) -> Edit:
    def rewrite(asset: Asset) -> builtins.list[str]:
        return sorted(change(set(asset.tags)))

    return Edit("tags", rewrite)
