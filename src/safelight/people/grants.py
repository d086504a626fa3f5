"""Grants: give, take and list the roles that people, groups and keys have, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import limited
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import new_id
from safelight.people.model import Grant, Place, Principal, PrincipalKind
from safelight.people.store import grants
from safelight.ports.database import Session

GRANTS_MAX = 1000
"""Most roles of one principal, and most grants that one list tells."""

G = grants.c


@dataclass(frozen=True)
class Wanted:
    """Which grants a list is to tell. What is None makes no difference."""

    kind: PrincipalKind | None = None
    principal_id: str | None = None
    role_id: str | None = None
    cloud_id: str | None = None
    """Those that hold in this cloud; so do those that hold in every one."""
    content: str | None = None
    content_id: str | None = None


async def give(
    session: Session, account_id: str, principal: Principal, role_id: str, place: Place, now: datetime
) -> None:
    """Giving twice is no error. That role, principal and place fit together, roles.py has checked.

    A key that is given a role for the first time could do everything until now: from now on it may what its roles say,
    also when they are taken from it again.
    """
    mine = select(func.count().label("count")).where(G.account_id == account_id, *_of(principal))
    count = await session.fetch_one(mine)
    if count is not None and count["count"] >= GRANTS_MAX:
        raise Invalid(f"A principal may have {GRANTS_MAX} roles")
    await session.execute(
        insert(grants)
        .values(
            account_id=account_id,
            id=new_id(),
            principal=principal.kind.value,
            principal_id=principal.id,
            role_id=role_id,
            cloud_id=place.cloud_id,
            content=place.content,
            content_id=place.content_id,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    await _limit(session, account_id, principal)


async def take(session: Session, account_id: str, principal: Principal, role_id: str, place: Place) -> None:
    """Taking what was not given is no error."""
    await session.execute(
        delete(grants).where(
            G.account_id == account_id,
            *_of(principal),
            G.role_id == role_id,
            G.cloud_id == place.cloud_id,
            G.content == place.content,
            G.content_id == place.content_id,
        )
    )


async def list_all(session: Session, account_id: str, wanted: Wanted) -> Sequence[Grant]:
    """Oldest first; as many as there are people, groups and keys, each with GRANTS_MAX at most."""
    conditions: list[ColumnElement[bool]] = [G.account_id == account_id]
    if wanted.kind is not None:
        conditions.append(G.principal == wanted.kind.value)
    if wanted.principal_id is not None:
        conditions.append(G.principal_id == wanted.principal_id)
    if wanted.role_id is not None:
        conditions.append(G.role_id == wanted.role_id)
    if wanted.cloud_id is not None:
        conditions.append(G.cloud_id.in_([wanted.cloud_id, ""]))
    if wanted.content is not None:
        conditions.append(G.content == wanted.content)
    if wanted.content_id is not None:
        conditions.append(G.content_id == wanted.content_id)
    rows = await session.fetch(select(grants).where(*conditions).order_by(G.id))
    return [_grant(row) for row in rows]


async def forget(session: Session, account_id: str, principal: Principal) -> None:
    """Whoever it was has no roles any more."""
    await session.execute(delete(grants).where(G.account_id == account_id, *_of(principal)))


async def forget_role(session: Session, account_id: str, role_id: str) -> None:
    """Nobody has the role any more."""
    await session.execute(delete(grants).where(G.account_id == account_id, G.role_id == role_id))


async def forget_cloud(session: Session, account_id: str, cloud_id: str) -> None:
    """No role holds in that cloud any more."""
    await session.execute(delete(grants).where(G.account_id == account_id, G.cloud_id == cloud_id))


async def _limit(session: Session, account_id: str, principal: Principal) -> None:
    match principal.kind:
        case PrincipalKind.API_KEY:
            await limited.set_key(session, account_id, principal.id, is_limited=True)
        case PrincipalKind.PROVISIONING_KEY:
            await limited.set_provisioning_key(session, account_id, principal.id, is_limited=True)
        case _:
            pass


def _of(principal: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return G.principal == principal.kind.value, G.principal_id == principal.id


def _grant(row: RowMapping) -> Grant:
    return Grant(
        Principal(PrincipalKind(row["principal"]), row["principal_id"]),
        row["role_id"],
        Place(row["cloud_id"], row["content"], row["content_id"]),
        row["created_at"],
    )
