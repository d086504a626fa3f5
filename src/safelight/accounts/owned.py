"""Owned: the clouds of an account; list them, label, disable and rename them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.accounts.clouds import check_free, check_name, find_by_id
from safelight.accounts.events import call_out
from safelight.accounts.model import Cloud
from safelight.accounts.store import api_keys, cloud_of, clouds, former_cloud_names, provisioning_keys
from safelight.kernel.errors import Conflict, NotFound
from safelight.ports.database import Session

CLOUDS_MAX = 10_000
"""Most clouds that one list tells."""

_COPIED = (
    *(
        "is_strict",
        "fetch_hosts",
        "denied_hosts",
        "folder_mode",
        "restricted_types",
        "referrers",
        "strict_referrers",
        "token_name",
    ),
    *("backs_up", "hides_pending", "strips_private"),
)


async def list_all(
    session: Session,
    account_id: str,
    *,
    is_enabled: bool | None = None,
    ids: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    prefix: str | None = None,
) -> Sequence[Cloud]:
    """The open clouds of an account by their label; None asks for no difference. Capitals do not count in `prefix`."""
    wanted: list[ColumnElement[bool]] = [clouds.c.account_id == account_id, clouds.c.closed_at.is_(None)]
    if is_enabled is not None:
        wanted.append(clouds.c.disabled_at.is_(None) if is_enabled else clouds.c.disabled_at.is_not(None))
    if ids is not None:
        wanted.append(clouds.c.id.in_(ids))
    if names is not None:
        wanted.append(clouds.c.name.in_(names))
    if prefix is not None:
        wanted.append(func.starts_with(func.lower(clouds.c.label), prefix.lower()))
    rows = await session.fetch(
        select(clouds).where(*wanted).order_by(func.lower(clouds.c.label), clouds.c.id).limit(CLOUDS_MAX)
    )
    return [cloud_of(row) for row in rows]


async def count(session: Session, account_id: str) -> int:
    """How many open clouds the account has."""
    mine = select(func.count().label("count")).where(clouds.c.account_id == account_id, clouds.c.closed_at.is_(None))
    row = await session.fetch_one(mine)
    return 0 if row is None else int(row["count"])


async def get(session: Session, account_id: str, cloud_id: str) -> Cloud:
    """Raises NotFound for another's."""
    cloud = await find_by_id(session, cloud_id)
    if cloud is None or cloud.account_id != account_id:
        raise NotFound(f"Cannot find sub account with id {cloud_id[:100]}")
    return cloud


async def change(
    session: Session,
    cloud: Cloud,
    *,
    now: datetime,
    label: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    is_enabled: bool | None = None,
) -> Cloud:
    """Change what is given. Every door refuses a cloud that is disabled, within a second; what it holds stays."""
    values: dict[str, Any] = {"updated_at": now}
    if label is not None:
        values["label"] = owners.check_name(label)
    if attributes is not None:
        values["attributes"] = dict(attributes)
    if is_enabled is not None and is_enabled != cloud.is_enabled:
        values["disabled_at"] = None if is_enabled else now
    return await _set(session, cloud, values)


async def rename(session: Session, cloud: Cloud, name: str, now: datetime) -> Cloud:
    """Its URLs begin with another word from now on; the old ones lead nowhere, and nobody else gets them.

    Raises Conflict for a name that is or was another's. One that it had itself it may have again.
    """
    if check_name(name) == cloud.name:
        return cloud
    taken = await session.fetch_one(select(clouds.c.id).where(clouds.c.name == name))
    if taken is not None:
        raise Conflict(f"cloud_name {name} already exists")
    await check_free(session, name, but_of=cloud.id)
    left = insert(former_cloud_names).values(cloud_id=cloud.id, name=cloud.name, left_at=now)
    await session.execute(left.on_conflict_do_nothing())
    return await _set(session, cloud, {"name": name, "updated_at": now})


async def copy_settings(session: Session, base: Cloud, cloud: Cloud) -> Cloud:
    """Set a cloud up as another one is."""
    source = select(*(clouds.c[name] for name in _COPIED)).where(clouds.c.id == base.id)
    row = await session.fetch_one(source)
    return cloud if row is None else await _set(session, cloud, {name: row[name] for name in _COPIED})


async def _set(session: Session, cloud: Cloud, values: Mapping[str, Any]) -> Cloud:
    row = await session.fetch_one(
        update(clouds)
        .where(clouds.c.id == cloud.id, clouds.c.closed_at.is_(None))
        .values(**values)
        .returning(*clouds.c)
    )
    if row is None:
        raise NotFound(f"Cannot find sub account with id {cloud.id}")
    await call_out(session, cloud.id)
    return cloud_of(row)


async def has_key(session: Session, account_id: str, api_key: str) -> bool:
    """Whether one of the account's clouds has that API key."""
    mine = (
        select(api_keys.c.id)
        .join(clouds, clouds.c.id == api_keys.c.cloud_id)
        .where(clouds.c.account_id == account_id, api_keys.c.api_key == api_key)
    )
    return await session.fetch_one(mine) is not None


async def has_provisioning_key(session: Session, account_id: str, api_key: str) -> bool:
    """Whether the account itself has that key."""
    keys = provisioning_keys.c
    mine = select(keys.id).where(keys.account_id == account_id, keys.api_key == api_key)
    return await session.fetch_one(mine) is not None
