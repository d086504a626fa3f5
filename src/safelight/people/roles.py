"""Roles: find, list, make, change and remove the roles of an account, and say who may have one where."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owned, owners
from safelight.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.people import grants, roster
from safelight.people.model import Place, Principal, PrincipalKind, Reach, Role, Scope
from safelight.people.policies import COLLECTION, FOLDER, POLICIES
from safelight.people.store import groups, roles
from safelight.people.system_roles import SYSTEM_ROLES
from safelight.ports.database import Session

ROLES_MAX = 500
"""Most roles that an account can make."""
DESCRIPTION_CHARS_MAX = 1000
CONTENT_CHARS_MAX = 255

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.-]{0,99}", re.ASCII)
_OURS = "cld::"

R = roles.c


async def create(
    session: Session,
    account_id: str,
    *,
    name: str,
    scope: Scope,
    reach: Reach,
    policies: Sequence[str],
    now: datetime,
    description: str = "",
    id: str | None = None,
) -> Role:
    """Raises Conflict for an id that is taken, and Invalid for policies that do not fit."""
    count = await session.fetch_one(select(func.count().label("count")).where(R.account_id == account_id))
    if count is not None and count["count"] >= ROLES_MAX:
        raise Invalid(f"An account may have {ROLES_MAX} roles of its own")
    role = Role(
        id=_check_id(id or new_id()),
        name=owners.check_name(name),
        description=_check_description(description),
        scope=scope,
        reach=reach,
        policies=check_policies(policies, scope, reach),
        created_at=now,
        updated_at=now,
    )
    added = await session.fetch_one(
        insert(roles)
        .values(
            account_id=account_id,
            id=role.id,
            name=role.name,
            description=role.description,
            scope=scope.value,
            reach=reach.value,
            policies=[*role.policies],
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing()
        .returning(R.id)
    )
    if added is None:
        raise Conflict(f"A role with id {role.id} already exists")
    return role


async def get(session: Session, account_id: str, role_id: str) -> Role:
    """One that comes along, or one of the account. Raises NotFound."""
    if role_id in SYSTEM_ROLES:
        return SYSTEM_ROLES[role_id]
    row = await session.fetch_one(select(roles).where(R.account_id == account_id, R.id == role_id))
    if row is None:
        raise NotFound(f"Cannot find role with id {role_id[:100]}")
    return _role(row)


async def list_all(session: Session, account_id: str) -> Sequence[Role]:
    """Those that come along, and then those of the account by name."""
    rows = await session.fetch(
        select(roles).where(R.account_id == account_id).order_by(func.lower(R.name), R.id).limit(ROLES_MAX)
    )
    return [*SYSTEM_ROLES.values(), *map(_role, rows)]


async def named(session: Session, account_id: str, ids: Collection[str]) -> Mapping[str, Role]:
    """Those that are there, by their ids."""
    found = {id: SYSTEM_ROLES[id] for id in ids if id in SYSTEM_ROLES}
    own = [id for id in ids if id not in found]
    if own:
        rows = await session.fetch(select(roles).where(R.account_id == account_id, R.id.in_(own)))
        found |= {row["id"]: _role(row) for row in rows}
    return found


async def change(
    session: Session,
    account_id: str,
    role_id: str,
    *,
    now: datetime,
    name: str | None = None,
    description: str | None = None,
    policies: Sequence[str] | None = None,
) -> Role:
    """Change what is given; who has the role may more or less from now on. Raises NotFound, Forbidden for ours."""
    role = _changeable(await get(session, account_id, role_id))
    values: dict[str, Any] = {"updated_at": now}
    if name is not None:
        values["name"] = owners.check_name(name)
    if description is not None:
        values["description"] = _check_description(description)
    if policies is not None:
        values["policies"] = [*check_policies(policies, role.scope, role.reach)]
    await session.execute(update(roles).where(R.account_id == account_id, R.id == role_id).values(**values))
    return await get(session, account_id, role_id)


async def remove(session: Session, account_id: str, role_id: str, *, is_forced: bool = False) -> None:
    """Raises Conflict where somebody has it still, unless it is forced; then it is taken from them."""
    _changeable(await get(session, account_id, role_id))
    if await grants.list_all(session, account_id, grants.Wanted(role_id=role_id)):
        if not is_forced:
            raise Conflict(f"The role {role_id} is given to somebody; take it back first, or use force=true")
        await grants.forget_role(session, account_id, role_id)
    await session.execute(delete(roles).where(R.account_id == account_id, R.id == role_id))


async def check_principal(session: Session, account_id: str, principal: Principal) -> None:
    """Raises NotFound for one who does not belong to the account."""
    match principal.kind:
        case PrincipalKind.USER:
            is_known = bool(await roster.list_all(session, account_id, roster.Wanted(ids=(principal.id,))))
        case PrincipalKind.GROUP:
            mine = select(groups.c.id).where(groups.c.account_id == account_id, groups.c.id == principal.id)
            is_known = await session.fetch_one(mine) is not None
        case PrincipalKind.API_KEY:
            is_known = await owned.has_key(session, account_id, principal.id)
        case PrincipalKind.PROVISIONING_KEY:
            is_known = await owned.has_provisioning_key(session, account_id, principal.id)
    if not is_known:
        raise NotFound(f"Cannot find {principal.kind} with id {principal.id[:100]}")


async def check_place(session: Session, account_id: str, role: Role, place: Place) -> None:
    """Raises Invalid where a role of its kind cannot hold, and NotFound for a cloud of another account."""
    if role.scope is Scope.ACCOUNT and place.cloud_id:
        raise Invalid(f"The role {role.id} holds for the whole account: scope_id must not be given")
    if place.cloud_id:
        await owned.get(session, account_id, place.cloud_id)
    if role.reach is Reach.GLOBAL and place.content:
        raise Invalid(f"The role {role.id} is global: policy_parameters must not be given")
    if role.reach is Reach.CONTENT:
        if place.content == COLLECTION:
            raise Invalid("There are no collections in this installation: give the role in a folder, by folder_id")
        if place.content != FOLDER or not place.content_id:
            raise Invalid(f"The role {role.id} needs policy_parameters with {FOLDER}")
        if len(place.content_id) > CONTENT_CHARS_MAX:
            raise Invalid(f"Invalid {place.content}: it may have {CONTENT_CHARS_MAX} characters")


def check_policies(ids: Sequence[str], scope: Scope, reach: Reach) -> tuple[str, ...]:
    """The ids, each once; or Invalid for one that is unknown, or of another scope or reach than the role."""
    for id in ids:
        policy = POLICIES.get(id)
        if policy is None:
            raise Invalid(f"Unknown system policy {id[:100]}")
        if (policy.scope, policy.reach) != (scope, reach):
            raise Invalid(f"The policy {id} is {policy.reach} for {policy.scope}, the role is {reach} for {scope}")
    return tuple(dict.fromkeys(ids))


def _check_id(id: str) -> str:
    if not _ID.fullmatch(id) or id.startswith(_OURS):
        raise Invalid(f"The id of a role has 1 to 100 of the characters A-Z a-z 0-9 _ : . -, and no {_OURS} in front")
    return id


def _check_description(text: str) -> str:
    if len(text) > DESCRIPTION_CHARS_MAX:
        raise Invalid(f"description may have {DESCRIPTION_CHARS_MAX} characters")
    return text


def _changeable(role: Role) -> Role:
    if role.is_ours:
        raise Forbidden(f"The role {role.id} comes along and cannot be changed")
    return role


def _role(row: RowMapping) -> Role:
    return Role(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        scope=Scope(row["scope"]),
        reach=Reach(row["reach"]),
        policies=tuple(row["policies"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
