"""Groups: make, rename and remove groups of people, and say who is in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owners
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.people import grants, roster
from safelight.people.model import Group, Member, Principal, PrincipalKind
from safelight.people.store import groups, members, users
from safelight.ports.database import Session

GROUPS_MAX = 1000
"""Most groups of an account."""

G = groups.c
M = members.c


async def create(session: Session, account_id: str, name: str, now: datetime) -> Group:
    """A new group with nobody in it. Several may have one name: they are told apart by their ids."""
    count = await session.fetch_one(select(func.count().label("count")).where(G.account_id == account_id))
    if count is not None and count["count"] >= GROUPS_MAX:
        raise Invalid(f"An account may have {GROUPS_MAX} user groups")
    group = Group(new_id(), account_id, owners.check_name(name), now, now)
    await session.execute(
        insert(groups).values(account_id=account_id, id=group.id, name=group.name, created_at=now, updated_at=now)
    )
    return group


async def list_all(session: Session, account_id: str) -> Sequence[Group]:
    """By name, without those who are in them."""
    rows = await session.fetch(
        select(groups).where(G.account_id == account_id).order_by(func.lower(G.name), G.id).limit(GROUPS_MAX)
    )
    return [_group(row) for row in rows]


async def get(session: Session, account_id: str, group_id: str) -> Group:
    """With those who are in it. Raises NotFound."""
    row = await session.fetch_one(select(groups).where(G.account_id == account_id, G.id == group_id))
    if row is None:
        raise _unknown(group_id)
    inside = await session.fetch(
        select(users.c.id, users.c.name, users.c.email)
        .join(members, (M.account_id == users.c.account_id) & (M.user_id == users.c.id))
        .where(M.account_id == account_id, M.group_id == group_id)
        .order_by(func.lower(users.c.name), users.c.id)
    )
    return replace(_group(row), members=tuple(Member(one["id"], one["name"], one["email"]) for one in inside))


async def rename(session: Session, account_id: str, group_id: str, name: str, now: datetime) -> Group:
    """Raises NotFound."""
    mine = update(groups).where(G.account_id == account_id, G.id == group_id)
    if not await session.execute(mine.values(name=owners.check_name(name), updated_at=now)):
        raise _unknown(group_id)
    return await get(session, account_id, group_id)


async def remove(session: Session, account_id: str, group_id: str) -> None:
    """The group and its roles are gone; who was in it stays. Raises NotFound."""
    if not await session.execute(delete(groups).where(G.account_id == account_id, G.id == group_id)):
        raise _unknown(group_id)
    await session.execute(delete(members).where(M.account_id == account_id, M.group_id == group_id))
    await grants.forget(session, account_id, Principal(PrincipalKind.GROUP, group_id))


async def join(session: Session, account_id: str, group_id: str, user_id: str) -> Group:
    """Joining twice is no error. Raises NotFound."""
    await get(session, account_id, group_id)
    await roster.get(session, account_id, user_id)
    joined = insert(members).values(account_id=account_id, group_id=group_id, user_id=user_id)
    await session.execute(joined.on_conflict_do_nothing())
    return await get(session, account_id, group_id)


async def leave(session: Session, account_id: str, group_id: str, user_id: str) -> Group:
    """Leaving where one is not is no error. Raises NotFound for a person or group that is not there."""
    await roster.get(session, account_id, user_id)
    mine = (M.account_id == account_id, M.group_id == group_id, M.user_id == user_id)
    await session.execute(delete(members).where(*mine))
    return await get(session, account_id, group_id)


def _unknown(group_id: str) -> NotFound:
    return NotFound(f"Cannot find user group with id {group_id[:100]}")


def _group(row: RowMapping) -> Group:
    return Group(row["id"], row["account_id"], row["name"], row["created_at"], row["updated_at"])
