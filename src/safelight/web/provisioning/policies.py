"""Policies: the fixed list of them, who has which by their roles, and who may what in a place."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.errors import Forbidden
from safelight.kernel.rights import Act
from safelight.people.model import Principal, Reach, Scope
from safelight.people.policies import POLICIES
from safelight.web.provisioning.door import PERMISSIONS, Answer, Call, ProvisioningDoor
from safelight.web.provisioning.roles import granted, wanted, word
from safelight.wire import params, permissions

CUSTOM = "Policies of your own are not available; make a role of system policies instead"


@dataclass(frozen=True)
class Policies:
    """The calls about policies."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        def route(method: str, path: str, answer: Answer) -> BaseRoute:
            return self.door.route(method, path, answer, prefix=PERMISSIONS, needs=Act.ROLES)

        return [
            route("GET", "/policies/system", self.system),
            route("GET", "/policies/custom", self.custom),
            route("POST", "/policies/custom", self.refuse),
            route("GET", "/policies/effective", self.effective),
            route("GET", "/principal_roles/inspect", self.inspect),
            route("POST", "/principal_roles/inspect", self.inspect_named),
        ]

    async def system(self, call: Call) -> dict[str, Any]:
        """The policies that roles are made of; those of the account unless others are asked for."""
        scope = word(call.params, "scope_type", Scope) or Scope.ACCOUNT
        reach = word(call.params, "permission_type", Reach)
        found = [each for each in POLICIES.values() if each.scope is scope and reach in {None, each.reach}]
        return {"data": [permissions.policy_json(policy) for policy in found]}

    async def custom(self, call: Call) -> dict[str, Any]:
        """None: there are no policies but those that come along."""
        return {"data": []}

    async def refuse(self, call: Call) -> dict[str, Any]:
        """A policy in somebody's own words is refused."""
        raise Forbidden(CUSTOM)

    async def effective(self, call: Call) -> dict[str, Any]:
        """Roles with their policies, of everybody or of one."""
        async with self.door.database.transaction() as session:
            found = await granted(session, call, wanted(call.params, principal=_one(call)))
        return {"data": {"principals": permissions.effective_json(found), "custom_policies": []}}

    async def inspect(self, call: Call) -> dict[str, Any]:
        """Everybody who has a role in a place, with all their roles there."""
        async with self.door.database.transaction() as session:
            found = await granted(session, call, wanted(call.params, principal=_one(call)))
        return {"data": {"principals": permissions.inspected_json(found)}}

    async def inspect_named(self, call: Call) -> dict[str, Any]:
        """Those who are named, with all their roles in a place; who has none is told of as well."""
        named = permissions.principals_of(call.params)
        asked = permissions.place_of(call.params)
        async with self.door.database.transaction() as session:
            found = [
                pair for principal in named for pair in await granted(session, call, wanted(asked, principal=principal))
            ]
        return {"data": {"principals": permissions.inspected_json(found, named)}}


def _one(call: Call) -> Principal | None:
    named = params.text(call.params, "principal_id") or params.text(call.params, "principal_type")
    return permissions.principal_of(call.params) if named else None
