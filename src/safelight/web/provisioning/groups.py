"""User groups: make, list, show, rename and delete them, and say who is in them."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import reach
from safelight.kernel.rights import Act
from safelight.people import groups, roster
from safelight.people.roster import Wanted
from safelight.web.admin.words import required
from safelight.web.provisioning.door import Call, ProvisioningDoor
from safelight.wire.provisioning import group_json, members_json


@dataclass(frozen=True)
class Groups:
    """The calls about groups."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/user_groups", self.list, needs=Act.USERS),
            route("POST", "/user_groups", self.create, needs=Act.USERS),
            route("GET", "/user_groups/{group}", self.show, needs=Act.USERS),
            route("PUT", "/user_groups/{group}", self.update, needs=Act.USERS),
            route("DELETE", "/user_groups/{group}", self.delete, needs=Act.USERS),
            route("GET", "/user_groups/{group}/users", self.users, needs=Act.USERS),
            route("POST", "/user_groups/{group}/users/{user}", self.add, needs=Act.USERS),
            route("DELETE", "/user_groups/{group}/users/{user}", self.remove, needs=Act.USERS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """All groups of the account."""
        async with self.door.database.transaction() as session:
            found = await groups.list_all(session, call.account.id)
        return {"user_groups": [{"id": group.id, "name": group.name} for group in found]}

    async def create(self, call: Call) -> dict[str, Any]:
        """A new group with nobody in it."""
        async with self.door.database.transaction() as session:
            group = await groups.create(session, call.account.id, required(call.params, "name"), call.now)
        return {**group_json(group), **members_json(group)}

    async def show(self, call: Call) -> dict[str, Any]:
        """One group with those who are in it; or, as older clients ask, the groups of the person of that id."""
        async with self.door.database.transaction() as session:
            person = await roster.list_all(session, call.account.id, Wanted(ids=(call.path["group"],)))
            if person:
                return {"user_groups": [{"id": group.id, "name": group.name} for group in person[0].groups]}
            group = await groups.get(session, call.account.id, call.path["group"])
        return {**group_json(group), **members_json(group)}

    async def update(self, call: Call) -> dict[str, Any]:
        """Give it another name."""
        name = required(call.params, "name")
        async with self.door.database.transaction() as session:
            group = await groups.rename(session, call.account.id, call.path["group"], name, call.now)
        return {**group_json(group), **members_json(group)}

    async def delete(self, call: Call) -> dict[str, Any]:
        """The group is gone; its people stay."""
        async with self.door.database.transaction() as session:
            await groups.remove(session, call.account.id, call.path["group"])
        return {"ok": True}

    async def users(self, call: Call) -> dict[str, Any]:
        """Who is in the group."""
        async with self.door.database.transaction() as session:
            return members_json(await groups.get(session, call.account.id, call.path["group"]))

    async def add(self, call: Call) -> dict[str, Any]:
        """Put somebody into the group; answers who is in it then."""
        async with self.door.database.transaction() as session:
            await reach.check_joined(session, call.rights, call.account.id, call.path["group"])
            return members_json(
                await groups.join(session, call.account.id, call.path["group"], call.path["user"]),
            )

    async def remove(self, call: Call) -> dict[str, Any]:
        """Take somebody out of the group; answers who is in it then."""
        async with self.door.database.transaction() as session:
            return members_json(
                await groups.leave(session, call.account.id, call.path["group"], call.path["user"]),
            )
