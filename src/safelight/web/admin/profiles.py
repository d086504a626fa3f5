"""Streaming profiles: list, show, make, change and delete them."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.derived import profiles
from safelight.kernel.rights import Act
from safelight.transform.spec import Vocabulary
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.profile import listed_json, profile_json, representations


@dataclass(frozen=True)
class Profiles:
    """The calls about streaming profiles."""

    door: AdminDoor
    vocabulary: Vocabulary

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/streaming_profiles", self.list, needs=Act.READ, is_narrowed=True),
            route("POST", "/streaming_profiles", self.create, needs=Act.TRANSFORMATIONS),
            route("GET", "/streaming_profiles/{name}", self.show, needs=Act.READ, is_narrowed=True),
            route("PUT", "/streaming_profiles/{name}", self.update, needs=Act.TRANSFORMATIONS),
            route("DELETE", "/streaming_profiles/{name}", self.delete, needs=Act.TRANSFORMATIONS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            found = await profiles.list(session, call.cloud.id)
        return {"data": [listed_json(profile) for profile in found]}

    async def show(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            return {"data": profile_json(await profiles.get(session, call.cloud.id, call.path["name"]))}

    async def create(self, call: Call) -> dict[str, Any]:
        profile = profiles.checked(
            words.required(call.params, "name"),
            params.text(call.params, "display_name"),
            representations(call.params) or (),
            self.vocabulary,
        )
        async with self.door.database.transaction() as session:
            profile = await profiles.create(session, call.cloud.id, profile, now=call.now)
        return {"message": "created", "data": profile_json(profile)}

    async def update(self, call: Call) -> dict[str, Any]:
        said = representations(call.params)
        async with self.door.database.transaction() as session:
            profile = await profiles.change(
                session,
                call.cloud.id,
                call.path["name"],
                display_name=params.text(call.params, "display_name"),
                representations=None if said is None else profiles.checked_representations(said, self.vocabulary),
                now=call.now,
            )
        return {"message": "updated", "data": profile_json(profile)}

    async def delete(self, call: Call) -> dict[str, Any]:
        """One that came along is again what it was."""
        async with self.door.database.transaction() as session:
            await profiles.delete(session, call.cloud.id, call.path["name"])
        return {"message": "deleted"}
