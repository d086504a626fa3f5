"""Clouds: create, find, change, rename, disable and close a tenant."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.accounts.events import CloudClosed, CloudCreated, call_out
from safelight.accounts.model import Cloud, FolderMode
from safelight.accounts.store import cloud_of, clouds, former_cloud_names
from safelight.kernel.errors import Conflict, Gone, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.ports.database import Session
from safelight.ports.fixed import fixed

_BY_NAME = fixed(select(clouds).where(clouds.c.name == bindparam("name"), clouds.c.closed_at.is_(None)))

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")

# A cloud's name is the first word of its URLs: it cannot be a word that means something else there.
NAMES_RESERVED = frozenset(
    {
        *("v1_1", "v2", "auth", "account", "accounts", "privacy", "healthz", "readyz", "metrics", "docs", "console"),
        *("admin", "setup", "static", "assets", "provisioning", "image", "images", "private_images", "video", "videos"),
        *("authenticated_images", "raw", "files", "iu", "all", "auto", "search"),
    }
)


RESTRICTABLE = (
    *("fetch", "text", "list", "multi", "sprite", "upload", "private", "pdf", "zip"),
    *("facebook", "twitter", "twitter_name", "instagram", "gravatar", "youtube", "vimeo", "dailymotion"),
)
"""Types of delivery, and kinds of files, that an owner may let nobody have without a signature."""
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
LIST_MAX = 200
"""Most hosts, or types, of one list of a cloud."""
_TOKEN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Keep(Enum):
    """Stands for "leave it as it is" where None means something."""

    KEEP = "keep"


def check_name(name: str) -> str:
    """The name itself, or Invalid."""
    if not NAME.fullmatch(name) or name.lower() in NAMES_RESERVED or re.fullmatch(r"v\d+", name):
        raise Invalid(f"cloud_name ({name[:80]}) is invalid")
    return name


def check_host(host: str) -> str:
    """A name of a host in lower case, `*.example.org` for those below it; or Invalid."""
    found = host.strip().lower().rstrip(".")
    if not _HOST.fullmatch(found):
        raise Invalid(f"{host[:100]} is no name of a host; write `example.org`, or `*.example.org` for those below it")
    return found


def check_type(word: str) -> str:
    """A type that can be restricted, or Invalid."""
    if word not in RESTRICTABLE:
        raise Invalid(f"{word[:50]} is no type that can be restricted; these are: {', '.join(RESTRICTABLE)}")
    return word


def _each(check: Callable[[str], str], words: tuple[str, ...]) -> Sequence[str]:
    """Every word of a list, checked, each once."""
    found = [*dict.fromkeys(map(check, words))]
    if len(found) > LIST_MAX:
        raise Invalid(f"Too many hosts: {len(found)}. Maximum is {LIST_MAX}.")
    return found


def check_token_name(name: str) -> str:
    """What a cookie may be called, or Invalid."""
    if not _TOKEN_NAME.fullmatch(name):
        raise Invalid("The name of tokens has 1 to 64 of the characters A-Z a-z 0-9 _ -")
    return name


async def create(
    session: Session,
    name: str,
    *,
    folder_mode: FolderMode,
    now: datetime,
    is_strict: bool = False,
    account_id: str | None = None,
    label: str = "",
) -> Cloud:
    """Of the oldest account unless another is named.

    Raises Conflict when the name is or was another's: URLs of a closed cloud must not pass into other hands.
    """
    cloud = Cloud(
        id=new_id(),
        name=check_name(name),
        folder_mode=folder_mode,
        created_at=now,
        is_strict=is_strict,
        account_id=account_id or (await owners.first(session, now)).id,
        label=label or name,
    )
    await check_free(session, name)
    added = await session.fetch_one(
        insert(clouds)
        .values(
            id=cloud.id,
            shut_at=owners.disabled_at(cloud.account_id),
            account_id=cloud.account_id,
            name=cloud.name,
            label=cloud.label,
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


async def check_free(session: Session, name: str, *, but_of: str | None = None) -> None:
    """Raises Conflict for a name that a cloud had before, unless it was the one that is named."""
    former = former_cloud_names.c
    if await session.fetch_one(select(former.name).where(former.name == name, former.cloud_id != (but_of or ""))):
        raise Conflict(f"cloud_name {name} already exists")


async def find(session: Session, name: str, *, even_disabled: bool = False) -> Cloud | None:
    """The open cloud of that name; one that is disabled is as unknown to the doors as one that is closed."""
    row = await session.fetch_one(_BY_NAME, {"name": name})
    cloud = None if row is None else cloud_of(row)
    is_open = cloud is not None and cloud.is_enabled and not cloud.is_shut
    return cloud if is_open or even_disabled else None


async def shown(session: Session, name: str) -> Cloud:
    """The cloud whose files somebody wants to see. Raises NotFound, or Gone where its owner left."""
    cloud = await find(session, name, even_disabled=True)
    if cloud is None or not cloud.is_enabled:
        raise NotFound(f"Unknown cloud_name - {name[:80]}")
    if cloud.is_shut:
        raise Gone(f"cloud_name {name} is gone: its owner left")
    return cloud


async def find_by_id(session: Session, cloud_id: str) -> Cloud | None:
    """Enabled or not: jobs of a cloud that is disabled for a while are done all the same."""
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
    denied_hosts: tuple[str, ...] | None = None,
    folder_mode: FolderMode | None = None,
    restricted_types: tuple[str, ...] | None = None,
    referrers: tuple[str, ...] | Literal[Keep.KEEP] | None = Keep.KEEP,
    strict_referrers: tuple[str, ...] | None = None,
    token_name: str | None = None,
    backs_up: bool | None = None,
    hides_pending: bool | None = None,
    strips_private: bool | None = None,
) -> Cloud:
    """Change what is given; None leaves it, but for `fetch_hosts` and `referrers`, where it means any host.

    Raises NotFound, or Invalid for what no host, type or cookie can be called.
    """
    values: dict[str, Any] = {}
    if is_strict is not None:
        values["is_strict"] = is_strict
    if not isinstance(fetch_hosts, Keep):
        values["fetch_hosts"] = None if fetch_hosts is None else _each(check_host, fetch_hosts)
    if denied_hosts is not None:
        values["denied_hosts"] = _each(check_host, denied_hosts)
    if not isinstance(referrers, Keep):
        values["referrers"] = None if referrers is None else _each(check_host, referrers)
    if strict_referrers is not None:
        values["strict_referrers"] = _each(check_host, strict_referrers)
    if restricted_types is not None:
        values["restricted_types"] = _each(check_type, restricted_types)
    if token_name is not None:
        values["token_name"] = check_token_name(token_name)
    if backs_up is not None:
        values["backs_up"] = backs_up
    if hides_pending is not None:
        values["hides_pending"] = hides_pending
    if strips_private is not None:
        values["strips_private"] = strips_private
    if folder_mode is not None:
        values["folder_mode"] = folder_mode.value
    if values:
        await session.execute(update(clouds).where(clouds.c.id == cloud_id).values(**values))
        await call_out(session, cloud_id)
    cloud = await find_by_id(session, cloud_id)
    if cloud is None:
        raise NotFound("The cloud does not exist")
    return cloud
