"""Upload mappings: list, show, make, change and delete them."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.delivery import mappings
from safelight.delivery.mappings import Mapping
from safelight.kernel.rights import Act
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params


@dataclass(frozen=True)
class Mappings:
    """The calls about upload mappings; the folder is a parameter, for it may have slashes."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/upload_mappings", self.list_or_show, needs=Act.PRESETS),
            route("POST", "/upload_mappings", self.create, needs=Act.PRESETS),
            route("PUT", "/upload_mappings", self.update, needs=Act.PRESETS),
            route("DELETE", "/upload_mappings", self.delete, needs=Act.PRESETS),
        ]

    async def list_or_show(self, call: Call) -> dict[str, Any]:
        """One of them, where a folder is given."""
        folder = params.text(call.params, "folder")
        async with self.door.database.transaction() as session:
            if folder is not None:
                return _told(await mappings.get(session, call.cloud.id, folder))
            page = await mappings.list(
                session,
                call.cloud.id,
                max_results=words.max_results(call.params),
                cursor=params.text(call.params, "next_cursor"),
            )
        answer: dict[str, Any] = {"mappings": [_told(mapping) for mapping in page.items]}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def create(self, call: Call) -> dict[str, Any]:
        mapping = _said(call)
        async with self.door.database.transaction() as session:
            await mappings.create(session, call.cloud.id, mapping, now=call.now)
        return {"message": "created", "folder": mapping.folder}

    async def update(self, call: Call) -> dict[str, Any]:
        mapping = _said(call)
        async with self.door.database.transaction() as session:
            await mappings.change(session, call.cloud.id, mapping)
        return {"message": "updated", "folder": mapping.folder}

    async def delete(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            await mappings.delete(session, call.cloud.id, words.required(call.params, "folder"))
        return {"message": "deleted"}


def _said(call: Call) -> Mapping:
    return mappings.checked(words.required(call.params, "folder"), words.required(call.params, "template"))


def _told(mapping: Mapping) -> dict[str, Any]:
    return {"folder": mapping.folder, "template": mapping.template}
