"""Clouds: create, find, change and close a tenant."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.events import CloudClosed, CloudCreated, call_out
from safelight.accounts.model import Cloud, FolderMode
from safelight.accounts.store import cloud_of, clouds
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.ports.database import Session

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")

# A cloud's name is the first word of its URLs: it cannot be a word that means something else there.
NAMES_RESERVED = frozenset(
    {
        *("v1_1", "v2", "auth", "account", "accounts", "privacy", "healthz", "readyz", "metrics", "docs", "console"),
        *("admin", "setup", "static", "assets", "provisioning", "image", "images", "private_images", "video", "videos"),
        *("authenticated_images", "raw", "files", "iu", "all", "auto", "search"),
    }
)


class Keep(Enum):
    """Stands for "leave it as it is" where None means something."""

    KEEP = "keep"


def check_name(name: str) -> str:
    """The name itself, or Invalid."""
    if not NAME.fullmatch(name) or name.lower() in NAMES_RESERVED or re.fullmatch(r"v\d+", name):
        raise Invalid(f"cloud_name ({name[:80]}) is invalid")
    return name


async def create(
    session: Session, name: str, *, folder_mode: FolderMode, now: datetime, is_strict: bool = False
) -> Cloud:
    """Raises Conflict when the name is or was another's: URLs of a closed cloud must not pass into other hands."""
    cloud = Cloud(id=new_id(), name=check_name(name), folder_mode=folder_mode, created_at=now, is_strict=is_strict)
    added = await session.fetch_one(
        insert(clouds)
        .values(
            id=cloud.id,
            name=cloud.name,
            folder_mode=cloud.folder_mode.value,
            is_strict=cloud.is_strict,
            created_at=cloud.created_at,
        )
        .on_conflict_do_nothing()
        .returning(clouds.c.id)
    )
    if added is None:
        raise Conflict(f"cloud_name {name} already exists")
    await session.emit(CloudCreated(cloud.id, cloud.name))
    await call_out(session, cloud.id)
    return cloud


async def find(session: Session, name: str) -> Cloud | None:
    """The open cloud of that name."""
    row = await session.fetch_one(select(clouds).where(clouds.c.name == name, clouds.c.closed_at.is_(None)))
    return None if row is None else cloud_of(row)


async def find_by_id(session: Session, cloud_id: str) -> Cloud | None:
    row = await session.fetch_one(select(clouds).where(clouds.c.id == cloud_id, clouds.c.closed_at.is_(None)))
    return None if row is None else cloud_of(row)


async def list(session: Session) -> Sequence[Cloud]:
    """All open clouds, by name."""
    rows = await session.fetch(select(clouds).where(clouds.c.closed_at.is_(None)).order_by(clouds.c.name))
    return [cloud_of(row) for row in rows]


async def close(session: Session, name: str, now: datetime) -> None:
    """From now on the cloud is unknown to every door. Raises NotFound."""
    row = await session.fetch_one(
        update(clouds)
        .where(clouds.c.name == name, clouds.c.closed_at.is_(None))
        .values(closed_at=now)
        .returning(clouds.c.id)
    )
    if row is None:
        raise NotFound(f"cloud_name {name} not found")
    await session.emit(CloudClosed(row["id"], name))
    await call_out(session, row["id"])


async def change(
    session: Session,
    cloud_id: str,
    *,
    is_strict: bool | None = None,
    fetch_hosts: tuple[str, ...] | Literal[Keep.KEEP] | None = Keep.KEEP,
    folder_mode: FolderMode | None = None,
) -> Cloud:
    """Change what is given; None leaves it, but for `fetch_hosts`, where it means any host. Raises NotFound."""
    values: dict[str, Any] = {}
    if is_strict is not None:
        values["is_strict"] = is_strict
    if not isinstance(fetch_hosts, Keep):
        values["fetch_hosts"] = None if fetch_hosts is None else [*fetch_hosts]
    if folder_mode is not None:
        values["folder_mode"] = folder_mode.value
    if values:
        await session.execute(update(clouds).where(clouds.c.id == cloud_id).values(**values))
        await call_out(session, cloud_id)
    cloud = await find_by_id(session, cloud_id)
    if cloud is None:
        raise NotFound("The cloud does not exist")
    return cloud
