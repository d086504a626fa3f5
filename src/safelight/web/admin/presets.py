"""Upload presets: make, list, show, change and delete them."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets.model import Order
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.rights import Act
from safelight.uploads import presets
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.preset import check, preset_json

_FALLS = {"created_at": Order.DESCENDING, "name": Order.ASCENDING}
"""What they are ordered by, and how it runs when nobody says."""


@dataclass(frozen=True)
class Presets:
    """The calls about upload presets."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/upload_presets", self.list, needs=Act.PRESETS),
            route("POST", "/upload_presets", self.create, needs=Act.PRESETS),
            route("GET", "/upload_presets/{name:path}", self.show, needs=Act.PRESETS),
            route("PUT", "/upload_presets/{name:path}", self.update, needs=Act.PRESETS),
            route("DELETE", "/upload_presets/{name:path}", self.delete, needs=Act.PRESETS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        order = params.text(call.params, "order_by") or "created_at"
        if order not in _FALLS:
            raise Invalid(f"Invalid value {order[:50]} for parameter order_by: must be one of {', '.join(_FALLS)}")
        async with self.door.database.transaction() as session:
            page = await presets.list_all(
                session,
                call.cloud.id,
                max_results=words.max_results(call.params),
                cursor=params.text(call.params, "next_cursor"),
                by_name=order == "name",
                falls=(words.direction(call.params) or _FALLS[order]) is Order.DESCENDING,
            )
        answer: dict[str, Any] = {"presets": [preset_json(preset) for preset in page.items]}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def show(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            preset = await presets.find(session, call.cloud.id, call.path["name"])
        if preset is None:
            raise NotFound(f"Can't find upload preset with name {call.path['name']}")
        return preset_json(preset)

    async def create(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            preset = await presets.create(
                session,
                call.cloud.id,
                params.text(call.params, "name"),
                call.params,
                is_unsigned=params.flag(call.params, "unsigned"),
                disallows_public_id=params.flag(call.params, "disallow_public_id"),
                now=call.now,
            )
            check(preset)
        return {"message": "created", "name": preset.name}

    async def update(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            preset = await presets.change(
                session,
                call.cloud.id,
                call.path["name"],
                call.params,
                is_unsigned=_flag_if_given(call, "unsigned"),
                disallows_public_id=_flag_if_given(call, "disallow_public_id"),
            )
            check(preset)
        return {"message": "updated"}

    async def delete(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            await presets.delete(session, call.cloud.id, call.path["name"])
        return {"message": "deleted"}


def _flag_if_given(call: Call, name: str) -> bool | None:
    return params.flag(call.params, name) if name in call.params else None
