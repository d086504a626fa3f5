"""Idleness: when an account was used last, by a key or by its owner's return, and how often that was warned of.

When its people signed in is told by people (roster.last_login).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select, update

from safelight.accounts.store import accounts, api_keys, bearer_tokens, clouds, provisioning_keys
from safelight.ports.database import Session

A = accounts.c


@dataclass(frozen=True)
class Idle:
    """An account that no program used for a while. `used_at` is when one did, or when the account began."""

    account_id: str
    used_at: datetime
    warned_at: datetime | None = None
    warned_again_at: datetime | None = None


async def list_idle(session: Session, before: datetime, *, after: str = "", most: int) -> Sequence[Idle]:
    """Those that are not disabled and that no program used since; by id, from the one that comes `after`."""
    rows = await session.fetch(
        _known().where(A.disabled_at.is_(None), A.id > after, _used() < before).order_by(A.id).limit(most)
    )
    return [_idle(row) for row in rows]


async def find(session: Session, account_id: str) -> Idle | None:
    """One of them as it is now; None if it is disabled or gone."""
    row = await session.fetch_one(_known().where(A.id == account_id, A.disabled_at.is_(None)))
    return None if row is None else _idle(row)


async def note_warning(session: Session, account_id: str, now: datetime, *, is_again: bool) -> None:
    values = {"warned_again_at": now} if is_again else {"warned_at": now, "warned_again_at": None}
    await session.execute(update(accounts).where(A.id == account_id).values(**values))


async def forget_warnings(session: Session, account_id: str) -> None:
    """Somebody used it again: it is as if nobody had been warned."""
    await session.execute(update(accounts).where(A.id == account_id).values(warned_at=None, warned_again_at=None))


async def note_return(session: Session, account_id: str, now: datetime) -> None:
    """Its owner came back: from now on it is counted anew."""
    values = {"returned_at": now, "warned_at": None, "warned_again_at": None}
    await session.execute(update(accounts).where(A.id == account_id).values(**values))


def _known() -> Select[Any, Any, Any, Any]:
    return select(A.id, _used().label("used_at"), A.warned_at, A.warned_again_at)


def _used() -> ColumnElement[datetime]:
    """GREATEST passes by what is NULL."""
    provisioned = (
        select(func.max(provisioning_keys.c.last_used_at))
        .where(provisioning_keys.c.account_id == A.id)
        .scalar_subquery()
    )
    by_cloud = [
        select(func.max(table.c.last_used_at))
        .select_from(table.join(clouds, clouds.c.id == table.c.cloud_id))
        .where(clouds.c.account_id == A.id)
        .scalar_subquery()
        for table in (api_keys, bearer_tokens)
    ]
    return func.greatest(A.created_at, A.returned_at, provisioned, *by_cloud)


def _idle(row: RowMapping) -> Idle:
    return Idle(row["id"], row["used_at"], row["warned_at"], row["warned_again_at"])
