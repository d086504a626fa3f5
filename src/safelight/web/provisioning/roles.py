"""Roles: list, make, change and delete the roles of an account, and give them to people, groups and keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from starlette.routing import BaseRoute

from safelight.kernel.errors import Forbidden, Invalid
from safelight.kernel.rights import Act, Where
from safelight.people import grants, permits, roles
from safelight.people.model import Grant, Place, Principal, Reach, Role, Scope
from safelight.ports.database import Session
from safelight.web.admin.words import names, required
from safelight.web.body import Params
from safelight.web.provisioning.door import CREATED, NO_CONTENT, PERMISSIONS, Answer, Call, ProvisioningDoor
from safelight.wire import params, permissions
from safelight.wire.params import Words

POLICIES_MAX = 100
"""Most policies of one role."""

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Roles:
    """The calls about roles and who has them."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        def route(method: str, path: str, answer: Answer, status: int = 200) -> BaseRoute:
            return self.door.route(method, path, answer, prefix=PERMISSIONS, status=status, needs=Act.ROLES)

        return [
            route("GET", "/roles", self.list),
            route("POST", "/roles", self.create, CREATED),
            route("GET", "/roles/{role}", self.show),
            route("PUT", "/roles/{role}", self.update),
            route("DELETE", "/roles/{role}", self.delete, NO_CONTENT),
            route("GET", "/roles/{role}/principals", self.principals),
            route("PUT", "/roles/{role}/principals", self.update_principals),
            route("GET", "/principal_roles", self.roles_of),
            route("PUT", "/principal_roles", self.update_roles_of),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """Roles that come along and roles of the account."""
        async with self.door.database.transaction() as session:
            found = await roles.list_all(session, call.account.id)
        contents = set(params.csv(call.params, "policy_parameters"))
        told = [permissions.role_json(role) for role in found if is_asked(call.params, role)]
        return {"data": [role for role in told if contents <= set(role["policy_parameters"])]}

    async def create(self, call: Call) -> dict[str, Any]:
        """A new role of the account."""
        scope, reach = word(call.params, "scope_type", Scope), word(call.params, "permission_type", Reach)
        if scope is None or reach is None:
            raise Invalid(f"Missing required parameter - {'scope_type' if scope is None else 'permission_type'}")
        async with self.door.database.transaction() as session:
            role = await roles.create(
                session,
                call.account.id,
                id=params.text(call.params, "id"),
                name=required(call.params, "name"),
                description=params.text(call.params, "description") or "",
                scope=scope,
                reach=reach,
                policies=_policies(call.params) or (),
                now=call.now,
            )
            _check_given(call, role)
        return {"data": permissions.whole_role_json(role)}

    async def show(self, call: Call) -> dict[str, Any]:
        """One role with its policies."""
        async with self.door.database.transaction() as session:
            role = await roles.get(session, call.account.id, call.path["role"])
        return {"data": permissions.whole_role_json(role, permissions.content_of(call.params))}

    async def update(self, call: Call) -> dict[str, Any]:
        """Change what is given."""
        async with self.door.database.transaction() as session:
            role = await roles.change(
                session,
                call.account.id,
                call.path["role"],
                name=params.text(call.params, "name"),
                description=params.text(call.params, "description"),
                policies=_policies(call.params),
                now=call.now,
            )
            _check_given(call, role)
        return {"data": permissions.whole_role_json(role)}

    async def delete(self, call: Call) -> dict[str, Any]:
        """A role that nobody has; with `force` also one that somebody has."""
        forced = params.flag(call.params, "force")
        async with self.door.database.transaction() as session:
            await roles.remove(session, call.account.id, call.path["role"], is_forced=forced)
        return {}

    async def principals(self, call: Call) -> dict[str, Any]:
        """Who has the role."""
        is_verbose = params.flag(call.params, "verbose")
        async with self.door.database.transaction() as session:
            role = await roles.get(session, call.account.id, call.path["role"])
            found = await grants.list_all(session, call.account.id, wanted(call.params, role_id=role.id))
        return {"data": [permissions.principal_json(role, grant, is_verbose=is_verbose) for grant in found]}

    async def update_principals(self, call: Call) -> dict[str, Any]:
        """Give the role to some, or take it from them."""
        is_given = permissions.operation(call.params)
        named = permissions.named_principals(call.params)
        async with self.door.database.transaction() as session:
            role = await roles.get(session, call.account.id, call.path["role"])
            for principal, place in named:
                await self._put(session, call, principal, role, place, is_given)
        return {"message": "ok"}

    async def roles_of(self, call: Call) -> dict[str, Any]:
        """The roles that somebody has, and where."""
        principal = permissions.principal_of(call.params)
        async with self.door.database.transaction() as session:
            await roles.check_principal(session, call.account.id, principal)
            found = await granted(session, call, wanted(call.params, principal=principal))
        return {"data": [permissions.granted_role_json(role, grant) for grant, role in found]}

    async def update_roles_of(self, call: Call) -> dict[str, Any]:
        """Give somebody some roles, or take them."""
        is_given = permissions.operation(call.params)
        principal, named = permissions.whole_principal(call.params), permissions.named_roles(call.params)
        async with self.door.database.transaction() as session:
            for role_id, place in named:
                role = await roles.get(session, call.account.id, role_id)
                await self._put(session, call, principal, role, place, is_given)
        return {"message": "ok"}

    async def _put(
        self, session: Session, call: Call, principal: Principal, role: Role, place: Place, is_given: bool
    ) -> None:
        if not is_given:
            await grants.take(session, call.account.id, principal, role.id, place)
            return
        await roles.check_principal(session, call.account.id, principal)
        await roles.check_place(session, call.account.id, role, place)
        _check_given(call, role, place.cloud_id)
        await grants.give(session, call.account.id, principal, role.id, place, call.now)


def _check_given(call: Call, role: Role, cloud_id: str = "") -> None:
    """Raises Forbidden for a role that allows more than the key that asks may: what was changed is as it was then."""
    if not permits.may_give(call.rights, role, Where(cloud_id)):
        raise Forbidden(f"Not permitted: {call.rights.who} may less than the role {role.id}")


async def granted(session: Session, call: Call, asked: grants.Wanted) -> Sequence[tuple[Grant, Role]]:
    """Grants with their roles, as far as the call asks for roles of that kind."""
    known = {role.id: role for role in await roles.list_all(session, call.account.id)}
    found = await grants.list_all(session, call.account.id, asked)
    pairs = [(grant, known[grant.role_id]) for grant in found if grant.role_id in known]
    return [(grant, role) for grant, role in pairs if is_asked(call.params, role)]


def wanted(words: Words, *, role_id: str | None = None, principal: Principal | None = None) -> grants.Wanted:
    """What the words of a call ask for."""
    content = next(iter(permissions.content_of(words).items()), (None, None))
    return grants.Wanted(
        kind=None if principal is None else principal.kind,
        principal_id=None if principal is None else principal.id,
        role_id=role_id,
        cloud_id=permissions.cloud_of(words),
        content=content[0],
        content_id=content[1],
    )


def is_asked(words: Params, role: Role) -> bool:
    """Whether a call asks for roles of this scope, reach and origin; what it does not name makes no difference."""
    scope, reach = word(words, "scope_type", Scope), word(words, "permission_type", Reach)
    origin = params.text(words, "management_type")
    if origin not in {None, "system", "custom"}:
        raise Invalid("management_type must be system or custom")
    return (
        scope in {None, role.scope}
        and reach in {None, role.reach}
        and origin in {None, "system" if role.is_ours else "custom"}
    )


def word(words: Params, name: str, kind: type[Word]) -> Word | None:
    value = params.text(words, name)
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(f"Invalid value {value[:50]} for parameter {name}: must be one of {', '.join(kind)}") from error


def _policies(words: Params) -> Sequence[str] | None:
    return names(words, "system_policy_ids", POLICIES_MAX)
